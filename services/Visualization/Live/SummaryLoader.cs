using System.Net.Http.Json;
using DaprTrading.Visualization.Api;

namespace DaprTrading.Visualization.Live;

/// <summary>Fetches the summaries when this process starts, and now and then in case one was lost on the way.</summary>
internal sealed class SummaryLoader(LiveBoard board, ServiceCaller caller, TimeProvider time, ILogger<SummaryLoader> logger) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Retry, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                timer.Period = await TryLoadAsync(stoppingToken) ? Period : Retry;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            logger.LoaderStopped();
        }
    }

    private async Task<bool> TryLoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await caller.SendAsync(ServiceRequest.Get(AppIds.Aggregator, "symbols"), cancellationToken);
            response.EnsureSuccessStatusCode();
            foreach (SymbolSummary summary in await response.Content.ReadFromJsonAsync(
                ContractsJson.Default.IReadOnlyListSymbolSummary, cancellationToken) ?? [])
            {
                board.FeedOf(summary.Symbol)?.Set(summary);
            }

            return true;
        }
        catch (Exception failure) when (failure is ServiceDownException or HttpRequestException)
        {
            logger.LoadFailed(failure.Message);
            return false;
        }
    }
}

internal static partial class SummaryLoaderLog
{
    [LoggerMessage(8102, LogLevel.Debug, "The summaries could not be fetched yet: {Reason}")]
    public static partial void LoadFailed(this ILogger logger, string reason);

    [LoggerMessage(8103, LogLevel.Debug, "No more summaries are fetched: the process ends")]
    public static partial void LoaderStopped(this ILogger logger);
}
