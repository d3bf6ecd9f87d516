using System.Diagnostics.Metrics;
using DaprTrading.Contracts;

namespace DaprTrading.Signals;

/// <summary>What this instance did.</summary>
internal sealed class SignalsMetrics
{
    private readonly Counter<long> _points, _signals, _marketEvents;

    public SignalsMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("DaprTrading.Signals");
        _points = meter.CreateCounter<long>("daprtrading.signals.points", "{point}", "Points evaluated; repeats count again.");
        _signals = meter.CreateCounter<long>("daprtrading.signals.signals", "{signal}", "Signals published; repeats count again.");
        _marketEvents = meter.CreateCounter<long>("daprtrading.signals.market_events", "{event}", "Market events seen.");
    }

    public void Evaluated(int points, IReadOnlyList<TradingSignal> signals)
    {
        _points.Add(points);
        if (signals.Count > 0)
            _signals.Add(signals.Count);
    }

    public void MarketEvents(int count) => _marketEvents.Add(count);
}
