using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Processing.Bars;

internal static class BarSubscription
{
    // Long enough that the bars of a symbol meet in one actor call when many come, short enough not to be noticed when few do.
    private static readonly BulkSubscriptionSettings Settings = new(MaxMessages: 500, MaxAwait: TimeSpan.FromMilliseconds(20));

    // The letters are dead already: what cannot be read here is kept where they are.
    private static readonly BulkSubscriptionSettings DeadSettings = new(MaxMessages: 100, MaxAwait: TimeSpan.FromMilliseconds(100)) { KeepsDead = false };

    /// <summary>Bulk subscriptions to the bars, and to those that could not be handled.</summary>
    public static void MapBarSubscription(this WebApplication app)
    {
        app.MapBulkSubscription<BarBatch>(PubSubNames.Bus, Topics.Bars, app.Services.GetRequiredService<BarDispatcher>().HandleAsync, Settings);
        app.MapBulkSubscription<BarBatch>(
            PubSubNames.Bus, Topics.DeadLetter(Topics.Bars), app.Services.GetRequiredService<LostBars>().HandleAsync, DeadSettings);
    }
}
