using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>One app instance's sidecar: a port with Dapr's HTTP API and the way into the app.</summary>
public sealed class LocalSidecar : ISidecar
{
    private readonly AppLifecycle _lifecycle;
    private SidecarServer? _server;

    internal LocalSidecar(SidecarOptions options, SidecarServices services)
    {
        Options = options;
        Services = services;
        Access = new ApiAccess(options);
        Metrics = new SidecarMetrics(this);
        Channel = options.AppPort is null ? null : new AppChannel(options, services.Apps, Metrics, services.Time);
        PubSubs = new PubSubTargets(options, services);
        States = new StateTargets(options, services, Metrics);
        Subscriber = new Subscriber(this);
        _lifecycle = new AppLifecycle(this);
    }

    /// <inheritdoc/>
    public SidecarOptions Options { get; }

    /// <inheritdoc/>
    public int HttpPort => _server?.Port ?? Options.HttpPort;

    /// <inheritdoc/>
    public IAppChannel? App => Channel;

    /// <inheritdoc/>
    public bool Ready => _lifecycle.Ready;

    /// <inheritdoc/>
    public IDictionary<string, string> Extended { get; } = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Totals since the sidecar was started.</summary>
    public SidecarStatistics Statistics { get; } = new();

    /// <summary>The dead-letter topics of its subscriptions.</summary>
    public IEnumerable<DeadLetterSource> DeadLetterSources()
    {
        foreach (SubscriptionPlan plan in Subscriber.Plans)
        {
            if (plan.DeadLetterTopic is not { } topic || PubSubs.Find(plan.PubSub) is not { } target) continue;
            yield return new DeadLetterSource(target.Component, topic, plan.Topic, target.OnBroker(""));
        }
    }

    /// <summary>True when its app has subscriptions, running or not.</summary>
    public bool Subscribes => Subscriber.Plans.Count > 0;

    /// <summary>True when calls of other apps are to go to other instances.</summary>
    internal bool Withdrawn
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Removes what brokers keep for an instance of the same app that is gone for good; consumers the instances share stay.</summary>
    internal async Task ForgetInstanceAsync(string uuid, string podName, CancellationToken cancellationToken)
    {
        foreach (SubscriptionPlan plan in Subscriber.Plans)
        {
            if (PubSubs.Find(plan.PubSub) is not { } target || target.ConsumerIdOf(uuid, podName) is not { } consumer) continue;
            await target.Component.ForgetAsync(new PubSubSubscription(target.OnBroker(plan.Topic), consumer, plan.Metadata), cancellationToken);
        }
    }

    internal SidecarServices Services { get; }

    internal ApiAccess Access { get; }

    internal SidecarMetrics Metrics { get; }

    internal AppChannel? Channel { get; }

    internal PubSubTargets PubSubs { get; }

    internal StateTargets States { get; }

    internal Subscriber Subscriber { get; }

    internal ILogger Logger(string area) => Services.Loggers.CreateLogger($"sidecar.{area}.{Options.AppId}-{Options.Instance}");

    internal async Task StartAsync(Func<LocalSidecar, Microsoft.AspNetCore.Http.RequestDelegate> handler, CancellationToken cancellationToken)
    {
        _server = await SidecarServer.StartAsync(
            Options.HttpPort, handler(this), Options.MetricsPort, Metrics.ServeAsync, Services.Loggers, cancellationToken);
        _lifecycle.Start();
    }

    internal Task AppExitedAsync() => _lifecycle.AppExitedAsync();

    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _lifecycle.StopAsync(cancellationToken);
        }
        finally
        {
            if (_server is not null)
            {
                await _server.StopAsync(cancellationToken);
                await _server.DisposeAsync();
            }

            Channel?.Dispose();
        }
    }
}
