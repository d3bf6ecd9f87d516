namespace DaprTrading.LocalRuntime.Actors;

/// <summary>A clock set to one moment at a time, however far away.</summary>
internal sealed class Alarm(TimeProvider time, Action fire) : IDisposable
{
    /// <summary>A timer cannot be set further ahead than 49 days; then the alarm looks again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly Lock _sync = new();
    private DateTimeOffset _due;
    private ITimer? _timer;
    private bool _stopped;

    /// <summary>Sets the clock; a moment in the past is at once.</summary>
    public void Set(DateTimeOffset due)
    {
        lock (_sync)
        {
            _due = due;
            Schedule();
        }
    }

    public void Dispose()
    {
        lock (_sync)
        {
            _stopped = true;
            _timer?.Dispose();
        }
    }

    private void Schedule()
    {
        if (_stopped) return;

        TimeSpan wait = _due - time.GetUtcNow();
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        else if (wait > Longest) wait = Longest;

        // Rounded up to what a timer can do: an early firing would count against the next one.
        wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        _timer ??= time.CreateTimer(static alarm => ((Alarm)alarm!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Ring()
    {
        lock (_sync)
        {
            if (_stopped) return;
            if (_due > time.GetUtcNow())
            {
                Schedule();
                return;
            }
        }

        fire();
    }
}
