using System.Diagnostics;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>Starts the runtime as a process of its own, in its own session, and waits until everything works.</summary>
internal static class DetachedRuntime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts it with these arguments and shows its progress.</summary>
    /// <returns>0 when everything works, else 1: then nothing of it runs any more.</returns>
    public static async Task<int> StartAsync(DataDirectory data, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        data.Create();
        var log = new LogFollower(data.Log("runtime"));
        log.SkipToEnd();
        string crash = Path.Combine(data.Logs, "runtime.out");
        using Process process = Launch(crash, arguments);
        long started = Stopwatch.GetTimestamp();
        bool explained = false;
        try
        {
            while (true)
            {
                bool ended = process.HasExited;
                bool running = RuntimeRecord.Find(data) is { State: RunStates.Running } record && record.Pid == process.Id;
                explained |= Show(log);
                if (running) return ExitCode.Ok;
                if (ended) return explained ? ExitCode.Failed : await FailedAsync(process.ExitCode, crash).ConfigureAwait(false);
                if (Stopwatch.GetElapsedTime(started) > Longest) throw new UserException($"The runtime was not ready within {Longest.TotalMinutes:0} minutes.");

                await Task.Delay(Between, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or UserException)
        {
            Signals.Send(process.Id, Signals.Terminate);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            Show(log);
            throw;
        }
    }

    private static Process Launch(string crash, IEnumerable<string> arguments)
    {
        // The shell detaches the output and is replaced by the runtime, so that the process started here is the runtime itself.
        List<string> command = ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", crash];
        if (Executables.Find("setsid") is { } setsid) command.Add(setsid);
        else if (Executables.Find("nohup") is { } nohup) command.Add(nohup);
        command.AddRange(OwnCommand());
        command.AddRange(arguments);
        return Process.Start(new ProcessStartInfo("/bin/sh", command)) ?? throw new UserException("/bin/sh did not start.");
    }

    /// <summary>How this very program is started.</summary>
    private static IEnumerable<string> OwnCommand()
    {
        string program = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? [program, Path.Combine(AppContext.BaseDirectory, "DaprTrading.LocalRuntime.dll")]
            : [program];
    }

    /// <summary>Prints the new lines. True when they told of an error: what follows belongs to it.</summary>
    private static bool Show(LogFollower log)
    {
        bool failed = false;
        foreach (string text in log.Read().Select(ProgressLines.Read).OfType<string>())
        {
            failed |= text.StartsWith("error: ", StringComparison.Ordinal);
            (failed ? Console.Error : Console.Out).WriteLine(text);
        }

        return failed;
    }

    private static async Task<int> FailedAsync(int exitCode, string crash)
    {
        foreach (string line in RotatingLog.Tail(crash, 20)) await Console.Error.WriteLineAsync(line).ConfigureAwait(false);
        await Console.Error.WriteLineAsync($"error: the runtime ended with code {exitCode}").ConfigureAwait(false);
        return ExitCode.Failed;
    }
}
