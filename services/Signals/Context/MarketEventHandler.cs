using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Signals.Context;

/// <summary>Takes in one bulk delivery of market events.</summary>
internal sealed class MarketEventHandler(MarketContext context, SignalsMetrics metrics)
{
    public Task HandleAsync(BulkEvents<MarketEventBatch> events, HttpContext http, CancellationToken cancellationToken)
    {
        int count = 0;
        for (int i = 0; i < events.Count; i++)
        {
            if (events.StatusOf(i) != default)
                continue;
            if (events[i].Events is not { } batch || batch.Any(static market => market is null))
            {
                events.Drop(i);
                continue;
            }

            count += batch.Count;
            foreach (MarketEvent market in batch)
                context.Add(market);
        }

        metrics.MarketEvents(count);
        return Task.CompletedTask;
    }
}

internal static class MarketEventSubscription
{
    /// <summary>Bulk subscription to the market events, on the broadcast bus: every replica knows the whole context.</summary>
    public static void MapMarketEventSubscription(this WebApplication app) => app.MapBulkSubscription<MarketEventBatch>(
        PubSubNames.Broadcast, Topics.MarketEvents, app.Services.GetRequiredService<MarketEventHandler>().HandleAsync);
}
