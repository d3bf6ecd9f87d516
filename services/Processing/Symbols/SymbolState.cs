using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Ordering;

namespace DaprTrading.Processing.Symbols;

/// <summary>Everything a symbol's actor remembers. Immutable: a turn makes a new one, and a turn that fails leaves no trace.</summary>
public sealed record SymbolState
{
    /// <summary>A symbol of which nothing was seen.</summary>
    public static SymbolState Empty { get; } = new();

    /// <summary>Layout of this record in storage.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Index of the last point; 0 before the first.</summary>
    public long N { get; init; }

    /// <summary>Where each source stands, and the bars that came early.</summary>
    public SourceCursors Cursors { get; init; } = SourceCursors.Start;

    /// <summary>The indicators after the last point; null before the first.</summary>
    public IndicatorSetState? Indicators { get; init; }

    /// <summary>The last point: the predecessor of the next batch.</summary>
    public IndicatorPoint? Last { get; init; }

    /// <summary>Takes in bars; none only looks whether a gap is due. Pure: the same state, bars and time give the same turn.</summary>
    /// <param name="bars">Bars of the symbol, in any order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="settings">Limits and indicators.</param>
    public SymbolTurn Apply(IReadOnlyList<Bar> bars, long nowMs, SymbolSettings settings)
    {
        Ordered<SourceCursors, Bar> ordered = Cursors.Apply(bars, nowMs, settings.Limits);
        SymbolState after = ReferenceEquals(ordered.State, Cursors) ? this : this with { Cursors = ordered.State };
        IReadOnlyList<IndicatorPoint> points = [];
        if (ordered.Released.Count > 0)
        {
            IndicatorSet set = Indicators is null ? new IndicatorSet(settings.Custom) : IndicatorSet.Restore(Indicators, settings.Custom);
            points = Compute(set, ordered.Released, settings);
            after = after with { N = points[^1].N, Indicators = set.Snapshot(), Last = points[^1] };
        }

        return new SymbolTurn(after, points)
        {
            Previous = Last, Repeats = ordered.Repeats, Held = ordered.Held, NewlyHeld = Math.Max(0, ordered.Held - HeldBefore()),
            Gaps = ordered.Gaps, Missing = ordered.Missing, HasGap = ordered.GapSince is not null,
        };
    }

    private IndicatorPoint[] Compute(IndicatorSet set, IReadOnlyList<Bar> bars, SymbolSettings settings)
    {
        var points = new IndicatorPoint[bars.Count];
        for (int i = 0; i < points.Length; i++)
        {
            Bar bar = bars[i];
            IndicatorValues values = set.Update(bar.Time, bar.High, bar.Low, bar.Close, bar.Volume);
            points[i] = Points.Of(N + 1 + i, bar, values, settings.Custom, set.Custom);
        }

        return points;
    }

    private int HeldBefore()
    {
        int held = 0;
        for (int i = 0; i < Cursors.Sources.Count; i++)
            held += Cursors.Sources[i].Cursor.Held.Count;
        return held;
    }
}
