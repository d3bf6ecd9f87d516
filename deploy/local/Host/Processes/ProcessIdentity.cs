using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Tells a process from a later one that was given the same id.</summary>
internal static class ProcessIdentity
{
    /// <summary>When a process started, in a form that is only good for comparing; null when there is no such process.</summary>
    public static string? StartKey(int pid) => OperatingSystem.IsLinux() ? LinuxStart(pid) : PortableStart(pid);

    /// <summary>Whether the process that had this start key still lives.</summary>
    public static bool IsAlive(int pid, string? startKey) => startKey is not null && StartKey(pid) == startKey;

    /// <summary>Whether a process that had this start key was started since the machine was; false where that is not known.</summary>
    public static bool IsOfThisBoot(string? startKey) => OperatingSystem.IsLinux() && startKey is not null && startKey.EndsWith("@" + BootId(), StringComparison.Ordinal);

    /// <summary>The command line, blanks between the arguments; null when it cannot be read.</summary>
    public static string? CommandLine(int pid)
    {
        try
        {
            byte[] raw = File.ReadAllBytes($"/proc/{pid}/cmdline");
            return Encoding.UTF8.GetString(raw).Replace('\0', ' ').Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a process of the group of this number lives, one that only waits to be collected not counted.</summary>
    public static bool GroupLives(int group) => Directory.EnumerateDirectories("/proc").Any(process =>
        int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out int pid)
        && Fields(pid) is { } fields && fields[2] == group.ToString(CultureInfo.InvariantCulture));

    private static string? LinuxStart(int pid) => Fields(pid) is { } fields ? fields[19] + "@" + BootId() : null;

    /// <summary>The fields of a living process from the third one (its state) on: group is the fifth, start time the 22nd.</summary>
    private static string[]? Fields(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");

            // The second field is the name in brackets and may hold blanks: count from its end.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    private static string? PortableStart(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
