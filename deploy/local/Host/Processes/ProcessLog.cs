using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Processes;

internal static partial class ProcessLog
{
    [LoggerMessage(9001, LogLevel.Warning, "{Process} ended with code {ExitCode}: starting it again")]
    public static partial void ProcessExited(this ILogger logger, string process, int exitCode);

    [LoggerMessage(9002, LogLevel.Warning, "{Process} could not be started again: {Reason}")]
    public static partial void RestartFailed(this ILogger logger, string process, string reason);

    [LoggerMessage(9003, LogLevel.Warning, "{Process} did not end within {Seconds} s: killed")]
    public static partial void StopTimedOut(this ILogger logger, string process, double seconds);

    [LoggerMessage(9004, LogLevel.Warning, "Killed {Process} (pid {Pid}), left behind by a runtime that was killed")]
    public static partial void StaleChildKilled(this ILogger logger, string process, int pid);
}
