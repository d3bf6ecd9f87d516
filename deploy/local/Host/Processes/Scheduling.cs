using System.Runtime.InteropServices;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Asks Linux not to interrupt a running thread of the system for every one that wakes up.</summary>
/// <remarks>
/// A call passes three processes or more. With the usual policy each send preempts its sender on a busy core, so every hop costs two switches and nobody
/// ever finds more than one thing to do; with <c>SCHED_BATCH</c> a thread goes on with what it has, and two thirds more calls pass on two cores
/// (<c>./run bench dapr --only invoke</c>). An idle core runs a thread at once either way. Threads and processes that are started later inherit the policy; elsewhere than on
/// Linux, or where it is refused, nothing changes.
/// </remarks>
internal static partial class Scheduling
{
    private const int Batch = 3;

    /// <summary>To be called before the process starts threads.</summary>
    /// <returns>False where nothing has changed.</returns>
    public static bool PreferThroughput()
    {
        int priority = 0;
        return OperatingSystem.IsLinux() && NativeSetScheduler(0, Batch, in priority) == 0;
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static partial int NativeSetScheduler(int pid, int policy, in int priority);
}
