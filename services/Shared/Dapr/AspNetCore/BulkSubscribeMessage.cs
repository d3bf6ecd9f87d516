namespace Dapr.AspNetCore;

/// <summary>A batch of messages of one topic.</summary>
/// <typeparam name="TValue">Form of one message: <see cref="BulkMessageModel{TValue}"/> for events in an envelope.</typeparam>
public class BulkSubscribeMessage<TValue>
{
    public BulkSubscribeMessage()
    {
    }

    public BulkSubscribeMessage(List<BulkSubscribeMessageEntry<TValue>> entries, string topic, Dictionary<string, string> metadata)
    {
        Entries = entries;
        Topic = topic;
        Metadata = metadata;
    }

    public List<BulkSubscribeMessageEntry<TValue>> Entries { get; set; } = null!;

    public string Topic { get; set; } = null!;

    public Dictionary<string, string> Metadata { get; set; } = null!;
}

/// <summary>One message of a batch.</summary>
/// <typeparam name="TValue">Form of the message.</typeparam>
public class BulkSubscribeMessageEntry<TValue>
{
    public BulkSubscribeMessageEntry()
    {
    }

    public BulkSubscribeMessageEntry(string entryId, string contentType, Dictionary<string, string> metadata, TValue eventData)
    {
        EntryId = entryId;
        ContentType = contentType;
        Metadata = metadata;
        Event = eventData;
    }

    /// <summary>Names the message in the answer; new for every delivery.</summary>
    public string EntryId { get; set; } = null!;

    public string ContentType { get; set; } = null!;

    public Dictionary<string, string> Metadata { get; set; } = null!;

    public TValue Event { get; set; } = default!;
}

/// <summary>The envelope of a message inside a batch.</summary>
/// <typeparam name="TValue">Type of the payload.</typeparam>
public class BulkMessageModel<TValue>
{
    public BulkMessageModel()
    {
    }

    public BulkMessageModel(string id, string source, string type, string specversion, string datacontenttype, TValue data)
    {
        Id = id;
        Source = source;
        Type = type;
        Specversion = specversion;
        Datacontenttype = datacontenttype;
        Data = data;
    }

    public string Id { get; set; } = null!;

    public string Source { get; set; } = null!;

    public string Type { get; set; } = null!;

    public string Specversion { get; set; } = null!;

    public string Datacontenttype { get; set; } = null!;

    public TValue Data { get; set; } = default!;
}
