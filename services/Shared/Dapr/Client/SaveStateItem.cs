namespace Dapr.Client;

/// <summary>One key to be written by a bulk save.</summary>
/// <typeparam name="TValue">Type of the value.</typeparam>
public readonly struct SaveStateItem<TValue>(string key, TValue value, string etag, StateOptions? stateOptions = null,
    IReadOnlyDictionary<string, string>? metadata = null)
{
    public string Key { get; } = key;

    public TValue Value { get; } = value;

    public string ETag { get; } = etag;

    public StateOptions? StateOptions { get; } = stateOptions;

    public IReadOnlyDictionary<string, string>? Metadata { get; } = metadata;
}
