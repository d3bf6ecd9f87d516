using DaprTrading.Contracts;
using DaprTrading.Indicators;

namespace DaprTrading.Processing.Symbols;

/// <summary>The end of a series: what its next point follows from. Immutable.</summary>
/// <param name="N">Index of the last point; 0 before the first.</param>
/// <param name="Indicators">The indicators after it; null before the first.</param>
/// <param name="Last">The last point.</param>
internal sealed record SeriesHead(long N, IndicatorSetState? Indicators, IndicatorPoint? Last)
{
    /// <summary>The points of further bars, at least one, and the end of the series after them.</summary>
    public (IReadOnlyList<IndicatorPoint> Points, SeriesHead After) Extend(IReadOnlyList<Bar> bars, SymbolSettings settings)
    {
        IndicatorSet set = Indicators is null ? new IndicatorSet(settings.Custom) : IndicatorSet.Restore(Indicators, settings.Custom);
        var points = new IndicatorPoint[bars.Count];
        for (int i = 0; i < points.Length; i++)
        {
            Bar bar = bars[i];
            IndicatorValues values = set.Update(bar.Time, bar.High, bar.Low, bar.Close, bar.Volume);
            points[i] = Points.Of(N + 1 + i, bar, values, settings.Custom, set.Custom);
        }

        return (points, new SeriesHead(N + points.Length, set.Snapshot(), points[^1]));
    }
}
