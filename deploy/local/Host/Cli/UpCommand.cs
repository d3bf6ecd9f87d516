using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.RealDapr;
using DaprTrading.LocalRuntime.Host.Running;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>up</c>: builds and starts the system.</summary>
internal sealed class UpCommand
{
    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Return when everything works; the system goes on in the background." };
    private readonly Option<string?> _file = new("--file", "-f") { Description = "Another multi-app run file, with apps in any language.", HelpName = "RUNFILE" };
    private readonly Option<string?> _components = new("--components") { Description = "Folder of Dapr components (default: what the run file says).", HelpName = "DIR" };
    private readonly Option<string[]> _scale = new("--scale") { Description = "Instances per app, e.g. processing=3,signals=2.", HelpName = "APP=N,…", AllowMultipleArgumentsPerToken = false };
    private readonly Option<bool> _fresh = new("--fresh") { Description = "Delete the data of the last run first." };
    private readonly Option<int?> _gatewayPort = PortOption("--gateway-port", "Port of the gateway (default: 5000, from the run file).");
    private readonly Option<int?> _dashboardPort = PortOption("--dashboard-port", "Port of the dashboard (default: 8080, from the run file).");
    private readonly Option<bool> _freePorts = new("--free-ports") { Description = "Give every app a free port; status says which." };
    private readonly Option<string?> _data = CommandLine.DataOption();
    private readonly Option<bool> _dapr = new("--dapr") { Description = "Run the apps on an installed Dapr (its CLI, else daprd) instead of the local runtime." };
    private readonly Option<bool> _noGenerator = new("--no-generator") { Description = "Do not start the load generator." };
    private readonly Option<bool> _noBuild = new("--no-build") { Description = "Run what is built already." };
    private readonly Option<bool> _background = new("--background") { Hidden = true };
    private readonly Interrupt _interrupt;

    private UpCommand(Interrupt interrupt) => _interrupt = interrupt;

    /// <summary>The command.</summary>
    public static Command Create(Interrupt interrupt)
    {
        var up = new UpCommand(interrupt);
        var command = new Command("up", "Build and start the system: the servers it needs, a sidecar per app instance, all apps, the load generator.")
        {
            up._detach, up._file, up._components, up._scale, up._fresh, up._gatewayPort, up._dashboardPort, up._freePorts, up._data, up._dapr,
            up._noGenerator, up._noBuild, up._background,
        };
        command.SetAction(up.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Workspace workspace = Workspace.Find();
        DataDirectory data = DataDirectory.Resolve(parsed.GetValue(_data), workspace);
        UpOptions options = Options(parsed, workspace, data);
        if (RuntimeRecord.Find(data) is { } running) return await SayItRunsAsync(running, options, cancellationToken);

        if (options.Dapr) DaprTools.Find();   // before a long build

        // Apps of another run file are built by whoever wrote them.
        if (parsed.GetValue(_file) is null && !parsed.GetValue(_noBuild) && !workspace.IsPublished) await new SystemBuild(workspace, TimeProvider.System, Console.WriteLine).RunAsync(cancellationToken);

        if (parsed.GetValue(_detach)) return await DetachedRuntime.StartAsync(data, BackgroundArguments(parsed), cancellationToken);
        return await new RuntimeSession(workspace, options, TimeProvider.System).RunAsync(parsed.GetValue(_background), _interrupt);
    }

    private UpOptions Options(ParseResult parsed, Workspace workspace, DataDirectory data)
    {
        string? file = parsed.GetValue(_file);
        string? components = parsed.GetValue(_components);
        return new UpOptions
        {
            Data = data,
            RunFile = file is null ? workspace.DefaultRunFile : Path.GetFullPath(file),
            Components = components is null ? null : Path.GetFullPath(components),
            Scale = ScaleArgument.Parse(parsed.GetValue(_scale) ?? []),
            Fresh = parsed.GetValue(_fresh),
            GatewayPort = parsed.GetValue(_gatewayPort),
            DashboardPort = parsed.GetValue(_dashboardPort),
            FreePorts = parsed.GetValue(_freePorts),
            Dapr = parsed.GetValue(_dapr),
            Generator = !parsed.GetValue(_noGenerator),
            MayFallBack = file is null && components is null && !parsed.GetValue(_dapr),
        };
    }

    private string[] BackgroundArguments(ParseResult parsed) =>
    [
        .. parsed.Tokens.Select(token => token.Value).Where(token => token != _detach.Name && !_detach.Aliases.Contains(token) && token != _noBuild.Name),
        _noBuild.Name, _background.Name,
    ];

    private static async Task<int> SayItRunsAsync(RuntimeRecord running, UpOptions options, CancellationToken cancellationToken)
    {
        if (options.Fresh) throw new UserException($"The system runs already (pid {running.Pid}), so its data cannot be deleted. Stop it first: ./run down");

        using var client = new ControlClient(running);
        StatusDocument status = await client.StatusAsync(cancellationToken);
        Console.WriteLine($"It runs already (pid {running.Pid}, {status.State}).");
        if (status.DashboardUrl is { } dashboard) Console.WriteLine($"Dashboard  {dashboard}");
        if (status.GatewayUrl is { } gateway) Console.WriteLine($"Gateway    {gateway}/ingest");
        return ExitCode.Ok;
    }

    private static Option<int?> PortOption(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "PORT" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is { } port and not (> 0 and < 65536)) result.AddError($"{name}: a port is a number from 1 to 65535, not {port}.");
        });
        return option;
    }
}
