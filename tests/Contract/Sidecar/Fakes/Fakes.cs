using DaprTrading.LocalRuntime;
using Microsoft.AspNetCore.Http;
using Polly;

namespace DaprTrading.Tests.Contract.Sidecar.Fakes;

internal sealed class FakeRegistry(params IComponent[] components) : IComponentRegistry
{
    /// <summary>App ids that see a component; missing: everybody.</summary>
    public Dictionary<string, string[]> Scopes { get; } = [];

    public IReadOnlyList<IComponent> ForApp(string appId) =>
        [.. components.Where(c => !Scopes.TryGetValue(c.Name, out string[]? apps) || apps.Contains(appId))];

    public IPubSub? FindPubSub(string appId, string name) => ForApp(appId).OfType<IPubSub>().FirstOrDefault(c => c.Name == name);

    public IStateStore? FindStateStore(string appId, string name) => ForApp(appId).OfType<IStateStore>().FirstOrDefault(c => c.Name == name);

    public ISecretStore? FindSecretStore(string appId, string name) => ForApp(appId).OfType<ISecretStore>().FirstOrDefault(c => c.Name == name);

    public IStateStore? ActorStateStore(string appId) => null;
}

internal sealed class FakePolicies : IResiliencyPolicies
{
    public ResiliencePipeline? Inbound { get; set; }

    public ResiliencePipeline? Outbound { get; set; }

    public ResiliencePipeline? Apps { get; set; }

    public RetrySchedule Initialization { get; set; } = RetrySchedule.BuiltInInitialization;

    public RetrySchedule InitializationRetries(string appId) => Initialization;

    public ResiliencePipeline? InboundComponent(string appId, string component, ComponentKind kind) => Inbound;

    public ResiliencePipeline? OutboundComponent(string appId, string component, ComponentKind kind) => Outbound;

    public ResiliencePipeline? App(string callerAppId, string targetAppId) => Apps;

    public ResiliencePipeline<HttpResponseMessage>? Actor(string callerAppId, string actorType, string actorId) => null;

    public IReadOnlyList<string> ForApp(string appId) => [];
}

internal sealed class FakeActors : IActorRuntime
{
    private readonly Lock _gate = new();
    private readonly List<string> _events = [];

    public AppConfiguration? Configuration { get; private set; }

    public IReadOnlyList<string> Events
    {
        get
        {
            lock (_gate) return [.. _events];
        }
    }

    public Task HostReadyAsync(ISidecar sidecar, AppConfiguration configuration, CancellationToken cancellationToken)
    {
        Configuration = configuration;
        Add($"ready {sidecar.Options.AppId}");
        return Task.CompletedTask;
    }

    public Task HostGoneAsync(ISidecar sidecar, bool graceful, CancellationToken cancellationToken)
    {
        Add($"gone {sidecar.Options.AppId} {(graceful ? "graceful" : "dead")}");
        return Task.CompletedTask;
    }

    public Task HandleAsync(HttpContext http, ISidecar sidecar, IReadOnlyList<string> segments) =>
        DaprHttp.TextAsync(http, 200, string.Join('|', segments));

    public IReadOnlyDictionary<string, int> ActiveActors(ISidecar sidecar) => new Dictionary<string, int> { ["Room"] = 2 };

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Add(string text)
    {
        lock (_gate) _events.Add(text);
    }
}

internal sealed class FakeSecrets : ISecretStore
{
    public string Name => "secrets";

    public string Type => "secretstores.fake";

    public string Version => "v1";

    public IReadOnlyList<string> Capabilities => [];

    public IReadOnlyDictionary<string, string> Metadata => EmptyMetadata.Value;

    public Task InitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<IReadOnlyDictionary<string, string>?> GetAsync(string name, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>?>(
            name == "redis:password" ? new Dictionary<string, string> { ["redis:password"] = "p" } : null);

    public Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> GetAllAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>>(
            new Dictionary<string, IReadOnlyDictionary<string, string>> { ["redis:password"] = new Dictionary<string, string> { ["redis:password"] = "p" } });
}
