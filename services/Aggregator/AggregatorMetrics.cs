using System.Diagnostics.Metrics;

namespace DaprTrading.Aggregator;

/// <summary>What this service counts.</summary>
internal sealed class AggregatorMetrics
{
    private readonly Counter<long> _points, _late, _missing, _forgotten, _unfollowed;

    public AggregatorMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("DaprTrading.Aggregator");
        _points = meter.CreateCounter<long>("daprtrading.aggregator.points", "{point}", "Points added to a summary.");
        _late = meter.CreateCounter<long>("daprtrading.aggregator.late", "{point}", "Points added to history and candles after they had been given up.");
        _missing = meter.CreateCounter<long>("daprtrading.aggregator.missing", "{point}", "Points that did not come in time; some may have come late.");
        _forgotten = meter.CreateCounter<long>(
            "daprtrading.aggregator.signals.forgotten", "{signal}", "Signals so old that nobody knows whether they were counted; not counted.");
        _unfollowed = meter.CreateCounter<long>("daprtrading.aggregator.signals.unfollowed", "{signal}", "Signals that were not followed up: too many waited.");
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

    /// <summary>Counts signals that could not be treated as others.</summary>
    public void Signals(long forgotten, long unfollowed)
    {
        _forgotten.Add(forgotten);
        _unfollowed.Add(unfollowed);
    }
}
