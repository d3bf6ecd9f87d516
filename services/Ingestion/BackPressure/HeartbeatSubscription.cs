using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Ingestion.BackPressure;

internal static class HeartbeatSubscription
{
    /// <summary>Subscribes to the heartbeats on the broadcast bus: every ingestion instance hears them all.</summary>
    public static void MapHeartbeatSubscription(this WebApplication app)
    {
        var gate = app.Services.GetRequiredService<BackPressureGate>();
        app.MapBulkSubscription<Heartbeat>(PubSubNames.Broadcast, Topics.Heartbeats, (events, _, _) =>
        {
            for (int i = 0; i < events.Count; i++)
            {
                if (events[i] is { App: not null, Instance: not null } beat) gate.Heard(beat);
            }

            return Task.CompletedTask;
        });
    }
}
