using System.Diagnostics.Metrics;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Processing;

/// <summary>What the actors of this instance did. A turn that fails after it counted counts again when it is repeated.</summary>
internal sealed class ProcessingMetrics
{
    private readonly Counter<long> _bars, _repeats, _gaps, _held, _points, _republished;

    public ProcessingMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("DaprTrading.Processing");
        _bars = meter.CreateCounter<long>("daprtrading.processing.bars", "{bar}", "Bars applied to a series.");
        _repeats = meter.CreateCounter<long>("daprtrading.processing.repeats", "{bar}", "Bars ignored because they had been applied before.");
        _gaps = meter.CreateCounter<long>("daprtrading.processing.gaps", "{gap}", "Gaps given up: the bars did not come in time.");
        _held = meter.CreateCounter<long>("daprtrading.processing.held", "{bar}", "Bars that came early and had to wait.");
        _points = meter.CreateCounter<long>("daprtrading.processing.points", "{point}", "Points published.");
        _republished = meter.CreateCounter<long>(
            "daprtrading.processing.republished", "{point}", "Points published again, because an actor that began or failed did not know that they had been.");
    }

    /// <summary>Counts the points of an outbox.</summary>
    public void Republished(int points) => Add(_republished, points);

    public void Count(SymbolTurn turn)
    {
        Add(_bars, turn.Points.Count);
        Add(_points, turn.Points.Count);
        Add(_repeats, turn.Repeats);
        Add(_gaps, turn.Gaps);
        Add(_held, turn.NewlyHeld);
    }

    private static void Add(Counter<long> counter, int count)
    {
        if (count > 0)
            counter.Add(count);
    }
}
