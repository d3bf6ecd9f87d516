using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Processing.Bars;

internal static class BarSubscription
{
    // Long enough that the bars of a symbol meet in one actor call when many come, short enough not to be noticed when few do.
    private static readonly BulkSubscriptionSettings Settings = new(MaxMessages: 500, MaxAwait: TimeSpan.FromMilliseconds(20));

    /// <summary>Bulk subscription to the bars.</summary>
    public static void MapBarSubscription(this WebApplication app) => app.MapBulkSubscription<BarBatch>(
        PubSubNames.Bus, Topics.Bars, app.Services.GetRequiredService<BarDispatcher>().HandleAsync, Settings);
}
