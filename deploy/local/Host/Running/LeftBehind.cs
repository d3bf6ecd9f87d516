using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.RealDapr;
using DaprTrading.LocalRuntime.Host.Servers;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

/// <summary>Clears what an earlier runtime left in a data folder whose lock is held now.</summary>
internal static class LeftBehind
{
    /// <summary>Kills the children of a runtime that was killed and, when asked, deletes its data (nothing else that lies in the folder).</summary>
    public static async Task ClearAsync(DataDirectory data, bool deleteData, ILogger logger, TimeProvider time, CancellationToken cancellationToken)
    {
        await ChildRegistry.KillStaleAsync(data.ChildrenFile, logger, time, cancellationToken).ConfigureAwait(false);
        File.Delete(data.RuntimeFile);
        if (!deleteData) return;

        foreach (string folder in BackingServers.All.Select(server => server.Name).Concat(ControlPlane.Names).Select(data.Server).Append(data.DeadLetters))
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }

        File.Delete(data.UuidsFile);
        foreach (string log in Directory.EnumerateFiles(data.Logs).Where(log => Path.GetFileName(log) != "runtime.log")) File.Delete(log);
    }
}
