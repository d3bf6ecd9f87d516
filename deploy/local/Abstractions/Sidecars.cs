namespace DaprTrading.LocalRuntime;

/// <summary>What a sidecar is started with: daprd's flags as far as the local runtime has them.</summary>
public sealed record SidecarOptions
{
    /// <summary>App id; no dots.</summary>
    public required string AppId { get; init; }

    /// <summary>Instance of the app, from 0.</summary>
    public int Instance { get; init; }

    /// <summary>Port of the app on loopback; null: no app channel, so no subscriptions and no hosted actors.</summary>
    public int? AppPort { get; init; }

    /// <summary>Port of the sidecar's HTTP API; 0 picks a free one.</summary>
    public int HttpPort { get; init; }

    /// <summary>Host the app listens on.</summary>
    public string AppHost { get; init; } = "127.0.0.1";

    /// <summary>The variable <c>NAMESPACE</c>; null or empty: it is not set.</summary>
    public string? NamespaceVariable { get; init; }

    /// <summary>Namespace of the sidecar.</summary>
    public string Namespace => NamespaceOf(NamespaceVariable);

    /// <summary>The namespace that a value of <c>NAMESPACE</c> means.</summary>
    public static string NamespaceOf(string? variable) => variable is { Length: > 0 } given ? given : "default";

    /// <summary>Value of the <c>{uuid}</c> template: stable for one app instance as long as its data folder lives.</summary>
    public required string Uuid { get; init; }

    /// <summary>Value of the <c>{podName}</c> template.</summary>
    public required string PodName { get; init; }

    /// <summary>Most calls into the app at once; null: no limit.</summary>
    public int? AppMaxConcurrency { get; init; }

    /// <summary>Token every API call must carry (<c>DAPR_API_TOKEN</c>); null: none.</summary>
    public string? ApiToken { get; init; }

    /// <summary>Token sent with every call into the app (<c>APP_API_TOKEN</c>); null: none.</summary>
    public string? AppToken { get; init; }

    /// <summary>Largest request body, in bytes.</summary>
    public long MaxBodySize { get; init; } = 4 * 1024 * 1024;

    /// <summary>App health checks; null: off.</summary>
    public AppHealthOptions? AppHealth { get; init; }

    /// <summary>Features switched on by the Configuration resource, e.g. <c>ActorStateTTL</c>.</summary>
    public IReadOnlySet<string> Features { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Sampling rate of traces: 0 switches tracing off.</summary>
    public double SamplingRate { get; init; } = 0.0001;

    /// <summary>API allow-list of the Configuration resource; empty: everything.</summary>
    public IReadOnlyList<ApiRule> AllowedApis { get; init; } = [];

    /// <summary>API deny-list of the Configuration resource; evaluated first.</summary>
    public IReadOnlyList<ApiRule> DeniedApis { get; init; } = [];

    /// <summary>Port of the metrics; null: none.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>Start-up questions that are not asked: <c>config</c>, <c>subscribe</c>.</summary>
    public IReadOnlySet<string> DisabledInitEndpoints { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Secrets the app may read, by store; a store that is not named: all.</summary>
    public IReadOnlyList<SecretScope> SecretScopes { get; init; } = [];

    /// <summary>Who may call the app; null: everybody.</summary>
    public AccessControl? AccessControl { get; init; }
}

/// <summary>One entry of an API allow- or deny-list.</summary>
/// <param name="Name">Group, e.g. <c>state</c>.</param>
/// <param name="Version">E.g. <c>v1</c>.</param>
/// <param name="Protocol"><c>http</c> or <c>grpc</c>.</param>
public sealed record ApiRule(string Name, string Version, string Protocol);

/// <summary>App health checks (daprd's <c>--enable-app-health-check</c> and its companions).</summary>
/// <param name="Path">Path probed.</param>
/// <param name="Interval">Time between probes.</param>
/// <param name="Timeout">Longest wait for one answer.</param>
/// <param name="Threshold">Failures in a row that make the app unhealthy.</param>
public sealed record AppHealthOptions(string Path, TimeSpan Interval, TimeSpan Timeout, int Threshold);

/// <summary>A running sidecar.</summary>
public interface ISidecar
{
    /// <summary>What it was started with.</summary>
    SidecarOptions Options { get; }

    /// <summary>Port of its HTTP API.</summary>
    int HttpPort { get; }

    /// <summary>The way into its app; null without an app port.</summary>
    IAppChannel? App { get; }

    /// <summary>True when start-up is complete: <c>healthz</c> answers 204.</summary>
    bool Ready { get; }

    /// <summary>Pairs set with <c>PUT /v1.0/metadata/{key}</c>.</summary>
    IDictionary<string, string> Extended { get; }
}

/// <summary>The way from a sidecar into its app.</summary>
public interface IAppChannel
{
    /// <summary>True while the app takes calls: its port accepts, and health checks, when on, succeed.</summary>
    bool Available { get; }

    /// <summary>
    /// Sends a request to the app. The request's URI is relative (<c>/path?query</c>). Adds the app token, waits for a place under the
    /// app's concurrency limit, never follows redirects and returns as soon as the headers are there.
    /// Throws <see cref="AppUnavailableException"/> when the app is down or unhealthy, <see cref="HttpRequestException"/> when the call breaks.
    /// </summary>
    Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken);
}

/// <summary>The app is not there, or its health checks fail.</summary>
public sealed class AppUnavailableException(string message) : Exception(message);

/// <summary>Starts and stops sidecars. One host serves all of a runtime.</summary>
public interface ISidecarHost : IAsyncDisposable
{
    /// <summary>The running sidecars.</summary>
    IReadOnlyList<ISidecar> Sidecars { get; }

    /// <summary>
    /// Opens the sidecar's API (then <c>healthz/outbound</c> answers 204) and returns. In the background it waits for the app's port, asks
    /// <c>dapr/config</c> and <c>dapr/subscribe</c>, starts the subscriptions and registers the actor types.
    /// </summary>
    Task<ISidecar> StartAsync(SidecarOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// The app's process has ended, expectedly or not: subscriptions pause, its actors move, calls go to other instances.
    /// The sidecar stays and waits for the port again, then repeats the start-up calls.
    /// </summary>
    Task AppExitedAsync(ISidecar sidecar);

    /// <summary>From now on calls of other apps go to other instances; those under way are finished.</summary>
    void Withdraw(ISidecar sidecar);

    /// <summary>Removes what brokers keep for an instance that is gone for good: consumers named by <c>{uuid}</c> or <c>{podName}</c>.</summary>
    /// <param name="like">A sidecar of the same app, running or stopped, which knows the subscriptions.</param>
    /// <param name="uuid">Uuid of the instance that is gone.</param>
    /// <param name="podName">Its pod name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ComponentException">A broker could not be asked.</exception>
    Task ForgetInstanceAsync(ISidecar like, string uuid, string podName, CancellationToken cancellationToken);

    /// <summary>Graceful stop: subscriptions end and drain, actors are deactivated while the app still answers, then the port closes.</summary>
    Task StopAsync(ISidecar sidecar, CancellationToken cancellationToken);
}

/// <summary>Answer of <c>GET /dapr/config</c>: the actor types an app hosts and how.</summary>
public sealed record AppConfiguration
{
    /// <summary>Hosted actor types.</summary>
    public IReadOnlyList<string> Entities { get; init; } = [];

    /// <summary>Idle time before deactivation.</summary>
    public TimeSpan ActorIdleTimeout { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>How long running calls may go on when the hosts of their type change.</summary>
    public TimeSpan DrainOngoingCallTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>False: such calls are cancelled at once.</summary>
    public bool DrainRebalancedActors { get; init; } = true;

    /// <summary>Whether an actor may be re-entered by its own call chain.</summary>
    public bool ReentrancyEnabled { get; init; }

    /// <summary>Deepest nesting of re-entrant calls.</summary>
    public int ReentrancyMaxStackDepth { get; init; } = 32;

    /// <summary>Per-type overrides; a type listed here must also be in <see cref="Entities"/>.</summary>
    public IReadOnlyDictionary<string, AppConfiguration> PerType { get; init; } = new Dictionary<string, AppConfiguration>(StringComparer.Ordinal);
}

/// <summary>The actor side of the runtime: placement, turns, state, timers, reminders.</summary>
public interface IActorRuntime : IAsyncDisposable
{
    /// <summary>A sidecar's app is ready and hosts <paramref name="configuration"/>'s types (maybe none).</summary>
    Task HostReadyAsync(ISidecar sidecar, AppConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>
    /// A sidecar's app can no longer host. With <paramref name="graceful"/> its running turns are drained and its actors deactivated first;
    /// without, the process is gone and its actors answer elsewhere at once.
    /// </summary>
    Task HostGoneAsync(ISidecar sidecar, bool graceful, CancellationToken cancellationToken);

    /// <summary>Serves <c>/v1.0/actors/…</c>.</summary>
    /// <param name="http">The request.</param>
    /// <param name="sidecar">The sidecar it came to.</param>
    /// <param name="segments">Path parts after <c>actors</c>, un-escaped.</param>
    Task HandleAsync(Microsoft.AspNetCore.Http.HttpContext http, ISidecar sidecar, IReadOnlyList<string> segments);

    /// <summary>Hosted types of a sidecar with their number of active actors.</summary>
    IReadOnlyDictionary<string, int> ActiveActors(ISidecar sidecar);

    /// <summary>Totals of the types that a sidecar reports on: each type is reported by one of its hosts.</summary>
    IReadOnlyList<ActorMeasure> Measures(ISidecar sidecar) => [];
}

/// <summary>Totals of an actor type over all its hosts.</summary>
/// <param name="Type">Actor type.</param>
/// <param name="Waiting">Calls waiting for a turn.</param>
/// <param name="Timers">Registered timers.</param>
/// <param name="Reminders">Registered reminders.</param>
/// <param name="Deactivations">Deactivations since the runtime began.</param>
/// <param name="Moved">Actors that lost their host since then.</param>
public readonly record struct ActorMeasure(string Type, int Waiting, int Timers, int Reminders, long Deactivations, long Moved);
