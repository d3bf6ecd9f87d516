namespace Dapr.AspNetCore;

/// <summary>What is to become of one message of a batch.</summary>
public enum BulkSubscribeAppResponseStatus
{
    /// <summary>Done.</summary>
    SUCCESS,

    /// <summary>Deliver again.</summary>
    RETRY,

    /// <summary>Give up; to the dead-letter topic if there is one.</summary>
    DROP,
}

/// <summary>What is to become of one message of a batch.</summary>
public class BulkSubscribeAppResponseEntry(string entryId, BulkSubscribeAppResponseStatus status)
{
    public string EntryId { get; } = entryId;

    public string Status { get; } = status switch
    {
        BulkSubscribeAppResponseStatus.SUCCESS => nameof(BulkSubscribeAppResponseStatus.SUCCESS),
        BulkSubscribeAppResponseStatus.RETRY => nameof(BulkSubscribeAppResponseStatus.RETRY),
        BulkSubscribeAppResponseStatus.DROP => nameof(BulkSubscribeAppResponseStatus.DROP),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Unknown status."),
    };
}

/// <summary>Answer to a batch. A message that is not mentioned is delivered again.</summary>
public class BulkSubscribeAppResponse(List<BulkSubscribeAppResponseEntry> statuses)
{
    public List<BulkSubscribeAppResponseEntry> Statuses { get; } = statuses;
}
