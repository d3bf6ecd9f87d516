using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.RealDapr;
using DaprTrading.LocalRuntime.Host.Servers;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>One life of the runtime on its data folder: lock, clean up, start, show, stop.</summary>
internal sealed class RuntimeSession(Workspace workspace, UpOptions options, TimeProvider time)
{
    private readonly DataDirectory _data = options.Data;
    private readonly Notices _notices = new();

    /// <summary>Runs until asked to end.</summary>
    /// <param name="background">True: there is no terminal; everything goes to the runtime's log.</param>
    /// <param name="interrupt">Signals to this process.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(bool background, Interrupt interrupt)
    {
        _data.Create();
        await using FileStream held = FileLock.TryTake(_data.LockFile) ?? throw new UserException($"Another runtime is just starting on {_data.Path}.");
        using var file = new RotatingLog(_data.Log("runtime"));
        using ILoggerFactory loggers = RuntimeLogging.Factory(file, _notices, time);
        Action<string> progress = ProgressLines.To(file, background ? null : Console.Out);
        if (!background) _notices.Sink = LiveStatus.IsPossible ? null : Console.WriteLine;

        try
        {
            return await RunLockedAsync(loggers, progress, background, interrupt).ConfigureAwait(false);
        }
        catch (UserException e) when (background)
        {
            progress("error: " + e.Message);   // whoever started it in the background reads the log
            return ExitCode.Failed;
        }
    }

    private async Task<int> RunLockedAsync(ILoggerFactory loggers, Action<string> progress, bool background, Interrupt interrupt)
    {
        ILogger logger = loggers.CreateLogger<RuntimeSession>();
        DaprTools? dapr = options.Dapr ? DaprTools.Find() : null;
        await LeftBehind.ClearAsync(_data, options.Fresh, logger, time, interrupt.Stop).ConfigureAwait(false);
        var (plan, servers) = await PlanAsync(logger, progress, interrupt.Stop).ConfigureAwait(false);

        await using IRunningSystem system = dapr is null
            ? new LocalSystem(workspace, _data, loggers, _notices, time)
            : new DaprSystem(workspace, _data, dapr, loggers, time);
        await using ControlServer control = await ControlServer.StartAsync(system, interrupt.Stop).ConfigureAwait(false);
        var record = new RuntimeRecord(Environment.ProcessId, ProcessIdentity.StartKey(Environment.ProcessId), control.Address, control.Token, RunStates.Starting);
        record.Save(_data);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupt.Stop, system.StopRequested);
        try
        {
            await system.StartAsync(plan, servers, progress, stop.Token).ConfigureAwait(false);
            (record with { State = RunStates.Running }).Save(_data);
            Greet(system.Status(), progress);
            await (background ? WaitAsync(stop.Token) : LiveStatus.RunAsync(system, _notices, time, stop.Token)).ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            progress("stopped while starting");
            return ExitCode.Failed;
        }
        finally
        {
            await system.StopAsync(progress, interrupt.Hurry).ConfigureAwait(false);
            File.Delete(_data.RuntimeFile);
            File.Delete(_data.ChildrenFile);
        }
    }

    /// <summary>The plan, and the servers it needs, installed.</summary>
    private async Task<(RunPlan Plan, IReadOnlyList<InstalledServer> Servers)> PlanAsync(ILogger logger, Action<string> progress, CancellationToken cancellationToken)
    {
        RunPlan plan = RunPlan.Load(options, logger);
        var (servers, reason) = await BackingServers.FindAsync(plan.Servers, progress, cancellationToken).ConfigureAwait(false);
        if (servers is not null) return (plan, servers);
        if (!options.MayFallBack) throw new UserException(reason);

        progress($"{reason}. Until then: components/memory, where nothing outlives the run.");
        return (RunPlan.Load(options with { Components = workspace.MemoryComponents }, logger), []);
    }

    private static void Greet(StatusDocument status, Action<string> progress)
    {
        if (status.DashboardUrl is { } dashboard) progress($"Dashboard  {dashboard}");
        if (status.GatewayUrl is { } gateway) progress($"Gateway    {gateway}/ingest");
        progress(status.Dapr is null ? "Everything runs. This is a development runtime: everything listens on loopback only." : "Everything runs on Dapr. Stop it with ./run down.");
    }

    private static async Task WaitAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = stop.Register(stopped.SetResult);
        await stopped.Task.ConfigureAwait(false);
    }
}
