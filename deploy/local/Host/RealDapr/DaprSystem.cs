using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.DeadLetters;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Running;
using DaprTrading.LocalRuntime.Host.Servers;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.RealDapr;

/// <summary>The system on a real Dapr: its CLI runs everything, or <c>daprd</c> is started per app; servers and generator are as under the local runtime.</summary>
internal sealed class DaprSystem : IRunningSystem
{
    private static readonly TimeSpan CliGrace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Workspace _workspace;
    private readonly DataDirectory _data;
    private readonly DaprTools _tools;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly FreePorts _ports = new();
    private readonly ProcessLauncher _launcher = new();
    private readonly ChildRegistry _children;
    private readonly RunningServers _servers;
    private readonly LoadGenerator _generator;
    private readonly CancellationTokenSource _stopRequested = new();
    private readonly DateTimeOffset _startedAt;
    private readonly Dictionary<string, int> _appPorts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _sidecarPorts = new(StringComparer.Ordinal);
    private volatile SupervisedProcess[] _processes = [];
    private volatile string _state = RunStates.Starting;
    private RunPlan? _plan;

    /// <summary>Prepares a system on a data folder whose lock is held.</summary>
    public DaprSystem(Workspace workspace, DataDirectory data, DaprTools tools, ILoggerFactory loggers, TimeProvider time)
    {
        _workspace = workspace;
        _data = data;
        _tools = tools;
        _logger = loggers.CreateLogger<DaprSystem>();
        _time = time;
        _startedAt = time.GetUtcNow();
        _children = new ChildRegistry(data.ChildrenFile);
        _servers = new RunningServers(data, _launcher, _children, _ports, _logger, time);
        _generator = new LoadGenerator(workspace, data, _launcher, _children, _logger, time);
    }

    /// <inheritdoc/>
    public CancellationToken StopRequested => _stopRequested.Token;

    /// <inheritdoc/>
    public async Task StartAsync(RunPlan plan, IReadOnlyList<InstalledServer> servers, Action<string> progress, CancellationToken cancellationToken)
    {
        _plan = plan;
        ControlPlane plane = ControlPlane.Find(_tools);
        if (plane.Missing.Count > 0 && _tools.Cli is null) throw new UserException(plane.Complaint);
        if (plane.Missing.Count > 0) progress("note: " + plane.Complaint);   // the run file may name others

        foreach (RunFileApp app in plan.File.Apps)
        {
            if (plan.AppPort(app, 0, _ports) is { } port) _appPorts[app.AppId] = port;
            _sidecarPorts[app.AppId] = app.DaprHttpPort is { } wanted && !plan.Options.FreePorts ? wanted : _ports.Take();
        }

        IReadOnlyDictionary<string, string> variables = await _servers.StartAsync([.. servers, .. plane.ToStart], progress, cancellationToken).ConfigureAwait(false);
        var environment = new Dictionary<string, string>(variables, StringComparer.Ordinal) { ["DAPRTRADING_DATA"] = _data.Path };
        progress($"dapr: {_tools.Program}");
        await (_tools.Cli is { } cli ? StartCliAsync(cli, environment) : StartSidecarsAsync(_tools.Sidecar!, environment, cancellationToken)).ConfigureAwait(false);
        DaprApp[] apps = [.. plan.File.Apps.Select(app => new DaprApp(app.AppId, AppPort(app), _sidecarPorts[app.AppId]))];
        await DaprReadiness.WaitAsync(apps, () => _processes, _time, progress, cancellationToken).ConfigureAwait(false);
        if (plan.Options.Generator && Url(WellKnownApps.Gateway) is { } gateway) await _generator.StartAsync(gateway, progress).ConfigureAwait(false);
        _state = RunStates.Running;
    }

    /// <inheritdoc/>
    public async Task StopAsync(Action<string> progress, CancellationToken hurry)
    {
        _state = RunStates.Stopping;
        await _generator.StopAsync(hurry).ConfigureAwait(false);

        // Apps end before their sidecars, as under the CLI.
        foreach (IGrouping<bool, SupervisedProcess> group in _processes.GroupBy(process => process.Spec.Name.EndsWith("-daprd", StringComparison.Ordinal)).OrderBy(group => group.Key))
        {
            await Task.WhenAll(group.Select(process => process.StopAsync(_tools.Cli is null ? Grace : CliGrace, hurry))).ConfigureAwait(false);
        }

        progress("dapr: stopped");
        await _servers.StopAsync(hurry).ConfigureAwait(false);
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
        Dapr = _tools.Program,
        Components = _plan?.ComponentPaths ?? [],
        DataDirectory = _data.Path,
        GatewayUrl = Url(WellKnownApps.Gateway),
        DashboardUrl = Url(WellKnownApps.Visualization),
        Apps = [.. (_plan?.File.Apps ?? []).Select(app => new AppStatus(app.AppId, [Status(app)]))],
        Servers = _servers.Status(),
        Generator = _generator.Status(),
        DeadLetters = new DeadLetterStore(_data.DeadLetters, _time).Counts(),
    };

    /// <inheritdoc/>
    public Task<string> ScaleAsync(string app, int instances, CancellationToken cancellationToken) =>
        throw new UserException("Under --dapr an app has one instance: Dapr's multi-app run knows no replicas. Use the local runtime (./run up) or Kubernetes.");

    /// <inheritdoc/>
    public Task<string> RepublishAsync(string? topic, int? limit, CancellationToken cancellationToken) =>
        throw new UserException("Under --dapr nothing here keeps dead letters; what the broker has of them is in docs/operations.md, section 6.");

    /// <inheritdoc/>
    public string Kill(string app, int instance)
    {
        SupervisedProcess? process = app == LoadGenerator.Name ? _generator.Process : _servers.Find(app) ?? Find(app) ?? Find($"{app}-{instance}");
        if (process is null)
        {
            string known = string.Join(", ", _servers.Status().Keys.Concat(_processes.Select(known => known.Spec.Name)));
            throw new UserException($"There is no process '{app}' of this system; there are {known}." + (_tools.Cli is null ? "" : $" An app belongs to the Dapr CLI: dapr stop --app-id {app}"));
        }

        int? pid = process.Pid;
        return pid is not null && process.Kill() ? $"{app}: pid {pid} killed; it is started again" : throw new UserException($"{app} does not run at this moment: it is being started again.");
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
        await _generator.DisposeAsync().ConfigureAwait(false);
        foreach (SupervisedProcess process in _processes) await process.DisposeAsync().ConfigureAwait(false);
        await _servers.DisposeAsync().ConfigureAwait(false);
        _launcher.Dispose();
        _ports.Dispose();
        _stopRequested.Dispose();
    }

    private async Task StartCliAsync(string cli, IReadOnlyDictionary<string, string> environment)
    {
        string file = Path.Combine(_data.Run, "dapr.yaml");
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, server) in (ReadOnlySpan<(string, string)>)[("placementHostAddress", ControlPlane.Placement), ("schedulerHostAddress", ControlPlane.Scheduler)])
        {
            if (_servers.Status().GetValueOrDefault(server)?.Address is { } address) addresses[key] = address;
        }

        CliRunFile.Write(_plan!, _appPorts, _sidecarPorts, addresses, _workspace, file);
        await StartAsync(new ProcessSpec { Name = "dapr", WorkingDirectory = _workspace.Root, Command = [cli, "run", "--run-file", file], Environment = environment }).ConfigureAwait(false);
    }

    private async Task StartSidecarsAsync(string daprd, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        ProgramFlags flags = await ProgramFlags.ReadAsync(daprd, cancellationToken).ConfigureAwait(false);
        string placement = _servers.Status().GetValueOrDefault(ControlPlane.Placement)?.Address ?? $"127.0.0.1:{ControlPlane.PlacementPort}";
        string scheduler = _servers.Status().GetValueOrDefault(ControlPlane.Scheduler)?.Address ?? $"127.0.0.1:{ControlPlane.SchedulerPort}";
        foreach (RunFileApp app in _plan!.File.Apps)
        {
            var commands = new SidecarCommands(_plan, app, AppPort(app), _sidecarPorts[app.AppId], _ports);
            await StartAsync(commands.Sidecar(daprd, flags, placement, scheduler, environment)).ConfigureAwait(false);
            if (commands.App(_workspace, environment) is { } spec) await StartAsync(spec).ConfigureAwait(false);
        }
    }

    private async Task StartAsync(ProcessSpec spec)
    {
        var process = new SupervisedProcess(spec, _launcher, _children, new RotatingLog(_data.Log(spec.Name)), _logger, _time);
        _processes = [.. _processes, process];
        await process.StartAsync().ConfigureAwait(false);
    }

    private SupervisedProcess? Find(string name) => Array.Find(_processes, process => process.Spec.Name == name);

    private int? AppPort(RunFileApp app) => _appPorts.TryGetValue(app.AppId, out int port) ? port : null;

    private string? Url(string app) => _appPorts.TryGetValue(app, out int port) ? $"http://localhost:{port}" : null;

    private InstanceStatus Status(RunFileApp app)
    {
        SupervisedProcess? own = Find(app.AppId + "-0");
        int? port = AppPort(app);
        return new InstanceStatus
        {
            Instance = 0,
            Pid = own?.Pid,
            AppPort = port,
            SidecarPort = _sidecarPorts.GetValueOrDefault(app.AppId),
            Ready = port is null ? _state == RunStates.Running : !FreePorts.IsFree(port.Value),
            Restarts = own?.Restarts ?? 0,
            Log = own?.LogPath ?? _data.Log("dapr"),
        };
    }
}
