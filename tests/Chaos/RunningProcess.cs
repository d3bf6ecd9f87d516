using System.Globalization;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>A process of the system under test: signals it, and sees to it that they take effect.</summary>
internal static class RunningProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Ends it; returns when it is gone.</summary>
    public static async Task KillAsync(int pid, CancellationToken cancellationToken)
    {
        await SignalAsync("KILL", pid, cancellationToken);
        await Eventually.GetAsync(ct => StateAsync(pid, ct), state => state is "" or "Z", Limit, $"process {pid} to end");
    }

    /// <summary>Stops it for a time; returns when it goes on.</summary>
    public static async Task PauseAsync(int pid, TimeSpan pause, CancellationToken cancellationToken)
    {
        await SignalAsync("STOP", pid, cancellationToken);
        try
        {
            await Eventually.GetAsync(ct => StateAsync(pid, ct), state => state == "T", Limit, $"process {pid} to stop");
            using var timer = new PeriodicTimer(pause);
            await timer.WaitForNextTickAsync(cancellationToken);
        }
        finally
        {
            // Also when the test ends here: what is stopped cannot be ended in order.
            await SignalAsync("CONT", pid, CancellationToken.None);
        }

        await Eventually.GetAsync(ct => StateAsync(pid, ct), state => state is not ("T" or ""), Limit, $"process {pid} to go on");
    }

    /// <summary>The first letter of its state, as <c>ps</c> has it; empty when there is none.</summary>
    private static async Task<string> StateAsync(int pid, CancellationToken cancellationToken)
    {
        CommandResult result = await CommandLine.RunAsync("ps", ["-o", "stat=", "-p", Text(pid)], null, cancellationToken);
        string state = result.Output.Trim();
        return state.Length == 0 ? "" : state[..1];
    }

    private static async Task SignalAsync(string signal, int pid, CancellationToken cancellationToken)
    {
        CommandResult result = await CommandLine.RunAsync("kill", ["-" + signal, Text(pid)], null, cancellationToken);
        if (result.ExitCode != 0) throw new InvalidOperationException($"kill -{signal} {pid} ended with {result.ExitCode}: {result.Error}");
    }

    private static string Text(int pid) => pid.ToString(CultureInfo.InvariantCulture);
}
