using System.Diagnostics.Metrics;

namespace DaprTrading.ServiceDefaults;

/// <summary>What becomes of the events a service is delivered.</summary>
internal sealed class EventMetrics
{
    private readonly Counter<long> _dropped;

    public EventMetrics(IMeterFactory meters) => _dropped = meters.Create("DaprTrading.Events").CreateCounter<long>(
        "daprtrading.events.dropped", "{event}", "Events that can never be handled: they went to the dead-letter topic.");

    public void Dropped(string topic, int events) => _dropped.Add(events, new KeyValuePair<string, object?>("daprtrading.topic", topic));
}
