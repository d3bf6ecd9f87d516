using DaprTrading.LocalRuntime;
using Polly;

namespace DaprTrading.Tests.Contract.Actors;

/// <summary>One store for all apps, or none.</summary>
internal sealed class FakeRegistry(IStateStore? store) : IComponentRegistry
{
    public IReadOnlyList<IComponent> ForApp(string appId) => store is null ? [] : [store];

    public IPubSub? FindPubSub(string appId, string name) => null;

    public IStateStore? FindStateStore(string appId, string name) => store;

    public ISecretStore? FindSecretStore(string appId, string name) => null;

    public IStateStore? ActorStateStore(string appId) => store;
}

/// <summary>Only what a test sets.</summary>
internal sealed class FakePolicies : IResiliencyPolicies
{
    public ResiliencePipeline<HttpResponseMessage>? ForActors { get; set; }

    public ResiliencePipeline? InboundComponent(string appId, string component, ComponentKind kind) => null;

    public ResiliencePipeline? OutboundComponent(string appId, string component, ComponentKind kind) => null;

    public ResiliencePipeline? App(string callerAppId, string targetAppId) => null;

    public ResiliencePipeline<HttpResponseMessage>? Actor(string callerAppId, string actorType, string actorId) => ForActors;

    public IReadOnlyList<string> ForApp(string appId) => [];
}

/// <summary>A sidecar that is only a name and a way into an app.</summary>
internal sealed class FakeSidecar(string appId, int instance, IAppChannel? app, params string[] features) : ISidecar
{
    public SidecarOptions Options { get; } = new()
    {
        AppId = appId,
        Instance = instance,
        Uuid = $"{appId}-{instance}",
        PodName = appId,
        Features = new HashSet<string>(features, StringComparer.Ordinal),
    };

    public int HttpPort => 0;

    public IAppChannel? App { get; } = app;

    public bool Ready => true;

    public IDictionary<string, string> Extended { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
