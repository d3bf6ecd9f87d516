using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Running;

internal static partial class RunningLog
{
    [LoggerMessage(9101, LogLevel.Warning, "{Warning}")]
    public static partial void RunFileWarning(this ILogger logger, string warning);

    [LoggerMessage(9102, LogLevel.Information, "{App} has {Instances} instances now")]
    public static partial void Scaled(this ILogger logger, string app, int instances);

    [LoggerMessage(9103, LogLevel.Information, "{Process} (pid {Pid}) is killed on purpose")]
    public static partial void KilledOnPurpose(this ILogger logger, string process, int pid);

    [LoggerMessage(9104, LogLevel.Error, "Stopping {What} failed")]
    public static partial void StopFailed(this ILogger logger, Exception exception, string what);

    [LoggerMessage(9105, LogLevel.Warning, "The sidecar of {Instance} did not drain within {Seconds} s")]
    public static partial void SidecarStopTimedOut(this ILogger logger, string instance, double seconds);

    [LoggerMessage(9106, LogLevel.Warning, "What brokers keep for {Instance}, which is gone, could not be removed; the next start tries again: {Problem}")]
    public static partial void InstanceNotForgotten(this ILogger logger, string instance, string problem);
}
