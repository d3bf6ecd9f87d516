using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Servers;

/// <summary>The servers of a run: starts them, supervises them, ends them.</summary>
internal sealed class RunningServers(
    DataDirectory data, ProcessLauncher launcher, ChildRegistry children, FreePorts ports, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    private const int HopelessRestarts = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private volatile Supervised[] _processes = [];

    /// <summary>Starts servers side by side and waits until all of them answer.</summary>
    /// <returns>The variables by which components find them.</returns>
    /// <exception cref="UserException">One does not work; the message holds the end of its log.</exception>
    public async Task<IReadOnlyDictionary<string, string>> StartAsync(
        IReadOnlyList<InstalledServer> servers, Action<string> progress, CancellationToken cancellationToken)
    {
        ServerLaunch[] launches = await Task.WhenAll(servers.Select(server => StartAsync(server, progress, cancellationToken))).ConfigureAwait(false);
        return launches.SelectMany(launch => launch.Variables).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Ends them, all at the same time, each server before the processes it needs.</summary>
    public Task StopAsync(CancellationToken hurry) => Task.WhenAll(_processes.GroupBy(process => process.Server).Select(server => StopAsync(server.Reverse(), hurry)));

    /// <summary>A process by name; null when there is none.</summary>
    public SupervisedProcess? Find(string name) => Array.Find(_processes, process => process.Process.Spec.Name == name)?.Process;

    /// <summary>What the status shows, by name of the process.</summary>
    public IReadOnlyDictionary<string, ServerStatus> Status() => _processes.OrderBy(process => process.Process.Spec.Name, StringComparer.Ordinal).ToDictionary(
        process => process.Process.Spec.Name,
        process => new ServerStatus(process.Process.Pid, process.Address, process.Process.Restarts, process.Process.LogPath), StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (Supervised process in _processes.Reverse()) await process.Process.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<ServerLaunch> StartAsync(InstalledServer installed, Action<string> progress, CancellationToken cancellationToken)
    {
        var site = new ServerSite(data.Server(installed.Server.Name), ports);
        ServerLaunch launch = await installed.Server.PrepareAsync(installed.Program, site, cancellationToken).ConfigureAwait(false);
        foreach (ServerProcess process in launch.Processes)
        {
            string? address = process == launch.Processes[^1] ? launch.Address : null;
            await StartAsync(installed.Server.Name, address, process, cancellationToken).ConfigureAwait(false);
        }

        progress($"{installed.Server.Name}: ready on {launch.Address}");
        return launch;
    }

    private async Task StartAsync(string server, string? address, ServerProcess process, CancellationToken cancellationToken)
    {
        var supervised = new SupervisedProcess(process.Spec, launcher, children, new RotatingLog(data.Log(process.Spec.Name)), logger, time);
        lock (_gate) _processes = [.. _processes, new Supervised(server, address, supervised, process.Grace)];
        await supervised.StartAsync().ConfigureAwait(false);

        long started = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (!await process.AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (supervised.Restarts >= HopelessRestarts) throw Failed(supervised, $"ended {supervised.Restarts} times while starting, the last time with code {supervised.LastExitCode}");
            if (time.GetElapsedTime(started) > process.LongestStart) throw Failed(supervised, $"did not answer within {process.LongestStart.TotalSeconds:0} s");
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            if (pause < LongestPause) pause *= 1.5;
        }
    }

    private static async Task StopAsync(IEnumerable<Supervised> processes, CancellationToken hurry)
    {
        foreach (Supervised process in processes) await process.Process.StopAsync(process.Grace, hurry).ConfigureAwait(false);
    }

    private static UserException Failed(SupervisedProcess process, string what) => new(
        $"{process.Spec.Name} {what}. The end of {process.LogPath}:\n  " + string.Join("\n  ", RotatingLog.Tail(process.LogPath, 15)));

    private sealed record Supervised(string Server, string? Address, SupervisedProcess Process, TimeSpan Grace);
}
