namespace DaprTrading.Conformance.Staging;

/// <summary>What is checked: a sidecar somebody runs, or a runtime that starts sidecars as asked.</summary>
public interface ITarget : IAsyncDisposable
{
    /// <summary>Whether <see cref="StartAsync"/> works.</summary>
    bool StartsSidecars { get; }

    /// <summary>Redis behind the components, as <c>host:port</c>; null: unknown.</summary>
    string? Redis { get; }

    /// <summary>PostgreSQL for stores of the checks' own, as a connection string of Dapr's; null: none.</summary>
    string? Postgres { get; }

    /// <summary>Release of Dapr the sidecar says it is, known once <see cref="StandardAsync"/> has ended; null: none, it has every rule.</summary>
    string? Release { get; }

    /// <summary>The sidecar <c>web</c> with the standard components and the standard app, ready.</summary>
    Task<Node> StandardAsync(CancellationToken cancellationToken);

    /// <summary>Components of its own, without sidecars yet.</summary>
    /// <param name="resources">YAML documents.</param>
    /// <param name="variables">Variables the components see besides <c>REDIS_HOST</c>.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="WorldFailedException">A component cannot be used.</exception>
    Task<IWorld> StartAsync(IReadOnlyList<string> resources, IReadOnlyDictionary<string, string>? variables, CancellationToken cancellationToken);
}

/// <summary>Components and the sidecars that use them. Disposing ends all of it.</summary>
public interface IWorld : IAsyncDisposable
{
    /// <summary>Starts a sidecar and its app.</summary>
    Task<Node> AddAsync(NodeSetup setup, CancellationToken cancellationToken);

    /// <summary>Stops a sidecar as a signal would.</summary>
    Task StopAsync(Node node, CancellationToken cancellationToken);
}

/// <summary>The runtime refuses to start.</summary>
public sealed class WorldFailedException(string message) : Exception(message);

/// <summary>What a sidecar and its app are started with.</summary>
public sealed record NodeSetup(string AppId)
{
    /// <summary>Answer to <c>GET /dapr/subscribe</c>; null: 404.</summary>
    public string? Subscriptions { get; init; }

    /// <summary>Answer to <c>GET /dapr/config</c>; null: 404.</summary>
    public string? Configuration { get; init; }

    /// <summary>False: nothing listens on the app's port yet.</summary>
    public bool Listens { get; init; } = true;

    /// <summary>False: do not wait until <c>healthz</c> answers 204.</summary>
    public bool AwaitReady { get; init; } = true;

    /// <summary>Token of the API.</summary>
    public string? ApiToken { get; init; }

    /// <summary>Token towards the app.</summary>
    public string? AppToken { get; init; }

    /// <summary>Most calls into the app at once.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Health checks every 100 ms on <c>/healthz</c>, three failures.</summary>
    public bool Health { get; init; }

    /// <summary>Groups of the API that are allowed, all v1 and http; empty: everything.</summary>
    public IReadOnlyList<string> AllowedApis { get; init; } = [];

    /// <summary>Whether it has a metrics port.</summary>
    public bool Metrics { get; init; }

    /// <summary>Start-up questions that are not asked.</summary>
    public IReadOnlyList<string> DisabledInitEndpoints { get; init; } = [];

    /// <summary>What the app answers.</summary>
    public Action<ScriptedApp>? Script { get; init; }
}
