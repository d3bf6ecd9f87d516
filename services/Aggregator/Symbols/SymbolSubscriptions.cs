using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>Hands deliveries to the actors: one call per symbol and delivery.</summary>
internal static class SymbolSubscriptions
{
    private const int MaxPointsPerCall = 2_000;

    /// <summary>Summaries go out twice a second, so it pays to wait for more points: fewer and larger turns.</summary>
    private static readonly BulkSubscriptionSettings Settings = new(MaxMessages: 500, MaxAwait: TimeSpan.FromMilliseconds(200));

    public static void MapSymbolSubscriptions(this IEndpointRouteBuilder routes)
    {
        routes.MapBulkSubscription<IndicatorBatch>(PubSubNames.Bus, Topics.Indicators, HandlePointsAsync, Settings);
        routes.MapBulkSubscription<TradingSignal>(PubSubNames.Bus, Topics.Signals, HandleSignalsAsync, Settings);
    }

    internal static Task HandlePointsAsync(BulkEvents<IndicatorBatch> events, HttpContext http, CancellationToken cancellationToken) =>
        ForEachSymbolAsync(events, http, static batch => batch.Symbol, ApplyAsync, cancellationToken);

    internal static Task HandleSignalsAsync(BulkEvents<TradingSignal> events, HttpContext http, CancellationToken cancellationToken) =>
        ForEachSymbolAsync(events, http, static signal => signal.Symbol, CountAsync, cancellationToken);

    private static async Task ApplyAsync(
        SummaryActors actors, string symbol, IEnumerable<IndicatorBatch> batches, CancellationToken cancellationToken)
    {
        IEnumerable<IndicatorPoint> points = batches.SelectMany(static batch => batch.Points).OrderBy(static point => point.N);
        foreach (IndicatorPoint[] part in points.Chunk(MaxPointsPerCall))
        {
            await actors.Of(symbol).InvokeMethodAsync<IReadOnlyList<IndicatorPoint>>(
                nameof(ISummaryActor.ApplyAsync), part, cancellationToken);
        }
    }

    private static Task CountAsync(
        SummaryActors actors, string symbol, IEnumerable<TradingSignal> signals, CancellationToken cancellationToken) =>
        actors.Of(symbol).InvokeMethodAsync<IReadOnlyList<TradingSignal>>(
            nameof(ISummaryActor.CountAsync), [.. signals], cancellationToken);

    private static async Task ForEachSymbolAsync<TEvent>(
        BulkEvents<TEvent> events, HttpContext http, Func<TEvent, string> symbolOf,
        Func<SummaryActors, string, IEnumerable<TEvent>, CancellationToken, Task> call, CancellationToken cancellationToken)
        where TEvent : class
    {
        IServiceProvider services = http.RequestServices;
        var actors = services.GetRequiredService<SummaryActors>();
        var logger = services.GetRequiredService<ILogger<SummaryActors>>();
        var bounds = new ParallelOptions
        {
            MaxDegreeOfParallelism = services.GetRequiredService<IOptions<AggregatorOptions>>().Value.Parallelism,
            CancellationToken = cancellationToken,
        };

        await Parallel.ForEachAsync(GroupBySymbol(events, symbolOf), bounds, async (group, ct) =>
        {
            try
            {
                await call(actors, group.Key, group.Value.Select(i => events[i]), ct);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                logger.CallFailed(group.Key, group.Value.Count, failure);
                group.Value.ForEach(events.Retry);
            }
        });
    }

    private static Dictionary<string, List<int>> GroupBySymbol<TEvent>(BulkEvents<TEvent> events, Func<TEvent, string> symbolOf)
        where TEvent : class
    {
        var groups = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (int i = 0; i < events.Count; i++)
        {
            if (events[i] is not { } data || symbolOf(data) is not { Length: > 0 } symbol)
            {
                events.Drop(i);
                continue;
            }

            if (!groups.TryGetValue(symbol, out List<int>? group))
            {
                groups[symbol] = group = [];
            }

            group.Add(i);
        }

        return groups;
    }
}

internal static partial class SymbolSubscriptionsLog
{
    [LoggerMessage(6301, LogLevel.Warning, "{Symbol}: the summary did not take {Events} events; they will come again")]
    public static partial void CallFailed(this ILogger logger, string symbol, int events, Exception exception);
}
