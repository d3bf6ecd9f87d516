namespace DaprTrading.Generator.Sending;

/// <summary>What a run has done so far. Thread-safe.</summary>
internal sealed class Progress
{
    private long _bars, _accepted, _rejected, _requests, _waits;

    public long Bars => Interlocked.Read(ref _bars);

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Rejected => Interlocked.Read(ref _rejected);

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Times the gateway was away or asked to wait.</summary>
    public long Waits => Interlocked.Read(ref _waits);

    public void Sent(int bars, int accepted, int rejected)
    {
        Interlocked.Add(ref _bars, bars);
        Interlocked.Add(ref _accepted, accepted);
        Interlocked.Add(ref _rejected, rejected);
        Interlocked.Increment(ref _requests);
    }

    public void Waited() => Interlocked.Increment(ref _waits);
}
