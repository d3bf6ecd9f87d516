namespace DaprTrading.LocalRuntime.Actors;

/// <summary>The timers of one type on one host. They live in memory and end with the host, or when their actor moves.</summary>
internal sealed class ActorTimers
{
    private readonly Lock _sync = new();
    private readonly Dictionary<(string ActorId, string Name), ActorTimer> _timers = [];
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_sync) return _timers.Count;
        }
    }

    /// <summary>Starts a timer in place of one of the same name; false when the host has gone.</summary>
    public bool Start(ActorTimer timer, TimeProvider time, Action<ActorTimer> fire)
    {
        lock (_sync)
        {
            if (_closed) return false;
            if (_timers.Remove((timer.ActorId, timer.Name), out ActorTimer? old)) old.Dispose();
            _timers.Add((timer.ActorId, timer.Name), timer);
            timer.Start(time, fire);
            return true;
        }
    }

    public void Remove(string actorId, string name)
    {
        lock (_sync)
        {
            if (_timers.Remove((actorId, name), out ActorTimer? timer)) timer.Dispose();
        }
    }

    /// <summary>Whether a timer has been neither removed nor replaced.</summary>
    public bool Has(ActorTimer timer)
    {
        lock (_sync) return _timers.TryGetValue((timer.ActorId, timer.Name), out ActorTimer? current) && current == timer;
    }

    /// <summary>Sets the next firing of a timer that is still registered; forgets it after its last.</summary>
    public void Advance(ActorTimer timer)
    {
        lock (_sync)
        {
            if (!_timers.TryGetValue((timer.ActorId, timer.Name), out ActorTimer? current) || current != timer || timer.Advance()) return;
            _timers.Remove((timer.ActorId, timer.Name));
            timer.Dispose();
        }
    }

    /// <summary>Drops the timers of actors that are not kept.</summary>
    public void Keep(Func<string, bool> isKept)
    {
        lock (_sync)
        {
            foreach ((var key, ActorTimer timer) in _timers)
            {
                if (isKept(key.ActorId)) continue;
                _timers.Remove(key);
                timer.Dispose();
            }
        }
    }

    /// <summary>Drops all, for good.</summary>
    public void Clear()
    {
        lock (_sync)
        {
            _closed = true;
            foreach (ActorTimer timer in _timers.Values) timer.Dispose();
            _timers.Clear();
        }
    }
}
