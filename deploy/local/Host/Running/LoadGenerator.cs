using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Processes;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>The load generator in front of the gateway.</summary>
internal sealed class LoadGenerator(
    Workspace workspace, DataDirectory data, ProcessLauncher launcher, ChildRegistry children, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Its name in commands and logs.</summary>
    public const string Name = "generator";

    private const string Project = "DaprTrading.Generator";

    /// <summary>Its process; null when it was not started.</summary>
    public SupervisedProcess? Process { get; private set; }

    /// <summary>Starts it.</summary>
    public async Task StartAsync(string gatewayUrl, Action<string> progress)
    {
        if (!workspace.Has(Project))
        {
            progress($"generator: {Project} is not there, so nothing sends data");
            return;
        }

        var spec = new ProcessSpec { Name = Name, WorkingDirectory = workspace.Root, Command = [.. workspace.Command(Project), "--url", gatewayUrl] };
        Process = new SupervisedProcess(spec, launcher, children, new RotatingLog(data.Log(Name)), logger, time) { MayFinish = true };
        await Process.StartAsync().ConfigureAwait(false);
        progress($"generator: sending to {gatewayUrl}");
    }

    /// <summary>Ends it.</summary>
    public Task StopAsync(CancellationToken hurry) => Process?.StopAsync(TimeSpan.FromSeconds(5), hurry) ?? Task.CompletedTask;

    /// <summary>What the status shows of it.</summary>
    public ServerStatus? Status() => Process is null ? null : new ServerStatus(Process.Pid, null, Process.Restarts, Process.LogPath);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
