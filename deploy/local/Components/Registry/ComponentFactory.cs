using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Makes the components of one type.</summary>
/// <param name="Type">Type as resources name it, e.g. <c>pubsub.redis</c>.</param>
/// <param name="Create">Makes a component that is not connected yet; throws <see cref="ComponentException"/> for a wrong setting.</param>
public sealed record ComponentFactory(string Type, Func<ComponentSettings, ComponentContext, IComponent> Create)
{
    private static readonly string[] InitialVersions = ["v1", "v0", ""];

    /// <summary>Versions the type has, the one to be written first; compared without regard to case. As in Dapr, a first version has three names.</summary>
    public IReadOnlyList<string> Versions { get; init; } = InitialVersions;

    /// <summary>The types the local runtime has.</summary>
    public static IReadOnlyList<ComponentFactory> All { get; } =
    [
        new("pubsub.redis", (settings, context) => new RedisPubSub(settings, context)),
        new("pubsub.in-memory", (settings, context) => new InMemoryPubSub(settings, context)),
        new("pubsub.rabbitmq", (settings, context) => new RabbitPubSub(settings, context)),
        new("state.redis", (settings, context) => new RedisStateStore(settings, context)),
        new("state.in-memory", (settings, context) => new InMemoryStateStore(settings, context)),
        new("state.postgresql", (settings, context) => new PostgresStateStore(settings, context)) { Versions = ["v2"] },
        new("state.postgres", (settings, context) => new PostgresStateStore(settings, context)) { Versions = ["v2"] },
        new("state.sqlite", (settings, context) => new SqliteStateStore(settings, context)),
        new("secretstores.local.env", (settings, context) => new EnvironmentSecretStore(settings, context)),
        new("secretstores.local.file", (settings, context) => new FileSecretStore(settings, context)),
    ];
}

/// <summary>What components share: the outside world of one runtime.</summary>
/// <param name="Environment">Environment variables.</param>
/// <param name="Loggers">Makes their loggers.</param>
/// <param name="Time">The clock.</param>
public sealed record ComponentContext(ComponentEnvironment Environment, ILoggerFactory Loggers, TimeProvider Time)
{
    /// <summary>The bus all <c>pubsub.in-memory</c> components of the runtime share.</summary>
    internal InMemoryBus Bus { get; } = new(Time, Loggers.CreateLogger("DaprTrading.LocalRuntime.InMemoryBus"));
}
