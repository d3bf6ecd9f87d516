using DaprTrading.ServiceDefaults;
using DaprTrading.Visualization.Status;

namespace DaprTrading.Visualization.Live;

/// <summary>Takes everything there is from the broadcast bus into memory.</summary>
internal static class LiveSubscriptions
{
    public static void MapLiveSubscriptions(this IEndpointRouteBuilder routes)
    {
        IServiceProvider services = routes.ServiceProvider;
        var board = services.GetRequiredService<LiveBoard>();
        var heartbeats = services.GetRequiredService<HeartbeatBoard>();
        var rejected = services.GetRequiredService<RejectedBoard>();

        Map<IndicatorBatch>(routes, Topics.Indicators, IsSound, batch => board.FeedOf(batch.Symbol)?.Add(batch.Points));
        Map<TradingSignal>(routes, Topics.Signals, IsSound, board.Add);
        Map<Notice>(routes, Topics.Notifications, IsSound, board.Add);
        Map<SymbolSummary>(routes, Topics.Summaries, IsSound, summary => board.FeedOf(summary.Symbol)?.Set(summary));
        Map<MarketEventBatch>(routes, Topics.MarketEvents, IsSound, batch => board.Add(batch.Events));
        Map<RejectedBatch>(routes, Topics.Rejected, IsSound, rejected.Add);
        Map<Heartbeat>(routes, Topics.Heartbeats, IsSound, heartbeats.Add);
    }

    /// <summary>Takes the events of a delivery. What cannot be taken goes to the dead-letter topic alone, not with the others.</summary>
    internal static void Take<TEvent>(BulkEvents<TEvent> events, Func<TEvent, bool> isSound, Action<TEvent> take)
        where TEvent : class
    {
        for (int i = 0; i < events.Count; i++)
        {
            if (events.StatusOf(i) != default)
            {
                continue;   // has no data: dropped already
            }

            if (isSound(events[i]))
            {
                take(events[i]);
            }
            else
            {
                events.Drop(i);
            }
        }
    }

    internal static bool IsSound(IndicatorBatch batch) => EventCheck.Find(batch) is null;

    internal static bool IsSound(TradingSignal signal) => EventCheck.Find(signal) is null;

    internal static bool IsSound(Notice notice) => notice is { Id: not null, Title: not null, Text: not null };

    internal static bool IsSound(SymbolSummary summary) => summary is { Symbol: not null, Source: not null, Sparkline: not null };

    internal static bool IsSound(MarketEventBatch batch) => batch.Events is { } events && events.All(static each => each is not null);

    internal static bool IsSound(RejectedBatch batch) => batch.Records is { } records && records.All(static each => each is not null);

    internal static bool IsSound(Heartbeat beat) => beat is { App: not null, Instance: not null, Counters: not null, Actors: not null };

    private static void Map<TEvent>(IEndpointRouteBuilder routes, string topic, Func<TEvent, bool> isSound, Action<TEvent> take)
        where TEvent : class
    {
        var settings = new BulkSubscriptionSettings(MaxMessages: 200, MaxAwait: TimeSpan.FromMilliseconds(10));
        routes.MapBulkSubscription<TEvent>(
            PubSubNames.Broadcast,
            topic,
            (events, _, _) =>
            {
                Take(events, isSound, take);
                return Task.CompletedTask;
            },
            settings);
    }
}
