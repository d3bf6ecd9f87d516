using Dapr;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Notification.Signals;

/// <summary>Tells once a second, in one notification, how many signals were not told one by one.</summary>
internal sealed class ExcessReporter(
    FloodGuard guard, Notifier notifier, ServiceInstance instance, TimeProvider time, ILogger<ExcessReporter> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReportAsync(time.GetUtcNow().ToUnixTimeMilliseconds(), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.ReporterStopped();
        }
    }

    /// <summary>What was left out in the last seconds is told before the process ends. One that is killed takes along what it left out in its last three: the signals themselves are in the signal list.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await ReportAsync(long.MaxValue, cancellationToken);
    }

    private async Task ReportAsync(long now, CancellationToken cancellationToken)
    {
        List<FloodGuard.Excess> excess = guard.TakeExcess(now);
        try
        {
            await notifier.TellAsync([.. excess.Select(each => SignalNotices.LeftOut(each, instance.Name))], cancellationToken);
        }
        catch (Exception failure) when (failure is DaprException or HttpRequestException)
        {
            logger.ReportFailed(failure);
            excess.ForEach(guard.Return);
        }
    }
}

internal static partial class ExcessReporterLog
{
    [LoggerMessage(5201, LogLevel.Warning, "The number of signals left out is not getting through; trying again in a second")]
    public static partial void ReportFailed(this ILogger logger, Exception exception);

    [LoggerMessage(5202, LogLevel.Debug, "The reporter of left-out signals stopped: the process ends")]
    public static partial void ReporterStopped(this ILogger logger);
}
