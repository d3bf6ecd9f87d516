namespace DaprTrading.Visualization.Status;

/// <summary>The newest refused records. Thread-safe, bounded.</summary>
internal sealed class RejectedBoard
{
    private const int MaxRecords = 20;
    private readonly Lock _lock = new();
    private readonly LinkedList<RejectedRecord> _records = [];

    /// <summary>Takes the refused records of one request.</summary>
    public void Add(RejectedBatch batch)
    {
        lock (_lock)
        {
            foreach (RejectedRecord record in batch.Records)
            {
                _records.AddFirst(record);
                if (_records.Count > MaxRecords)
                {
                    _records.RemoveLast();
                }
            }
        }
    }

    /// <summary>The newest, newest first.</summary>
    public IReadOnlyList<RejectedRecord> Read()
    {
        lock (_lock)
        {
            return [.. _records];
        }
    }
}
