namespace Dapr.Actors.Runtime;

/// <summary>Names a reminder of an actor.</summary>
public class ActorReminderToken(string actorType, ActorId actorId, string name)
{
    public string ActorType { get; } = actorType ?? throw new ArgumentNullException(nameof(actorType));

    public ActorId ActorId { get; } = actorId ?? throw new ArgumentNullException(nameof(actorId));

    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));
}

/// <summary>A reminder of an actor: it outlives the activation and the process.</summary>
public class ActorReminder : ActorReminderToken, IActorReminder
{
    public ActorReminder(string actorType, ActorId actorId, string name, byte[]? state, TimeSpan dueTime, TimeSpan period)
        : this(actorType, actorId, name, state, dueTime, period, repetitions: null, ttl: null)
    {
    }

    public ActorReminder(string actorType, ActorId actorId, string name, byte[]? state, TimeSpan dueTime, TimeSpan period, TimeSpan ttl)
        : this(actorType, actorId, name, state, dueTime, period, repetitions: null, ttl)
    {
    }

    public ActorReminder(string actorType, ActorId actorId, string name, byte[]? state, TimeSpan dueTime, TimeSpan period, int? repetitions,
        TimeSpan? ttl)
        : base(actorType, actorId, name)
    {
        ActorTimes.Check(dueTime, period, repetitions, ttl);
        State = state!;
        DueTime = dueTime;
        Period = period;
        Repetitions = repetitions;
        Ttl = ttl;
    }

    public ActorReminder(string actorType, ActorId actorId, string name, byte[]? state, TimeSpan dueTime, TimeSpan period, int? repetitions)
        : this(actorType, actorId, name, state, dueTime, period, repetitions, ttl: null)
    {
    }

    public byte[] State { get; }

    /// <summary>Time until the first firing.</summary>
    public TimeSpan DueTime { get; }

    /// <summary>Time between firings; -1 ms fires once.</summary>
    public TimeSpan Period { get; }

    /// <summary>Time until the reminder removes itself.</summary>
    public TimeSpan? Ttl { get; }

    /// <summary>How often it fires in all.</summary>
    public int? Repetitions { get; }
}
