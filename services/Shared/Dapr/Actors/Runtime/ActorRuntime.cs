using System.Collections.Frozen;
using Dapr.Actors.Client;
using Microsoft.Extensions.Logging;

namespace Dapr.Actors.Runtime;

/// <summary>Hosts the actors of the app.</summary>
public sealed class ActorRuntime
{
    private readonly FrozenDictionary<string, ActorManager> _managers;

    /// <exception cref="ArgumentException">An actor interface breaks a rule, or two types have the same name.</exception>
    internal ActorRuntime(ActorRuntimeOptions options, ActorSidecar sidecar, ActorActivatorFactory activators, IActorProxyFactory proxies,
        ILoggerFactory loggers, TimeProvider clock)
    {
        Options = options;
        RegisteredActors = [.. options.Actors];
        var timers = new SidecarTimerManager(sidecar);
        _managers = RegisteredActors.ToFrozenDictionary(actor => actor.Type.ActorTypeName, actor =>
        {
            ActorTypeInformation type = actor.Type;
            return new ActorManager(
                type,
                new ActorMethodTable(type, options.JsonSerializerOptions),
                actor.Activator ?? activators.CreateActivator(type),
                id => new ActorHost(type, id, options.JsonSerializerOptions, loggers, proxies, timers,
                    new ActorStateStore(sidecar, type.ActorTypeName, id.GetId(), options.JsonSerializerOptions, clock)),
                (actor.TypeOptions ?? options).ReentrancyConfig is { Enabled: true });
        }, StringComparer.Ordinal);
    }

    public IReadOnlyList<ActorRegistration> RegisteredActors { get; }

    internal ActorRuntimeOptions Options { get; }

    internal ActorManager Manager(string actorType) => _managers.TryGetValue(actorType, out ActorManager? manager)
        ? manager
        : throw new InvalidOperationException($"The app hosts no actor type '{actorType}'.");
}
