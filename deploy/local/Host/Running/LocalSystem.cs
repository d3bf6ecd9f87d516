using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.DeadLetters;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Servers;
using DaprTrading.LocalRuntime.Sidecars;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The running system: starts everything in order, answers the control API, stops everything in order.</summary>
internal sealed class LocalSystem : IRunningSystem
{
    private readonly Workspace _workspace;
    private readonly DataDirectory _data;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Notices _notices;
    private readonly FreePorts _ports = new();
    private readonly ProcessLauncher _launcher = new();
    private readonly ChildRegistry _children;
    private readonly RunningServers _servers;
    private readonly LoadGenerator _generator;
    private readonly TrafficMeter _traffic;
    private readonly DeadLetterKeeper _deadLetters;
    private readonly CancellationTokenSource _stopRequested = new();
    private readonly DateTimeOffset _startedAt;
    private Backplane? _backplane;
    private RunPlan? _plan;
    private volatile AppGroup[] _groups = [];
    private volatile string _state = RunStates.Starting;

    /// <summary>Prepares a system on a data folder whose lock is held.</summary>
    public LocalSystem(Workspace workspace, DataDirectory data, ILoggerFactory loggers, Notices notices, TimeProvider time)
    {
        _workspace = workspace;
        _data = data;
        _loggers = loggers;
        _logger = loggers.CreateLogger<LocalSystem>();
        _notices = notices;
        _time = time;
        _startedAt = time.GetUtcNow();
        _children = new ChildRegistry(data.ChildrenFile);
        _servers = new RunningServers(data, _launcher, _children, _ports, _logger, time);
        _generator = new LoadGenerator(workspace, data, _launcher, _children, _logger, time);
        _traffic = new TrafficMeter(time);
        _deadLetters = new DeadLetterKeeper(new DeadLetterStore(data.DeadLetters, time), Sidecars, _logger, time);
    }

    /// <inheritdoc/>
    public CancellationToken StopRequested => _stopRequested.Token;

    /// <inheritdoc/>
    public async Task StartAsync(RunPlan plan, IReadOnlyList<InstalledServer> servers, Action<string> progress, CancellationToken cancellationToken)
    {
        _plan = plan;
        IReadOnlyDictionary<string, string> variables = await _servers.StartAsync(servers, progress, cancellationToken).ConfigureAwait(false);
        _backplane = await Backplane.CreateAsync(plan.Resources, variables, _deadLetters.PrepareAsync, _loggers, _time, cancellationToken).ConfigureAwait(false);

        _deadLetters.Start();

        RunContext context = Context(plan, _backplane);
        _groups = [.. plan.File.Apps.Select(app => new AppGroup(app, context))];
        List<AppInstance> instances = await StartAppsAsync(plan, cancellationToken).ConfigureAwait(false);
        await Readiness.WaitAsync(instances, _time, progress, cancellationToken).ConfigureAwait(false);
        await ForgetGoneInstancesAsync(context, cancellationToken).ConfigureAwait(false);

        if (First(WellKnownApps.Gateway) is { AppPort: not null } gateway)
        {
            await Readiness.WaitForIngestAsync(gateway, _time, cancellationToken).ConfigureAwait(false);
            if (plan.Options.Generator) await _generator.StartAsync(Url(gateway)!, progress).ConfigureAwait(false);
        }

        _state = RunStates.Running;
    }

    /// <summary>Stops everything: the generator, the apps from the edge on, sidecars, components, servers.</summary>
    /// <param name="progress">Gets a line per step.</param>
    /// <param name="hurry">Cancelled: what still runs is killed.</param>
    public async Task StopAsync(Action<string> progress, CancellationToken hurry)
    {
        _state = RunStates.Stopping;
        await TryAsync("the generator", () => _generator.StopAsync(hurry)).ConfigureAwait(false);
        foreach (AppGroup group in _groups.Where(group => group.Instances.Count > 0).OrderBy(group => WellKnownApps.StopOrder(group.AppId)))
        {
            await TryAsync(group.AppId, () => group.StopProcessesAsync(hurry)).ConfigureAwait(false);
            progress($"{group.AppId}: stopped");
        }

        await TryAsync("the sidecars", () => StopSidecarsAsync(hurry)).ConfigureAwait(false);
        await TryAsync("the dead letters", () => _deadLetters.DisposeAsync().AsTask()).ConfigureAwait(false);
        if (_backplane is { } backplane) await TryAsync("the components", () => backplane.DisposeAsync().AsTask()).ConfigureAwait(false);
        await TryAsync("the servers", () => _servers.StopAsync(hurry)).ConfigureAwait(false);
        progress("everything is stopped");
    }

    /// <inheritdoc/>
    public StatusDocument Status() => new()
    {
        State = _state,
        Pid = Environment.ProcessId,
        StartedAt = _startedAt,
        Name = _plan?.File.Name,
        RunFile = _plan?.File.Path,
        Components = _plan?.ComponentPaths ?? [],
        DataDirectory = _data.Path,
        GatewayUrl = Url(First(WellKnownApps.Gateway)),
        DashboardUrl = Url(First(WellKnownApps.Visualization)),
        Apps = [.. _groups.Select(group => group.Status())],
        Servers = _servers.Status(),
        Generator = _generator.Status(),
        DeadLetters = _deadLetters.Store.Counts(),
        Traffic = _traffic.Read(Sidecars()),
    };

    /// <inheritdoc/>
    public Task<string> RepublishAsync(string? topic, int? limit, CancellationToken cancellationToken) => _state == RunStates.Running
        ? _deadLetters.RepublishAsync(topic, limit, cancellationToken)
        : throw new UserException($"The system is {_state}.");

    /// <inheritdoc/>
    public async Task<string> ScaleAsync(string app, int instances, CancellationToken cancellationToken)
    {
        if (_state != RunStates.Running) throw new UserException($"The system is {_state}.");

        AppGroup group = Group(app);
        RunPlan.CheckInstances(app, instances);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, StopRequested);
        await group.ScaleAsync(instances, both.Token).ConfigureAwait(false);
        _logger.Scaled(app, instances);
        string ports = string.Join(", ", group.Instances.Select(instance => instance.AppPort).OfType<int>());
        return $"{app}: {instances} {(instances == 1 ? "instance" : "instances")}{(ports.Length == 0 ? "" : $", port{(instances == 1 ? "" : "s")} {ports}")}";
    }

    /// <inheritdoc/>
    public string Kill(string app, int instance)
    {
        int? pid = (app == LoadGenerator.Name ? _generator.Process : _servers.Find(app)) is { } server ? KillServer(server) : KillInstance(app, instance);
        if (pid is null) throw new UserException($"{app} {instance} does not run at this moment: it is being started again.");

        _logger.KilledOnPurpose(app, pid.Value);
        return $"{app} {instance}: pid {pid} killed; it is started again";
    }

    /// <inheritdoc/>
    public void RequestStop()
    {
        _state = RunStates.Stopping;
        _stopRequested.CancelAfter(TimeSpan.Zero);   // by a timer, so that the caller gets its answer first
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (AppGroup group in _groups)
        {
            foreach (AppInstance instance in group.Instances) await instance.DisposeAsync().ConfigureAwait(false);
            group.Dispose();
        }

        await _generator.DisposeAsync().ConfigureAwait(false);
        await _servers.DisposeAsync().ConfigureAwait(false);
        _launcher.Dispose();
        _ports.Dispose();
    }

    /// <summary>An instance that an earlier run had and this one has not is gone for good, as if it had been scaled away.</summary>
    private async Task ForgetGoneInstancesAsync(RunContext context, CancellationToken cancellationToken)
    {
        foreach (AppGroup group in _groups)
        {
            if (group.Instances.FirstOrDefault()?.Sidecar is not { } like) continue;
            foreach (string gone in context.Uuids.Of(group.AppId).Except(group.Instances.Select(instance => instance.Name)).ToArray())
            {
                await context.ForgetAsync(like, gone, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private IEnumerable<LocalSidecar> Sidecars() => _groups.SelectMany(group => group.Instances).Select(instance => instance.Sidecar).OfType<LocalSidecar>();

    private static string? Url(AppInstance? instance) => instance?.AppPort is { } port ? $"http://localhost:{port}" : null;

    private static int? KillServer(SupervisedProcess server)
    {
        int? pid = server.Pid;
        return server.Kill() ? pid : null;
    }

    private int? KillInstance(string app, int instance)
    {
        IReadOnlyList<AppInstance> instances = Group(app).Instances;
        if (instance >= 0 && instance < instances.Count) return instances[instance].Kill();
        throw new UserException($"{app} has no instance {instance}: it has {instances.Count}, counted from 0.");
    }

    private AppGroup Group(string app) => Array.Find(_groups, group => group.AppId == app)
        ?? throw new UserException($"There is no app '{app}'; there are {string.Join(", ", _groups.Select(group => group.AppId))}.");

    private AppInstance? First(string app) => Array.Find(_groups, group => group.AppId == app)?.Instances.FirstOrDefault();

    private async Task<List<AppInstance>> StartAppsAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        AppInstance[][] started = await Task.WhenAll(plan.File.Apps.Zip(_groups, (app, group) => StartGroupAsync(group, plan.InstancesOf(app), cancellationToken))).ConfigureAwait(false);
        return [.. started.SelectMany(instances => instances)];
    }

    private static async Task<AppInstance[]> StartGroupAsync(AppGroup group, int instances, CancellationToken cancellationToken)
    {
        var added = new AppInstance[instances];
        for (int i = 0; i < instances; i++) added[i] = await group.AddAsync(cancellationToken).ConfigureAwait(false);
        return added;
    }

    private Task StopSidecarsAsync(CancellationToken hurry) => Task.WhenAll(_groups.SelectMany(group => group.Instances).Select(instance => instance.StopSidecarAsync(hurry)));

    private async Task TryAsync(string what, Func<Task> stop)
    {
        try
        {
            await stop().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.StopFailed(e, what);   // whatever it was, the rest has to be stopped too
        }
    }

    private RunContext Context(RunPlan plan, Backplane backplane) => new()
    {
        Plan = plan,
        Workspace = _workspace,
        Data = _data,
        Sidecars = backplane.Sidecars,
        Actors = backplane.Actors,
        Ports = _ports,
        Launcher = _launcher,
        Children = _children,
        Uuids = new Uuids(_data.UuidsFile),
        Notices = _notices,
        Logger = _logger,
        Time = _time,
    };
}
