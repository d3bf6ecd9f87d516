using System.Globalization;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Sidecars;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>One instance of an app: its sidecar and its supervised process.</summary>
internal sealed class AppInstance(RunFileApp app, int number, int? appPort, RunContext context) : IAsyncDisposable
{
    /// <summary>How long a process may take to finish what it took.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>How long its deliveries may take to drain, as daprd's <c>--dapr-graceful-shutdown-seconds</c>.</summary>
    private static readonly TimeSpan SidecarGrace = TimeSpan.FromSeconds(5);

    private SupervisedProcess? _process;
    private int _metricsPort;
    private ISidecar? _sidecar;
    private bool _sidecarStopped;
    private volatile bool _stopping;

    /// <summary>Number from 0.</summary>
    public int Number => number;

    /// <summary><c>{app}-{number}</c>.</summary>
    public string Name { get; } = $"{app.AppId}-{number}";

    /// <summary>Port of the app; null when it has none.</summary>
    public int? AppPort => appPort;

    /// <summary>The sidecar; null before the start.</summary>
    public ISidecar? Sidecar => _sidecar;

    /// <summary>How often its process was started again.</summary>
    public int Restarts => _process?.Restarts ?? 0;

    /// <summary>True when the sidecar is ready and the app takes calls.</summary>
    public bool Ready => _sidecar is { Ready: true } sidecar && sidecar.App is not { Available: false };

    /// <summary>Path of the app's log.</summary>
    public string LogPath => context.Data.Log(Name);

    /// <summary>Opens the sidecar, then starts the process.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        int sidecarPort = number == 0 && !context.Plan.Options.FreePorts && app.DaprHttpPort is { } wanted ? wanted : context.Ports.Take();
        _metricsPort = PortFor(app.MetricsPort);
        _sidecar = await context.Sidecars.StartAsync(Options(sidecarPort), cancellationToken).ConfigureAwait(false);
        if (app.Command.Count == 0) return;

        var filter = new LineFilter(Notice);
        var gate = new Lock();
        _process = new SupervisedProcess(Spec(), context.Launcher, context.Children, new RotatingLog(LogPath), context.Logger, context.Time)
        {
            Exited = ExitedAsync,
            Tap = piece =>
            {
                lock (gate) filter.Add(piece.Span);
            },
        };
        await _process.StartAsync().ConfigureAwait(false);
        Describe(_sidecar);
    }

    /// <summary>Kills the process on purpose; its process id, or null when it does not run at this moment.</summary>
    public int? Kill()
    {
        int? pid = _process?.Pid;
        return _process?.Kill() == true ? pid : null;
    }

    /// <summary>
    /// Ends the process. An app that subscribes or hosts actors drains first, while it still listens, or it could not finish a delivery whose actors
    /// live in itself; any other finishes the requests it took through its sidecar, which goes on.
    /// </summary>
    public async Task StopProcessAsync(CancellationToken hurry)
    {
        _stopping = true;
        bool hostsActors = _sidecar is not null && !_sidecarStopped && context.Actors.ActiveActors(_sidecar).Count > 0;
        if (hostsActors || _sidecar is LocalSidecar { Subscribes: true }) await StopSidecarAsync(hurry).ConfigureAwait(false);
        if (_process is not null) await _process.StopAsync(Grace, hurry).ConfigureAwait(false);
    }

    /// <summary>Leaves for good while the others go on: gets no more calls, finishes what it has, and takes what brokers keep for it along.</summary>
    public async Task LeaveAsync(CancellationToken hurry)
    {
        if (_sidecar is not null) context.Sidecars.Withdraw(_sidecar);
        await StopProcessAsync(hurry).ConfigureAwait(false);
        await StopSidecarAsync(hurry).ConfigureAwait(false);
        if (_sidecar is not null) await context.ForgetAsync(_sidecar, Name, hurry).ConfigureAwait(false);
    }

    /// <summary>Ends the sidecar, within bounds: subscriptions drain, actors move.</summary>
    public async Task StopSidecarAsync(CancellationToken hurry)
    {
        if (_sidecar is null || _sidecarStopped) return;

        _sidecarStopped = true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        limit.CancelAfter(SidecarGrace);
        try
        {
            await context.Sidecars.StopAsync(_sidecar, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            context.Logger.SidecarStopTimedOut(Name, SidecarGrace.TotalSeconds);
        }
    }

    /// <summary>What the status shows of it.</summary>
    public InstanceStatus Status() => new()
    {
        Instance = number,
        Pid = _process?.Pid,
        AppPort = appPort,
        SidecarPort = _sidecar?.HttpPort ?? 0,
        Ready = Ready,
        Restarts = Restarts,
        Actors = _sidecar is null || _sidecarStopped ? new Dictionary<string, int>(StringComparer.Ordinal) : context.Actors.ActiveActors(_sidecar),
        Log = LogPath,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What an app that is told to end complains about is in its log; nobody has to look at it.</summary>
    private void Notice(string line)
    {
        if (!_stopping) context.Notices.Add($"{Name}: {line}");
    }

    private Task ExitedAsync() => _sidecar is null || _sidecarStopped ? Task.CompletedTask : context.Sidecars.AppExitedAsync(_sidecar);

    private SidecarOptions Options(int sidecarPort)
    {
        ConfigurationResource configuration = context.Plan.ConfigurationOf(app);
        var defaults = new SidecarOptions { AppId = app.AppId, Uuid = "", PodName = "" };
        return defaults with
        {
            Instance = number,
            AppPort = appPort,
            HttpPort = sidecarPort,
            AppHost = app.AppChannelAddress,
            Uuid = context.Uuids.For(Name),
            PodName = Name,
            AppMaxConcurrency = app.AppMaxConcurrency,
            MaxBodySize = app.MaxBodySize ?? defaults.MaxBodySize,
            AppHealth = app.AppHealth,
            NamespaceVariable = Variable("NAMESPACE"),
            ApiToken = Variable("DAPR_API_TOKEN"),
            AppToken = Variable("APP_API_TOKEN"),
            Features = configuration.EnabledFeatures,
            SamplingRate = configuration.SamplingRate ?? defaults.SamplingRate,
            AllowedApis = configuration.AllowedApis,
            DeniedApis = configuration.DeniedApis,
            MetricsPort = configuration.Metrics == false ? null : _metricsPort,
            DisabledInitEndpoints = app.DisabledInitEndpoints,
            SecretScopes = configuration.SecretScopes,
            AccessControl = configuration.AccessControl,
        };
    }

    private string? Variable(string name)
    {
        string? value = app.Env.TryGetValue(name, out string? own) ? own : Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private ProcessSpec Spec()
    {
        var environment = new Dictionary<string, string>(app.Env, StringComparer.Ordinal)
        {
            ["DAPR_HTTP_PORT"] = Text(_sidecar!.HttpPort),
            ["DAPR_GRPC_PORT"] = Text(PortFor(app.DaprGrpcPort)),
            ["DAPR_METRICS_PORT"] = Text(_metricsPort),
            ["APP_ID"] = app.AppId,
            ["APP_PROTOCOL"] = app.AppProtocol,
            ["APP_CHANNEL_ADDRESS"] = app.AppChannelAddress,
            ["DAPRTRADING_INSTANCE"] = Text(number),
            ["DAPRTRADING_DATA"] = context.Data.Path,
        };
        if (appPort is { } port) environment["APP_PORT"] = Text(port);
        return new ProcessSpec
        {
            Name = Name,
            WorkingDirectory = app.AppDirPath,
            Command = [.. app.Command.Select(argument => context.Workspace.Redirect(argument, app.AppDirPath))],
            Environment = environment,
        };
    }

    /// <summary>What the CLI tells a sidecar about its app.</summary>
    private void Describe(ISidecar sidecar)
    {
        sidecar.Extended["cliPID"] = Text(Environment.ProcessId);
        sidecar.Extended["appCommand"] = string.Join(' ', app.Command);
        sidecar.Extended["appLogPath"] = LogPath;
        sidecar.Extended["runTemplatePath"] = context.Plan.File.Path;
        if (context.Plan.File.Name.Length > 0) sidecar.Extended["runTemplateName"] = context.Plan.File.Name;
        if (_process?.Pid is { } pid) sidecar.Extended["appPID"] = Text(pid);
    }

    /// <summary>The port asked for, or a free one.</summary>
    private int PortFor(int? wanted) => number == 0 && !context.Plan.Options.FreePorts && wanted is { } port ? port : context.Ports.Take();

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
