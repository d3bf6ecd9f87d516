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
        ForEachSymbolAsync(events, http, EventCheck.Find, static batch => batch.Symbol, ApplyAsync, cancellationToken);

    internal static Task HandleSignalsAsync(BulkEvents<TradingSignal> events, HttpContext http, CancellationToken cancellationToken) =>
        ForEachSymbolAsync(events, http, EventCheck.Find, static signal => signal.Symbol, CountAsync, cancellationToken);

    private static async Task ApplyAsync(
        ISummaryCalls calls, string symbol, IEnumerable<IndicatorBatch> batches, CancellationToken cancellationToken)
    {
        IEnumerable<IndicatorPoint> points = batches.SelectMany(static batch => batch.Points).OrderBy(static point => point.N);
        foreach (IndicatorPoint[] part in points.Chunk(MaxPointsPerCall))
        {
            await calls.ApplyAsync(symbol, part, cancellationToken);
        }
    }

    private static Task CountAsync(
        ISummaryCalls calls, string symbol, IEnumerable<TradingSignal> signals, CancellationToken cancellationToken) =>
        calls.CountAsync(symbol, [.. signals], cancellationToken);

    private static async Task ForEachSymbolAsync<TEvent>(
        BulkEvents<TEvent> events, HttpContext http, Func<TEvent, string?> problemOf, Func<TEvent, string> symbolOf,
        Func<ISummaryCalls, string, IEnumerable<TEvent>, CancellationToken, Task> call, CancellationToken cancellationToken)
        where TEvent : class
    {
        IServiceProvider services = http.RequestServices;
        var calls = services.GetRequiredService<ISummaryCalls>();
        var logger = services.GetRequiredService<ILogger<SummaryActors>>();
        var bounds = new ParallelOptions
        {
            MaxDegreeOfParallelism = services.GetRequiredService<IOptions<AggregatorOptions>>().Value.Parallelism,
            CancellationToken = cancellationToken,
        };

        await Parallel.ForEachAsync(GroupBySymbol(events, problemOf, symbolOf, logger), bounds, async (group, ct) =>
        {
            Exception? failure = await events.HandleTogetherAsync(
                group.Value, (part, limit) => call(calls, group.Key, part.Select(i => events[i]), limit), ct);
            if (failure is not null)
            {
                logger.CallFailed(group.Key, group.Value.Count, failure);
            }
        });
    }

    private static Dictionary<string, List<int>> GroupBySymbol<TEvent>(
        BulkEvents<TEvent> events, Func<TEvent, string?> problemOf, Func<TEvent, string> symbolOf, ILogger logger)
        where TEvent : class
    {
        var groups = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (int i in events.DropUnsound(problemOf, logger.EventDropped))
        {
            string symbol = symbolOf(events[i]);
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
    [LoggerMessage(6301, LogLevel.Warning, "{Symbol}: the summary did not take {Events} events together; those it does not take alone come again")]
    public static partial void CallFailed(this ILogger logger, string symbol, int events, Exception exception);

    [LoggerMessage(6302, LogLevel.Warning, "An event {Problem}; it went to the dead-letter topic")]
    public static partial void EventDropped(this ILogger logger, string problem);
}
