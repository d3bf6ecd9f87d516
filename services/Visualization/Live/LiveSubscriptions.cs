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

        Map<IndicatorBatch>(routes, Topics.Indicators, batch => EventCheck.Find(batch) is null, batch => board.FeedOf(batch.Symbol)?.Add(batch.Points));
        Map<TradingSignal>(routes, Topics.Signals, signal => EventCheck.Find(signal) is null, board.Add);
        Map<Notice>(routes, Topics.Notifications, notice => notice is { Id: not null, Title: not null, Text: not null }, board.Add);
        Map<SymbolSummary>(
            routes, Topics.Summaries, summary => summary is { Symbol: not null, Source: not null, Sparkline: not null },
            summary => board.FeedOf(summary.Symbol)?.Set(summary));
        Map<MarketEventBatch>(routes, Topics.MarketEvents, batch => batch.Events is { } events && events.All(each => each is not null), batch => board.Add(batch.Events));
        Map<RejectedBatch>(routes, Topics.Rejected, batch => batch.Records is { } records && records.All(each => each is not null), rejected.Add);
        Map<Heartbeat>(routes, Topics.Heartbeats, beat => beat is { App: not null, Instance: not null, Counters: not null, Actors: not null }, heartbeats.Add);
    }

    /// <summary>What cannot be taken goes to the dead-letter topic alone, not with the others of its delivery.</summary>
    private static void Map<TEvent>(IEndpointRouteBuilder routes, string topic, Func<TEvent, bool> isSound, Action<TEvent> take)
        where TEvent : class
    {
        var settings = new BulkSubscriptionSettings(MaxMessages: 200, MaxAwait: TimeSpan.FromMilliseconds(10));
        routes.MapBulkSubscription<TEvent>(
            PubSubNames.Broadcast,
            topic,
            (events, _, _) =>
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

                return Task.CompletedTask;
            },
            settings);
    }
}
