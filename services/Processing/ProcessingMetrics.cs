using System.Diagnostics.Metrics;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Processing;

/// <summary>What the actors of this instance did. A turn counts once it is stored, whether or not its points get through at once.</summary>
internal sealed class ProcessingMetrics
{
    private readonly Counter<long> _bars, _repeats, _gaps, _held, _points, _republished, _missing, _late, _backwards, _sources, _unnumbered, _restarted, _evicted;

    public ProcessingMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create("DaprTrading.Processing");
        _bars = meter.CreateCounter<long>("daprtrading.processing.bars", "{bar}", "Bars applied to a series.");
        _repeats = meter.CreateCounter<long>("daprtrading.processing.repeats", "{bar}", "Bars ignored because they had been applied before.");
        _gaps = meter.CreateCounter<long>("daprtrading.processing.gaps", "{gap}", "Gaps given up: the bars did not come in time.");
        _held = meter.CreateCounter<long>("daprtrading.processing.held", "{bar}", "Bars that came early and had to wait.");
        _points = meter.CreateCounter<long>("daprtrading.processing.points", "{point}", "Points made; each is published at least once.");
        _missing = meter.CreateCounter<long>("daprtrading.processing.missing", "{bar}", "Bars missing in the gaps that were given up.");
        _late = meter.CreateCounter<long>("daprtrading.processing.late", "{bar}", "Bars applied although their gap had been given up, so behind later ones.");
        _backwards = meter.CreateCounter<long>("daprtrading.processing.backwards", "{bar}", "Bars with a time before that of the bar applied before them.");
        _sources = meter.CreateCounter<long>("daprtrading.processing.sources", "{source}", "Sources of a symbol seen for the first time.");
        _unnumbered = meter.CreateCounter<long>(
            "daprtrading.processing.unnumbered", "{source}", "Sources seen for the first time under whose name ingestion numbers records without a number.");
        _restarted = meter.CreateCounter<long>(
            "daprtrading.processing.restarted", "{source}", "Sources seen for the first time that began at 1 when the symbol had others already.");
        _evicted = meter.CreateCounter<long>("daprtrading.processing.evicted", "{source}", "Sources forgotten because a symbol had more than it remembers.");
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
        Add(_missing, turn.Missing);
        Add(_late, turn.Late);
        Add(_backwards, turn.Backwards);
        Add(_sources, turn.NewSources);
        Add(_unnumbered, turn.Unnumbered);
        Add(_restarted, turn.Restarted);
        Add(_evicted, turn.Forgotten);
    }

    private static void Add(Counter<long> counter, long count)
    {
        if (count > 0)
            counter.Add(count);
    }
}
