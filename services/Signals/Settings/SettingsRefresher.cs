using Dapr;
using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>Reads the settings again every few seconds, so that a change made on one replica reaches all of them.</summary>
internal sealed class SettingsRefresher(
    ISettingsStore store, CurrentStrategies strategies, TimeProvider time, ILogger<SettingsRefresher> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
                await RefreshAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            StrategySettings settings = await store.LoadAsync(cancellationToken) ?? StrategySettings.Default;
            if (settings.Validate() is { Count: > 0 } errors)
                logger.StoredSettingsInvalid(string.Join("; ", errors.Select(e => $"{e.Key} {e.Value[0]}")));
            else if (strategies.Use(settings))
                logger.SettingsInForce(settings);
            _failing = false;
        }
        catch (Exception e) when (e is DaprException or HttpRequestException)
        {
            if (!_failing)
                logger.SettingsUnreadable(e);
            _failing = true;
        }
    }
}

internal static partial class SettingsLog
{
    [LoggerMessage(3001, LogLevel.Information, "Strategy settings in force: {Settings}")]
    public static partial void SettingsInForce(this ILogger logger, StrategySettings settings);

    [LoggerMessage(3002, LogLevel.Warning, "The strategy settings cannot be read; trying again every few seconds")]
    public static partial void SettingsUnreadable(this ILogger logger, Exception exception);

    [LoggerMessage(3003, LogLevel.Error, "The stored strategy settings are not valid and are not used: {Errors}")]
    public static partial void StoredSettingsInvalid(this ILogger logger, string errors);
}
