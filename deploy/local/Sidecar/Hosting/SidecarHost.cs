using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// Runs the sidecars of a local runtime in one process, a port each. They share the connection pool into the apps, the components and the
/// actor runtime. All members may be called from any thread.
/// </summary>
public sealed class SidecarHost : ISidecarHost
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    // daprd's process ends about this long after a forced shutdown.
    private static readonly TimeSpan ForcedPeriod = TimeSpan.FromMilliseconds(100);

    private readonly SidecarServices _services;
    private readonly ApiRouter _router;
    private readonly Lock _gate = new();
    private readonly List<Task> _stopping = [];

    /// <summary>Nothing is started yet.</summary>
    /// <param name="components">Components of the runtime, initialised.</param>
    /// <param name="policies">Resiliency policies.</param>
    /// <param name="actors">Actor runtime; not disposed by the host.</param>
    /// <param name="subscriptions">Declarative subscriptions in the order they were loaded.</param>
    /// <param name="loggers">Logger factory.</param>
    /// <param name="time">Clock.</param>
    public SidecarHost(
        IComponentRegistry components, IResiliencyPolicies policies, IActorRuntime actors, IReadOnlyList<DeclarativeSubscription> subscriptions,
        ILoggerFactory loggers, TimeProvider time)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            // Header values pass through byte by byte, whatever encoding they are in.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        };
        _services = new SidecarServices(
            components, policies, actors, subscriptions, loggers, time, new HttpMessageInvoker(handler, disposeHandler: true), new Instances());
        _router = new ApiRouter(actors, time, StopInBackground);
    }

    /// <summary>
    /// Done when a sidecar knows the subscriptions of its app and has not begun with any, for a few seconds at most. It must not throw; set it before the first start.
    /// </summary>
    public Func<LocalSidecar, CancellationToken, Task> BeforeSubscribing
    {
        set => _services.BeforeSubscribing = value;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ISidecar> Sidecars => _services.Instances.All;

    /// <inheritdoc/>
    public async Task<ISidecar> StartAsync(SidecarOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.AppId);
        if (options.AppId.Contains('.')) throw new ArgumentException($"app id '{options.AppId}' must not contain a dot", nameof(options));
        var sidecar = new LocalSidecar(options, _services);
        await sidecar.StartAsync(_router.For, cancellationToken);
        _services.Instances.Add(sidecar);
        return sidecar;
    }

    /// <inheritdoc/>
    public Task AppExitedAsync(ISidecar sidecar) => ((LocalSidecar)sidecar).AppExitedAsync();

    /// <inheritdoc/>
    public void Withdraw(ISidecar sidecar) => ((LocalSidecar)sidecar).Withdrawn = true;

    /// <inheritdoc/>
    public Task ForgetInstanceAsync(ISidecar like, string uuid, string podName, CancellationToken cancellationToken) =>
        ((LocalSidecar)like).ForgetInstanceAsync(uuid, podName, cancellationToken);

    /// <inheritdoc/>
    public async Task StopAsync(ISidecar sidecar, CancellationToken cancellationToken)
    {
        var local = (LocalSidecar)sidecar;
        if (_services.Instances.Remove(local)) await local.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(GracePeriod, _services.Time);
        await Task.WhenAll(_services.Instances.All.Select(sidecar => StopObservedAsync(sidecar, grace.Token)));
        Task[] stopping;
        lock (_gate) stopping = [.. _stopping];
        await Task.WhenAll(stopping);
        _services.Apps.Dispose();
    }

    // POST /shutdown: the request that asks for it must have been answered before its server can stop.
    private void StopInBackground(LocalSidecar sidecar, bool force)
    {
        lock (_gate)
        {
            _stopping.RemoveAll(task => task.IsCompleted);
            _stopping.Add(StopWithGraceAsync(sidecar, force ? ForcedPeriod : GracePeriod));
        }
    }

    private async Task StopWithGraceAsync(LocalSidecar sidecar, TimeSpan period)
    {
        await Task.Yield();
        using var grace = new CancellationTokenSource(period, _services.Time);
        await StopObservedAsync(sidecar, grace.Token);
    }

    private async Task StopObservedAsync(LocalSidecar sidecar, CancellationToken cancellationToken)
    {
        try
        {
            await StopAsync(sidecar, cancellationToken);
        }
        catch (Exception e)
        {
            ApiLog.StopFailed(sidecar.Logger("api"), e.Message);
        }
    }
}
