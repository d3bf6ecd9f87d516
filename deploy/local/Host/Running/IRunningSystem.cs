using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Servers;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>A system on a data folder, whoever plays the sidecars.</summary>
internal interface IRunningSystem : IControllable, IAsyncDisposable
{
    /// <summary>Cancelled when someone asks for the end.</summary>
    CancellationToken StopRequested { get; }

    /// <summary>Starts everything and returns when all of it works.</summary>
    /// <exception cref="UserException">Something cannot be started. Call <see cref="StopAsync"/> for what was.</exception>
    Task StartAsync(RunPlan plan, IReadOnlyList<InstalledServer> servers, Action<string> progress, CancellationToken cancellationToken);

    /// <summary>Stops everything, the servers last.</summary>
    /// <param name="progress">Gets a line per step.</param>
    /// <param name="hurry">Cancelled: what still runs is killed.</param>
    Task StopAsync(Action<string> progress, CancellationToken hurry);
}
