namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Finds programs.</summary>
internal static class Executables
{
    private static readonly string[] AlsoLookIn = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin", "/opt/homebrew/bin"];

    /// <summary>Full path of a program on the path or in a usual place; null when there is none.</summary>
    public static string? Find(string name)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(AlsoLookIn).Select(folder => Path.Combine(folder, name)).FirstOrDefault(IsExecutable);
    }

    /// <summary>The first of several names that is there.</summary>
    public static string? FindAny(params string[] names) => names.Select(Find).FirstOrDefault(path => path is not null);

    /// <summary>What a command list's first word names: a path, relative to the working directory, or a program on the path.</summary>
    public static string? Resolve(string command, string workingDirectory)
    {
        if (!command.Contains('/')) return Find(command);

        string path = Path.GetFullPath(command, workingDirectory);
        return IsExecutable(path) ? path : null;
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None);
}
