using System.Net;
using System.Net.Http.Json;
using DaprTrading.Visualization.Api;
using Microsoft.Extensions.Options;

namespace DaprTrading.Visualization.Live;

/// <summary>Reads points from memory and fetches from the aggregator what is missing there.</summary>
internal sealed class PointLoader(
    LiveBoard board, ServiceCaller caller, IOptions<VisualizationOptions> options, ILogger<PointLoader> logger)
{
    /// <summary>The newest points after an index. When the aggregator does not answer, what is in memory has to do.</summary>
    public async Task<IReadOnlyList<IndicatorPoint>> ReadAfterAsync(string symbol, long n, CancellationToken cancellationToken)
    {
        bool isKnown = board.TryGet(symbol, out SymbolFeed? feed);
        if (isKnown && feed!.IsCompleteAfter(n))
        {
            return feed.After(n);
        }

        IReadOnlyList<IndicatorPoint> fetched = await FetchAsync(symbol, feed, n, cancellationToken);
        feed ??= fetched.Count > 0 ? board.FeedOf(symbol) : null;
        if (feed is null)
        {
            return [.. fetched.Where(point => point.N > n)];
        }

        feed.Merge(fetched);
        return feed.After(n);
    }

    private async Task<IReadOnlyList<IndicatorPoint>> FetchAsync(
        string symbol, SymbolFeed? feed, long n, CancellationToken cancellationToken)
    {
        if (feed is null)
        {
            return await FetchAsync(symbol, cancellationToken);
        }

        await feed.Fetching.WaitAsync(cancellationToken);
        try
        {
            return feed.IsCompleteAfter(n) ? [] : await FetchAsync(symbol, cancellationToken);
        }
        finally
        {
            feed.Fetching.Release();
        }
    }

    private async Task<IReadOnlyList<IndicatorPoint>> FetchAsync(string symbol, CancellationToken cancellationToken)
    {
        int limit = Math.Min(options.Value.PointsPerSymbol, 1_000);
        try
        {
            using HttpResponseMessage response = await caller.SendAsync(
                ServiceRequest.Get(AppIds.Aggregator, $"symbols/{Uri.EscapeDataString(symbol)}/indicators?limit={limit}"), cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return [];
            }

            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync(ContractsJson.Default.IReadOnlyListIndicatorPoint, cancellationToken) ?? [];
        }
        catch (Exception failure) when (failure is ServiceDownException or HttpRequestException)
        {
            logger.FetchFailed(symbol, failure);
            return [];
        }
    }
}

internal static partial class PointLoaderLog
{
    [LoggerMessage(8101, LogLevel.Warning, "Older points of {Symbol} could not be fetched; only what is in memory is shown")]
    public static partial void FetchFailed(this ILogger logger, string symbol, Exception exception);
}
