namespace Dapr.Actors.Runtime;

/// <summary>Names a timer of an actor.</summary>
public class ActorTimerToken(string actorType, ActorId actorId, string name)
{
    public string ActorType { get; } = actorType ?? throw new ArgumentNullException(nameof(actorType));

    public ActorId ActorId { get; } = actorId ?? throw new ArgumentNullException(nameof(actorId));

    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));
}

/// <summary>A timer of an actor: it dies with the activation.</summary>
public class ActorTimer : ActorTimerToken
{
    public ActorTimer(string actorType, ActorId actorId, string name, string timerCallback, byte[]? data, TimeSpan dueTime, TimeSpan period)
        : this(actorType, actorId, name, timerCallback, data, dueTime, period, ttl: (TimeSpan?)null)
    {
    }

    public ActorTimer(string actorType, ActorId actorId, string name, string timerCallback, byte[]? data, TimeSpan dueTime, TimeSpan period,
        TimeSpan ttl)
        : this(actorType, actorId, name, timerCallback, data, dueTime, period, (TimeSpan?)ttl)
    {
    }

    private ActorTimer(string actorType, ActorId actorId, string name, string timerCallback, byte[]? data, TimeSpan dueTime, TimeSpan period,
        TimeSpan? ttl)
        : base(actorType, actorId, name)
    {
        ActorTimes.Check(dueTime, period, repetitions: null, ttl);
        TimerCallback = timerCallback;
        Data = data!;
        DueTime = dueTime;
        Period = period;
        Ttl = ttl;
    }

    /// <summary>Name of the method of the actor class to call.</summary>
    public string TimerCallback { get; }

    public byte[] Data { get; }

    /// <summary>Time until the first firing.</summary>
    public TimeSpan DueTime { get; }

    /// <summary>Time between firings; -1 ms fires once.</summary>
    public TimeSpan Period { get; }

    /// <summary>Time until the timer removes itself.</summary>
    public TimeSpan? Ttl { get; }
}
