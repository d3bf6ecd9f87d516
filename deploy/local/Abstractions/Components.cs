namespace DaprTrading.LocalRuntime;

/// <summary>A loaded component: one instance serves every sidecar of the runtime.</summary>
public interface IComponent : IAsyncDisposable
{
    /// <summary>Name used in API paths.</summary>
    string Name { get; }

    /// <summary>E.g. <c>pubsub.redis</c>.</summary>
    string Type { get; }

    /// <summary>E.g. <c>v1</c>.</summary>
    string Version { get; }

    /// <summary>Features as Dapr's metadata API names them, e.g. <c>ETAG</c>, <c>TRANSACTIONAL</c>, <c>TTL</c>.</summary>
    IReadOnlyList<string> Capabilities { get; }

    /// <summary>Metadata of the component with secrets resolved and templates left in; names are case-insensitive.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Connects. Throws <see cref="ComponentException"/> when the component cannot be used.</summary>
    Task InitAsync(CancellationToken cancellationToken);
}

/// <summary>A component, or what it was asked to do, failed. The message names file, component and field where they are known.</summary>
public sealed class ComponentException : Exception
{
    /// <summary>With a message.</summary>
    public ComponentException(string message) : base(message) { }

    /// <summary>With a message and its cause.</summary>
    public ComponentException(string message, Exception innerException) : base(message, innerException) { }
}

/// <summary>The components a sidecar may use: those whose scopes name its app or are empty.</summary>
public interface IComponentRegistry
{
    /// <summary>All components visible to an app.</summary>
    IReadOnlyList<IComponent> ForApp(string appId);

    /// <summary>A pub/sub component by name, or null when it is missing or out of scope.</summary>
    IPubSub? FindPubSub(string appId, string name);

    /// <summary>A state store by name, or null when it is missing or out of scope.</summary>
    IStateStore? FindStateStore(string appId, string name);

    /// <summary>A secret store by name, or null when it is missing or out of scope.</summary>
    ISecretStore? FindSecretStore(string appId, string name);

    /// <summary>The one state store with <c>actorStateStore: "true"</c> visible to an app, or null.</summary>
    IStateStore? ActorStateStore(string appId);
}

/// <summary>A secret store.</summary>
public interface ISecretStore : IComponent
{
    /// <summary>One secret: its keys and values; null when the store has nothing under that name.</summary>
    Task<IReadOnlyDictionary<string, string>?> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken);

    /// <summary>Every secret.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(CancellationToken cancellationToken);
}
