using System.Collections.ObjectModel;

namespace Dapr.Actors.Runtime;

/// <summary>An actor type the app hosts.</summary>
public sealed class ActorRegistration
{
    public ActorRegistration(ActorTypeInformation type)
        : this(type, options: null)
    {
    }

    public ActorRegistration(ActorTypeInformation type, ActorRuntimeOptions? options)
    {
        ArgumentNullException.ThrowIfNull(type);
        Type = type;
        TypeOptions = options!;
    }

    public ActorTypeInformation Type { get; }

    /// <summary>Makes the instances; the service container does unless given.</summary>
    public ActorActivator Activator { get; set; } = null!;

    /// <summary>Settings of this type alone; null when it has none.</summary>
    public ActorRuntimeOptions TypeOptions { get; }
}

/// <summary>The actor types the app hosts.</summary>
public sealed class ActorRegistrationCollection : KeyedCollection<ActorTypeInformation, ActorRegistration>
{
    /// <summary>Adds an actor type.</summary>
    public void RegisterActor<TActor>(Action<ActorRegistration>? configure = null)
        where TActor : Actor =>
        RegisterActor<TActor>(actorTypeName: null, typeOptions: null, configure);

    /// <summary>Adds an actor type with settings of its own.</summary>
    public void RegisterActor<TActor>(ActorRuntimeOptions? typeOptions, Action<ActorRegistration>? configure = null)
        where TActor : Actor =>
        RegisterActor<TActor>(actorTypeName: null, typeOptions, configure);

    /// <summary>Adds an actor type under a name.</summary>
    public void RegisterActor<TActor>(string? actorTypeName, Action<ActorRegistration>? configure = null)
        where TActor : Actor =>
        RegisterActor<TActor>(actorTypeName, typeOptions: null, configure);

    /// <summary>Adds an actor type under a name, with settings of its own.</summary>
    public void RegisterActor<TActor>(string? actorTypeName, ActorRuntimeOptions? typeOptions, Action<ActorRegistration>? configure = null)
        where TActor : Actor
    {
        var registration = new ActorRegistration(ActorTypeInformation.Get(typeof(TActor), actorTypeName), typeOptions);
        configure?.Invoke(registration);
        Add(registration);
    }

    /// <inheritdoc />
    protected override ActorTypeInformation GetKeyForItem(ActorRegistration item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Type;
    }
}
