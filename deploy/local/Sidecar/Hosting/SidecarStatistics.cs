namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Totals of one sidecar since it was started. Safe to read at any time.</summary>
public sealed class SidecarStatistics
{
    private long _published;
    private long _delivered;
    private long _invoked;
    private long _retries;
    private long _deadLetters;
    private long _failed;

    /// <summary>Messages the app published and a broker took.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Messages the app handled.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Service invocations the app made.</summary>
    public long Invoked => Volatile.Read(ref _invoked);

    /// <summary>Messages sent to the app again after a failed attempt.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Messages that went to a dead-letter topic.</summary>
    public long DeadLetters => Volatile.Read(ref _deadLetters);

    /// <summary>Messages given back to their broker as failed.</summary>
    public long Failed => Volatile.Read(ref _failed);

    internal void AddPublished(long count = 1) => Interlocked.Add(ref _published, count);

    internal void AddDelivered(long count = 1) => Interlocked.Add(ref _delivered, count);

    internal void AddInvoked() => Interlocked.Increment(ref _invoked);

    internal void AddRetries(long count = 1) => Interlocked.Add(ref _retries, count);

    internal void AddDeadLetter() => Interlocked.Increment(ref _deadLetters);

    internal void AddFailed() => Interlocked.Increment(ref _failed);
}
