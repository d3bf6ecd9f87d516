using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>down</c>: stops the system and leaves no process behind.</summary>
internal static class DownCommand
{
    /// <summary>A little more than all apps may take to finish, one after the other.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<string?> data = CommandLine.DataOption();
        var command = new Command("down", "Stop the system: the edge first, the servers last.") { data };
        command.SetAction((parsed, cancellationToken) => RunAsync(DataDirectory.Resolve(parsed.GetValue(data), Workspace.Find()), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DataDirectory data, CancellationToken cancellationToken)
    {
        if (RuntimeRecord.Find(data) is not { } runtime)
        {
            int left = await ClearAsync(data, cancellationToken);
            Console.WriteLine(left > 0 ? $"Killed {left} processes a killed runtime had left." : $"Nothing runs on {data.Path}.");
            return ExitCode.Ok;
        }

        var log = new LogFollower(data.Log("runtime"));
        log.SkipToEnd();
        await AskAsync(runtime, cancellationToken);
        long started = TimeProvider.System.GetTimestamp();
        while (ProcessIdentity.IsAlive(runtime.Pid, runtime.StartKey))
        {
            Show(log);
            if (TimeProvider.System.GetElapsedTime(started) > Longest)
            {
                Console.WriteLine($"The runtime (pid {runtime.Pid}) did not end within {Longest.TotalSeconds:0} s: killed.");
                Signals.Send(runtime.Pid, Signals.Kill);
            }

            await Task.Delay(Between, cancellationToken);
        }

        Show(log);
        await ClearAsync(data, cancellationToken);
        return ExitCode.Ok;
    }

    private static async Task AskAsync(RuntimeRecord runtime, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new ControlClient(runtime);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            await client.StopAsync(limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Signals.Send(runtime.Pid, Signals.Terminate);   // it is busy or half gone: a signal needs no answer
        }
    }

    private static async Task<int> ClearAsync(DataDirectory data, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(data.Run)) return 0;

        await using FileStream? held = FileLock.TryTake(data.LockFile);
        return held is null ? 0 : await ChildRegistry.KillStaleAsync(data.ChildrenFile, NullLogger.Instance, TimeProvider.System, cancellationToken);
    }

    private static void Show(LogFollower log)
    {
        foreach (string line in log.Read())
        {
            if (ProgressLines.Read(line) is { } text) Console.WriteLine(text);
        }
    }
}
