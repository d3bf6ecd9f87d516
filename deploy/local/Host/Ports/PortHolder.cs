using System.Globalization;

namespace DaprTrading.LocalRuntime.Host.Ports;

/// <summary>The process that listens on a port.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Command">Its command line.</param>
internal sealed record PortHolder(int Pid, string Command)
{
    private const string ListenState = "0A";

    /// <summary>Who listens on a TCP port; null when nobody does or it cannot be seen (another user's process, no <c>/proc</c>).</summary>
    public static PortHolder? Find(int port)
    {
        HashSet<string> sockets = [.. Listeners("/proc/net/tcp", port), .. Listeners("/proc/net/tcp6", port)];
        if (sockets.Count == 0) return null;

        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int pid) && Holds(folder, sockets)) return new PortHolder(pid, CommandOf(pid));
        }

        return null;
    }

    /// <summary>In words: <c>held by pid 12 (redis-server …)</c>.</summary>
    public static string Describe(int port) =>
        Find(port) is { } holder ? $"held by pid {holder.Pid} ({holder.Command})" : "held by an unknown process";

    private static IEnumerable<string> Listeners(string table, int port)
    {
        if (!File.Exists(table)) yield break;

        string suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string line in File.ReadLines(table).Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == ListenState && fields[1].EndsWith(suffix, StringComparison.Ordinal)) yield return $"socket:[{fields[9]}]";
        }
    }

    private static bool Holds(string processFolder, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(processFolder, "fd"))
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;   // it ended meanwhile, or belongs to somebody else
        }
    }

    private static string CommandOf(int pid)
    {
        string text = Processes.ProcessIdentity.CommandLine(pid) ?? "unknown command";
        return text.Length <= 120 ? text : text[..117] + "...";
    }
}
