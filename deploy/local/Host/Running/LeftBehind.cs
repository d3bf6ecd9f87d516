using DaprTrading.LocalRuntime.Host.Processes;
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

        if (Directory.Exists(data.Redis)) Directory.Delete(data.Redis, recursive: true);
        if (Directory.Exists(data.DeadLetters)) Directory.Delete(data.DeadLetters, recursive: true);
        File.Delete(data.UuidsFile);
        foreach (string log in Directory.EnumerateFiles(data.Logs).Where(log => Path.GetFileName(log) != "runtime.log")) File.Delete(log);
    }
}
