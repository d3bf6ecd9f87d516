namespace Dapr.Client;

/// <summary>One operation of a state transaction.</summary>
public sealed class StateTransactionRequest(string key, byte[]? value, StateOperationType operationType, string? etag = null,
    IReadOnlyDictionary<string, string>? metadata = null, StateOptions? options = null)
{
    /// <summary>Consistency and concurrency of this operation.</summary>
    public StateOptions? Options = options;

    public string Key { get; } = key ?? throw new ArgumentNullException(nameof(key));

    /// <summary>The value as UTF-8 JSON, made by the caller.</summary>
    public byte[]? Value { get; set; } = value;

    public StateOperationType? OperationType { get; set; } = operationType;

    public string? ETag { get; set; } = etag;

    public IReadOnlyDictionary<string, string>? Metadata { get; set; } = metadata;
}
