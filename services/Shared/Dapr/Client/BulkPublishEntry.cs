namespace Dapr.Client;

/// <summary>One event of a bulk publish.</summary>
/// <typeparam name="TValue">Type of the event.</typeparam>
public class BulkPublishEntry<TValue>(string entryId, TValue eventData, string contentType,
    IReadOnlyDictionary<string, string>? metadata = null)
{
    /// <summary>Index of the event in the list, as text.</summary>
    public string EntryId { get; } = entryId;

    public TValue EventData { get; } = eventData;

    public string ContentType { get; } = contentType;

    public IReadOnlyDictionary<string, string>? Metadata { get; } = metadata;
}
