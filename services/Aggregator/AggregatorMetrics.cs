using System.Diagnostics.Metrics;

namespace DaprTrading.Aggregator;

/// <summary>What this service counts.</summary>
internal sealed class AggregatorMetrics
{
    private readonly Counter<long> _points, _late, _missing;

    public AggregatorMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("DaprTrading.Aggregator");
        _points = meter.CreateCounter<long>("daprtrading.aggregator.points", "{point}", "Points added to a summary.");
        _late = meter.CreateCounter<long>("daprtrading.aggregator.late", "{point}", "Points added to history and candles after they had been given up.");
        _missing = meter.CreateCounter<long>("daprtrading.aggregator.missing", "{point}", "Points that did not come in time; some may have come late.");
    }

    /// <summary>Counts points of a symbol.</summary>
    public void Added(string symbol, long count)
    {
        if (count > 0)
        {
            _points.Add(count, new KeyValuePair<string, object?>("daprtrading.symbol", symbol));
        }
    }

    /// <summary>Counts what did not come in order.</summary>
    public void Ordered(long late, long missing)
    {
        _late.Add(late);
        _missing.Add(missing);
    }
}
