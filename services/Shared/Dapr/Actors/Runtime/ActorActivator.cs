namespace Dapr.Actors.Runtime;

/// <summary>Makes and disposes the instances of an actor type.</summary>
public abstract class ActorActivator
{
    /// <summary>Makes an instance.</summary>
    public abstract Task<ActorActivatorState> CreateAsync(ActorHost host);

    /// <summary>Disposes an instance and all that was made with it.</summary>
    public abstract Task DeleteAsync(ActorActivatorState state);
}

/// <summary>Makes the activator of an actor type.</summary>
public abstract class ActorActivatorFactory
{
    public abstract ActorActivator CreateActivator(ActorTypeInformation type);
}

/// <summary>An instance of an actor, as its activator made it.</summary>
public class ActorActivatorState(Actor actor)
{
    public Actor Actor { get; } = actor;
}
