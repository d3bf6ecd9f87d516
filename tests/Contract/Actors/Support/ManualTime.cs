namespace DaprTrading.Tests.Contract.Actors;

/// <summary>A clock that moves only when a test moves it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private readonly Lock _sync = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = Start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Elapsed => GetUtcNow() - Start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_sync) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on, firing on the way what falls due.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset end = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? next;
            lock (_sync)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is null)
                {
                    _now = end;
                    return;
                }

                if (next.Due > _now) _now = next.Due;
                _timers.Remove(next);
            }

            next.Fire();
        }
    }

    /// <summary>Waits until something is due exactly <paramref name="ahead"/> from now.</summary>
    public Task UntilArmedAsync(TimeSpan ahead) => Eventually.TrueAsync(
        () =>
        {
            lock (_sync) return _timers.Any(timer => timer.Due == _now + ahead);
        },
        $"a timer {ahead} ahead");

    /// <summary>Moves from one due time to the next until a task is done.</summary>
    public async Task DriveAsync(Task task, TimeSpan longestStep)
    {
        await Eventually.TrueAsync(
            () =>
            {
                TimeSpan? step;
                lock (_sync) step = _timers.Count == 0 ? null : _timers.Min(timer => timer.Due) - _now;
                if (!task.IsCompleted && step <= longestStep) Advance(step.Value);
                return task.IsCompleted;
            },
            "the task to end");
        await task;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._sync)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = time._now + dueTime;
                time._timers.Add(this);
            }

            if (dueTime == TimeSpan.Zero) ThreadPool.UnsafeQueueUserWorkItem(static self => self.FireIfPending(), this, preferLocal: false);
            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._sync) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void FireIfPending()
        {
            lock (time._sync)
            {
                if (!time._timers.Remove(this)) return;
            }

            Fire();
        }
    }
}
