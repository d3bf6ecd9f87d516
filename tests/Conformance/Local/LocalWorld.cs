using System.Net;
using System.Net.Sockets;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Actors;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Sidecars;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Conformance.Local;

/// <summary>A local runtime put together as <c>./run up</c> does it.</summary>
internal sealed class LocalWorld : IWorld
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    private readonly ConfigurationResource _configuration;
    private readonly ComponentRegistry _registry;
    private readonly ActorRuntime _actors;
    private readonly SidecarHost _host;
    private readonly Dictionary<Node, ISidecar> _nodes = [];
    private readonly Dictionary<string, int> _instances = new(StringComparer.Ordinal);
    private bool _disposed;

    private LocalWorld(ResourceSet resources, ComponentRegistry registry)
    {
        var policies = new ResiliencyPolicies(resources.Resiliency, TimeProvider.System);
        _configuration = resources.Configuration;
        _registry = registry;
        _actors = new ActorRuntime(registry, policies, NullLoggerFactory.Instance, TimeProvider.System);
        _host = new SidecarHost(registry, policies, _actors, resources.Subscriptions, NullLoggerFactory.Instance, TimeProvider.System);
    }

    public static async Task<LocalWorld> StartAsync(
        string folder, string redis, IReadOnlyDictionary<string, string>? variables, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, string>(variables ?? new Dictionary<string, string>(), StringComparer.Ordinal) { ["REDIS_HOST"] = redis };
        try
        {
            ResourceSet resources = ResourceLoader.Load([folder], NullLogger.Instance);
            return new LocalWorld(resources, await ComponentRegistry.CreateAsync(
                resources, new ComponentEnvironment(seen), NullLoggerFactory.Instance, TimeProvider.System, cancellationToken));
        }
        catch (ComponentException e)
        {
            throw new WorldFailedException(e.Message);
        }
    }

    public Task<Node> AddAsync(NodeSetup setup, CancellationToken cancellationToken) =>
        AddAsync(setup, new ScriptedApp { Subscriptions = setup.Subscriptions, Configuration = setup.Configuration }, cancellationToken);

    public async Task<Node> AddAsync(NodeSetup setup, ScriptedApp app, CancellationToken cancellationToken)
    {
        setup.Script?.Invoke(app);
        if (setup.Listens) await app.ListenAsync(0, cancellationToken);
        int appPort = setup.Listens ? app.Port : FreePort();
        int instance = _instances[setup.AppId] = _instances.GetValueOrDefault(setup.AppId, -1) + 1;
        int metricsPort = setup.Metrics ? FreePort() : 0;
        ISidecar sidecar = await _host.StartAsync(Options(setup, appPort, metricsPort, instance), cancellationToken);
        var node = new Node(setup.AppId, new Uri($"http://127.0.0.1:{sidecar.HttpPort}/"), app) { AppPort = appPort, MetricsPort = metricsPort };
        _nodes.Add(node, sidecar);
        if (setup is { AwaitReady: true, Listens: true } && !await Waiting.ReadyAsync(node, LongestStart, cancellationToken))
        {
            throw new CheckFailedException($"the sidecar of {setup.AppId} did not get ready");
        }

        return node;
    }

    public Task StopAsync(Node node, CancellationToken cancellationToken) => _host.StopAsync(_nodes[node], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _host.DisposeAsync();
        await _actors.DisposeAsync();
        await _registry.DisposeAsync();
        foreach (Node node in _nodes.Keys)
        {
            await node.App.DisposeAsync();
            node.Dispose();
        }
    }

    private SidecarOptions Options(NodeSetup setup, int appPort, int metricsPort, int instance) => new()
    {
        AppId = setup.AppId,
        Instance = instance,
        AppPort = appPort,
        Uuid = $"{setup.AppId}-{instance}",
        PodName = $"{setup.AppId}-{instance}",
        ApiToken = setup.ApiToken,
        AppToken = setup.AppToken,
        AppMaxConcurrency = setup.MaxConcurrency,
        SamplingRate = _configuration.SamplingRate ?? 0.0001,
        DeniedApis = _configuration.DeniedApis,
        AllowedApis = [.. setup.AllowedApis.Select(name => new ApiRule(name, "v1", "http"))],
        MetricsPort = metricsPort > 0 ? metricsPort : null,
        DisabledInitEndpoints = setup.DisabledInitEndpoints.ToHashSet(StringComparer.Ordinal),
        Features = _configuration.EnabledFeatures,
        SecretScopes = _configuration.SecretScopes,
        AccessControl = _configuration.AccessControl,
        AppHealth = setup.Health ? new AppHealthOptions("/healthz", TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100), 3) : null,
    };

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
