namespace DaprTrading.ServiceDefaults;

/// <summary>Since when this process has reached the broker and the state store without a break, as its heartbeats show. Thread-safe.</summary>
/// <remarks>
/// With each heartbeat goes a write to the state store. One of them that fails says that the broker or the store, or the way to it, is away; one that is overdue says
/// that this process, its sidecar or one of the two stood still. In all these cases nothing could arrive or be handled: what is missing cannot be told from what is on
/// its way, nor an event that can never be handled from one that cannot be handled now. So a wait begins anew when the next heartbeat gets through.
/// </remarks>
public sealed class DaprReach(TimeProvider time)
{
    /// <summary>Heartbeats come every five seconds; three of them missing are no coincidence.</summary>
    internal static readonly TimeSpan Overdue = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private long _since = Now(time), _reachedAt = Now(time);
    private bool _away;

    /// <summary>Since when, Unix milliseconds; now while one of them is not reached.</summary>
    public long Since()
    {
        long now = Now(time);
        lock (_lock) return _away || IsOverdue(now) ? now : _since;
    }

    /// <summary>A heartbeat got through.</summary>
    public void Reached()
    {
        long now = Now(time);
        lock (_lock)
        {
            if (_away || IsOverdue(now)) _since = now;
            (_reachedAt, _away) = (now, false);
        }
    }

    /// <summary>A heartbeat did not get through.</summary>
    public void Failed()
    {
        lock (_lock) _away = true;
    }

    private bool IsOverdue(long now) => now - _reachedAt > Overdue.TotalMilliseconds;

    private static long Now(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
