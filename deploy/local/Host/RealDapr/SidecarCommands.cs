using System.Globalization;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Running;

namespace DaprTrading.LocalRuntime.Host.RealDapr;

/// <summary>What is started for one app where there is no Dapr CLI: <c>daprd</c> and the app itself.</summary>
internal sealed class SidecarCommands
{
    private readonly RunPlan _plan;
    private readonly RunFileApp _app;
    private readonly int? _appPort;
    private readonly int _httpPort, _grpcPort, _internalPort, _metricsPort;

    /// <summary>Chooses the other ports.</summary>
    public SidecarCommands(RunPlan plan, RunFileApp app, int? appPort, int httpPort, FreePorts ports)
    {
        (_plan, _app, _appPort, _httpPort) = (plan, app, appPort, httpPort);
        (_grpcPort, _internalPort, _metricsPort) = (ports.Take(), ports.Take(), ports.Take());
    }

    /// <summary>The sidecar.</summary>
    /// <param name="daprd">The program.</param>
    /// <param name="flags">The flags it has.</param>
    /// <param name="placement">Address of the service that places actors.</param>
    /// <param name="scheduler">Address of the service that keeps reminders.</param>
    /// <param name="environment">Variables its components read.</param>
    public ProcessSpec Sidecar(string daprd, ProgramFlags flags, string placement, string scheduler, IReadOnlyDictionary<string, string> environment)
    {
        List<string> command =
        [
            daprd, "--app-id", _app.AppId, "--app-protocol", _app.AppProtocol, "--app-channel-address", _app.AppChannelAddress,
            "--dapr-http-port", Text(_httpPort), "--dapr-grpc-port", Text(_grpcPort), "--dapr-internal-grpc-port", Text(_internalPort),
            "--metrics-port", Text(_metricsPort), "--metrics-listen-address", "127.0.0.1", "--dapr-listen-addresses", "127.0.0.1",
            "--placement-host-address", placement, "--scheduler-host-address", scheduler, "--log-level", _app.LogLevel ?? "info",
        ];
        command.AddRange(flags.Known(("--dapr-internal-grpc-listen-address", "127.0.0.1")));
        if (_appPort is { } port) command.AddRange(["--app-port", Text(port)]);
        foreach (string resources in _plan.Options.Components is { } chosen ? [chosen] : _app.ResourcesPaths) command.AddRange(["--resources-path", resources]);
        if (_app.ConfigFilePath is { } configuration) command.AddRange(["--config", configuration]);
        if (_app.AppMaxConcurrency is { } most) command.AddRange(["--app-max-concurrency", Text(most)]);
        if (_app.MaxBodySize is { } size) command.AddRange(["--max-body-size", size.ToString(CultureInfo.InvariantCulture)]);
        if (_app.AppHealth is { } health) command.AddRange(Health(health));
        return new ProcessSpec { Name = _app.AppId + "-daprd", WorkingDirectory = _app.AppDirPath, Command = command, Environment = With(environment, ("DAPR_HOST_IP", "127.0.0.1")) };
    }

    /// <summary>The app; null when somebody else starts it.</summary>
    public ProcessSpec? App(Workspace workspace, IReadOnlyDictionary<string, string> environment)
    {
        if (_app.Command.Count == 0) return null;

        Dictionary<string, string> variables = With(
            With(environment, [.. _app.Env.Select(pair => (pair.Key, pair.Value))]),
            ("APP_ID", _app.AppId), ("APP_PROTOCOL", _app.AppProtocol), ("APP_CHANNEL_ADDRESS", _app.AppChannelAddress),
            ("DAPR_HTTP_PORT", Text(_httpPort)), ("DAPR_GRPC_PORT", Text(_grpcPort)), ("DAPR_METRICS_PORT", Text(_metricsPort)));
        if (_appPort is { } port) variables["APP_PORT"] = Text(port);
        return new ProcessSpec
        {
            Name = _app.AppId + "-0",
            WorkingDirectory = _app.AppDirPath,
            Command = [.. _app.Command.Select(argument => workspace.Redirect(argument, _app.AppDirPath))],
            Environment = variables,
        };
    }

    private static string[] Health(AppHealthOptions health) =>
    [
        "--enable-app-health-check", "--app-health-check-path", health.Path, "--app-health-probe-interval", Text((int)health.Interval.TotalSeconds),
        "--app-health-probe-timeout", Text((int)health.Timeout.TotalMilliseconds), "--app-health-threshold", Text(health.Threshold),
    ];

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> environment, params ReadOnlySpan<(string Name, string Value)> more)
    {
        var all = new Dictionary<string, string>(environment, StringComparer.Ordinal);
        foreach (var (name, value) in more) all[name] = value;
        return all;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
