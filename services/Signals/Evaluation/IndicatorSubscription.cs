using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Signals.Evaluation;

internal static class IndicatorSubscription
{
    /// <summary>Bulk subscription to the points.</summary>
    public static void MapIndicatorSubscription(this WebApplication app) => app.MapBulkSubscription<IndicatorBatch>(
        PubSubNames.Bus, Topics.Indicators, app.Services.GetRequiredService<IndicatorHandler>().HandleAsync);
}
