using System.Diagnostics.Metrics;

namespace DaprTrading.Aggregator;

/// <summary>What this service counts.</summary>
internal sealed class AggregatorMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _points = meters.Create("DaprTrading.Aggregator").CreateCounter<long>(
        "daprtrading.aggregator.points", "{point}", "Points added to a summary.");

    /// <summary>Counts points of a symbol.</summary>
    public void Added(string symbol, long count) => _points.Add(count, new KeyValuePair<string, object?>("daprtrading.symbol", symbol));
}
