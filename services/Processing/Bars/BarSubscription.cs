using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Processing.Bars;

internal static class BarSubscription
{
    /// <summary>Bulk subscription to the bars.</summary>
    public static void MapBarSubscription(this WebApplication app) => app.MapBulkSubscription<BarBatch>(
        PubSubNames.Bus, Topics.Bars, app.Services.GetRequiredService<BarDispatcher>().HandleAsync);
}
