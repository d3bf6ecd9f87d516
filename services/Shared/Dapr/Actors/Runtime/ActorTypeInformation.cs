using System.Reflection;

namespace Dapr.Actors.Runtime;

/// <summary>What the runtime knows of an actor class.</summary>
public sealed class ActorTypeInformation
{
    private ActorTypeInformation(string actorTypeName, Type implementationType, Type[] interfaceTypes)
    {
        ActorTypeName = actorTypeName;
        ImplementationType = implementationType;
        InterfaceTypes = interfaceTypes;
        TimerCallbacks = new ActorTimerCallbacks(implementationType);
    }

    /// <summary>Name the sidecar knows the type by.</summary>
    public string ActorTypeName { get; }

    public Type ImplementationType { get; }

    /// <summary>Interfaces whose methods can be called.</summary>
    public IEnumerable<Type> InterfaceTypes { get; }

    public bool IsAbstract => ImplementationType.IsAbstract;

    public bool IsRemindable => typeof(IRemindable).IsAssignableFrom(ImplementationType);

    internal ActorTimerCallbacks TimerCallbacks { get; }

    /// <summary>Looks at an actor class.</summary>
    /// <param name="actorTypeName">Overrides the name of <see cref="ActorAttribute"/> and the class name.</param>
    /// <exception cref="ArgumentException">The class is no actor, or has no interface that derives from <see cref="IActor"/>.</exception>
    public static ActorTypeInformation Get(Type actorType, string? actorTypeName)
    {
        ArgumentNullException.ThrowIfNull(actorType);
        if (!typeof(Actor).IsAssignableFrom(actorType))
        {
            throw new ArgumentException($"'{actorType}' does not derive from {nameof(Actor)}.", nameof(actorType));
        }

        Type[] interfaces = [.. actorType.GetInterfaces().Where(type => type != typeof(IActor) && typeof(IActor).IsAssignableFrom(type))];
        if (interfaces.Length == 0 && !actorType.IsAbstract)
        {
            throw new ArgumentException($"'{actorType}' implements no interface that derives from {nameof(IActor)}.", nameof(actorType));
        }

        string name = actorTypeName ?? actorType.GetCustomAttribute<ActorAttribute>(inherit: false)?.TypeName ?? actorType.Name;
        return new ActorTypeInformation(name, actorType, interfaces);
    }
}
