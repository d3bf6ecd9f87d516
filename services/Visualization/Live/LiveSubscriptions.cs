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

        Map<IndicatorBatch>(routes, Topics.Indicators, batch => board.FeedOf(batch.Symbol)?.Add(batch.Points));
        Map<TradingSignal>(routes, Topics.Signals, board.Add);
        Map<Notice>(routes, Topics.Notifications, board.Add);
        Map<SymbolSummary>(routes, Topics.Summaries, summary => board.FeedOf(summary.Symbol)?.Set(summary));
        Map<MarketEventBatch>(routes, Topics.MarketEvents, batch => board.Add(batch.Events));
        Map<RejectedBatch>(routes, Topics.Rejected, rejected.Add);
        Map<Heartbeat>(routes, Topics.Heartbeats, heartbeats.Add);
    }

    private static void Map<TEvent>(IEndpointRouteBuilder routes, string topic, Action<TEvent> take)
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
                    if (events[i] is { } data)
                    {
                        take(data);
                    }
                }

                return Task.CompletedTask;
            },
            settings);
    }
}
