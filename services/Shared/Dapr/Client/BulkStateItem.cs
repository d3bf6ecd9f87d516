namespace Dapr.Client;

/// <summary>One key of a bulk read, with its value as stored text.</summary>
public readonly struct BulkStateItem(string key, string value, string etag)
{
    public string Key { get; } = key;

    /// <summary>The stored JSON text, quotes of a string included; empty for a missing key.</summary>
    public string Value { get; } = value;

    public string ETag { get; } = etag;
}

/// <summary>One key of a bulk read, with its value.</summary>
/// <typeparam name="TValue">Type of the value.</typeparam>
public readonly struct BulkStateItem<TValue>(string key, TValue value, string etag)
{
    public string Key { get; } = key;

    /// <summary>The value; the default for a missing key.</summary>
    public TValue Value { get; } = value;

    public string ETag { get; } = etag;
}
