using System.Text.Json;
using Dapr.Actors.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dapr.Actors.Runtime;

/// <summary>What a test gives an actor to live with.</summary>
public sealed class ActorTestOptions
{
    /// <summary>Random unless given.</summary>
    public ActorId ActorId { get; set; } = ActorId.CreateRandom();

    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    public JsonSerializerOptions JsonSerializerOptions { get; set; } = ActorRuntimeOptions.DefaultJson();

    /// <summary>Refuses every call unless given.</summary>
    public IActorProxyFactory ProxyFactory { get; set; } = new NoProxies();

    /// <summary>Refuses every call unless given.</summary>
    public ActorTimerManager TimerManager { get; set; } = new NoTimers();

    private static NotSupportedException NotGiven(string option) =>
        new($"The test gave the actor no {option}: set {nameof(ActorTestOptions)}.{option}.");

    private sealed class NoProxies : IActorProxyFactory
    {
        public TActorInterface CreateActorProxy<TActorInterface>(ActorId actorId, string actorType, ActorProxyOptions? options = null)
            where TActorInterface : IActor =>
            throw NotGiven(nameof(ProxyFactory));

        public object CreateActorProxy(ActorId actorId, Type actorInterfaceType, string actorType, ActorProxyOptions? options = null) =>
            throw NotGiven(nameof(ProxyFactory));

        public ActorProxy Create(ActorId actorId, string actorType, ActorProxyOptions? options = null) => throw NotGiven(nameof(ProxyFactory));
    }

    private sealed class NoTimers : ActorTimerManager
    {
        public override Task RegisterReminderAsync(ActorReminder reminder) => throw NotGiven(nameof(TimerManager));

        public override Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder) => throw NotGiven(nameof(TimerManager));

        public override Task UnregisterReminderAsync(ActorReminderToken reminder) => throw NotGiven(nameof(TimerManager));

        public override Task RegisterTimerAsync(ActorTimer timer) => throw NotGiven(nameof(TimerManager));

        public override Task UnregisterTimerAsync(ActorTimerToken timer) => throw NotGiven(nameof(TimerManager));
    }
}
