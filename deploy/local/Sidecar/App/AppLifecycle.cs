using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// Follows one app instance from its first open port to the end of the sidecar. A life begins with the start-up questions and ends when the
/// process has exited; within a life the app may become unreachable or unhealthy and come back without being asked again.
/// </summary>
internal sealed class AppLifecycle(LocalSidecar sidecar)
{
    private static readonly TimeSpan ActorLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = sidecar.Logger("app");
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _exit = new(1, 1);
    private readonly Lock _gate = new();
    private CancellationTokenSource? _life;
    private TaskCompletionSource _lifeEnded = Completion();
    private Task _loop = Task.CompletedTask;
    private bool _hosting;

    private volatile bool _started;

    /// <summary>Start-up is complete and the app, if there is one, takes calls.</summary>
    public bool Ready => _started && sidecar.Channel is not { Available: false };

    public void Start() => _loop = RunAsync(_stopping.Token);

    /// <summary>The process is gone: nothing more is sent there; ends when its actors have been moved.</summary>
    public async Task AppExitedAsync()
    {
        if (sidecar.Channel is not { } channel) return;
        channel.SetDown("the app has exited");
        await _exit.WaitAsync(CancellationToken.None);
        try
        {
            if (_stopping.IsCancellationRequested) return;
            Task ended;
            CancellationTokenSource? life;
            lock (_gate)
            {
                life = _life;
                ended = _lifeEnded.Task;
            }

            if (life is null) return;
            AppLog.Exited(_logger);
            await life.CancelAsync();
            await ended;
        }
        catch (ObjectDisposedException)
        {
            // That life ended by itself in this moment.
        }
        finally
        {
            _exit.Release();
        }
    }

    /// <summary>Graceful end: deliveries drain, then actors are deactivated while the app still answers.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await sidecar.Subscriber.DrainAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            AppLog.SlowStop(_logger, "deliveries are still running");
        }

        await HostGoneAsync(graceful: true, cancellationToken);
        _started = false;
        sidecar.Channel?.SetDown("the sidecar is stopping");
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        await Task.Yield();
        if (sidecar.Channel is null)
        {
            await HostReadyAsync(new AppConfiguration(), stopping);
            _started = true;
            return;
        }

        AppLog.Waiting(_logger, sidecar.HttpPort, sidecar.Options.AppPort!.Value);
        while (!stopping.IsCancellationRequested) await LiveAsync(stopping);
    }

    private async Task LiveAsync(CancellationToken stopping)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        TaskCompletionSource ended = Completion();
        lock (_gate)
        {
            _life = life;
            _lifeEnded = ended;
        }

        try
        {
            await LiveAsync(sidecar.Channel!, life.Token);
        }
        catch (Exception) when (life.IsCancellationRequested)
        {
            // The app has exited, or the sidecar stops; whatever was under way has been broken off.
        }
        catch (Exception e)
        {
            AppLog.LifecycleFailed(_logger, e);
            sidecar.Channel!.SetDown("starting over");
            await Task.Delay(Breath, sidecar.Services.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_gate) _life = null;
        if (!stopping.IsCancellationRequested)
        {
            _started = false;
            sidecar.Channel!.SetDown("the app has exited");
            sidecar.Subscriber.Pause();
            await HostGoneAsync(graceful: false, stopping);
        }

        ended.TrySetResult();
    }

    private async Task LiveAsync(AppChannel channel, CancellationToken life)
    {
        await AppPort.WaitAsync(sidecar.Options, sidecar.Services.Time, life);
        AppHealthOptions? health = sidecar.Options.AppHealth;
        var probe = health is null ? null : new AppHealthProbe(channel, health, sidecar.Metrics, sidecar.Services.Time);
        if (probe is not null) await probe.WaitHealthyAsync(life);

        var questions = new AppQuestions(sidecar, _logger);
        AppConfiguration configuration = await questions.ConfigurationAsync(life);
        IReadOnlyList<SubscriptionPlan> plans = await questions.SubscriptionsAsync(life);
        channel.SetUp();
        await ServeAsync(plans, configuration, life);
        _started = true;
        AppLog.Ready(_logger, plans.Count, configuration.Entities.Count);
        await (probe is null ? WatchPortAsync(channel, life) : WatchHealthAsync(channel, probe, plans, configuration, life));
    }

    private async Task ServeAsync(IReadOnlyList<SubscriptionPlan> plans, AppConfiguration configuration, CancellationToken life)
    {
        await sidecar.Subscriber.StartAsync(plans, life);
        await HostReadyAsync(configuration, life);
    }

    // Without health checks a call that breaks is the only sign. While the port is closed calls wait or fail at once; nothing is asked again.
    private async Task WatchPortAsync(AppChannel channel, CancellationToken life)
    {
        while (true)
        {
            await channel.BrokenAsync(life);
            if (await AppPort.AcceptsAsync(sidecar.Options, life)) continue;
            channel.SetDown("the app does not listen");
            AppLog.Down(_logger, "its port does not accept connections");
            await AppPort.WaitAsync(sidecar.Options, sidecar.Services.Time, life);
            life.ThrowIfCancellationRequested();
            channel.SetUp();
            AppLog.Up(_logger);
        }
    }

    private async Task WatchHealthAsync(
        AppChannel channel, AppHealthProbe probe, IReadOnlyList<SubscriptionPlan> plans, AppConfiguration configuration, CancellationToken life)
    {
        while (true)
        {
            await probe.WaitUnhealthyAsync(life);
            channel.SetDown("app is not in a healthy state", unhealthy: true);
            AppLog.Down(_logger, "its health checks fail");
            sidecar.Subscriber.Pause();
            await HostGoneAsync(graceful: true, life);
            await probe.WaitHealthyAsync(life);
            channel.SetUp();
            AppLog.Up(_logger);
            await ServeAsync(plans, configuration, life);
        }
    }

    private async Task HostReadyAsync(AppConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            _hosting = true;
            await sidecar.Services.Actors.HostReadyAsync(sidecar, configuration, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            AppLog.ActorsFailed(_logger, nameof(HostReadyAsync), e.Message);
        }
    }

    private async Task HostGoneAsync(bool graceful, CancellationToken cancellationToken)
    {
        if (!_hosting) return;
        _hosting = false;
        try
        {
            await sidecar.Services.Actors.HostGoneAsync(sidecar, graceful, cancellationToken).WaitAsync(ActorLimit, sidecar.Services.Time, cancellationToken);
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested || e is not OperationCanceledException)
        {
            AppLog.ActorsFailed(_logger, nameof(HostGoneAsync), e.Message);
        }
        catch (OperationCanceledException)
        {
            AppLog.SlowStop(_logger, "actors are still being deactivated");
        }
    }

    private static TaskCompletionSource Completion() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
