using System.Runtime.InteropServices;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Signals to processes and process groups.</summary>
internal static partial class Signals
{
    /// <summary>What Ctrl-C sends.</summary>
    public const int Interrupt = 2;

    /// <summary>Ask to end.</summary>
    public const int Terminate = 15;

    /// <summary>End at once.</summary>
    public const int Kill = 9;

    /// <summary>Sends a signal to one process. False when there is none.</summary>
    public static bool Send(int pid, int signal) => pid > 1 && NativeKill(pid, signal) == 0;

    /// <summary>Sends a signal to a process group. False when there is none.</summary>
    public static bool SendGroup(int leader, int signal) => leader > 1 && NativeKill(-leader, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int NativeKill(int pid, int signal);
}
