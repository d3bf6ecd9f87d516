namespace Dapr.Client;

/// <summary>Result of a bulk publish.</summary>
/// <typeparam name="TValue">Type of the events.</typeparam>
public class BulkPublishResponse<TValue>(List<BulkPublishResponseFailedEntry<TValue>> failedEntries)
{
    /// <summary>The events the broker did not take. A partial failure is normally an exception instead.</summary>
    public List<BulkPublishResponseFailedEntry<TValue>> FailedEntries { get; } = failedEntries;
}

/// <summary>An event the broker did not take.</summary>
/// <typeparam name="TValue">Type of the event.</typeparam>
public class BulkPublishResponseFailedEntry<TValue>(BulkPublishEntry<TValue> entry, string errorMessage)
{
    public BulkPublishEntry<TValue> Entry { get; } = entry;

    public string ErrorMessage { get; } = errorMessage;
}
