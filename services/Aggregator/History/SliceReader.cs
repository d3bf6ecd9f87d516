using DaprTrading.Aggregator.Candles;

namespace DaprTrading.Aggregator.History;

/// <summary>Puts together what an actor answered and the segments it points to. A point that came late is stored behind later ones: here it finds its place.</summary>
internal sealed class SliceReader(string symbol, ISegmentStore history)
{
    /// <summary>Points from an index on, ascending.</summary>
    public async Task<IReadOnlyList<IndicatorPoint>> PointsFromAsync(PointSlice slice, long from, int limit, CancellationToken cancellationToken)
    {
        List<IndicatorPoint> points = [.. slice.Tail.Where(point => point.N >= from)];
        foreach (Segment segment in slice.Segments.Where(segment => segment.Last >= from).OrderBy(segment => segment.First))
        {
            if (points.Count(point => point.N < segment.First) >= limit)
            {
                break;
            }

            points.AddRange((await PointsAsync(segment, cancellationToken)).Where(point => point.N >= from));
        }

        return [.. points.OrderBy(point => point.N).Take(limit)];
    }

    /// <summary>The newest points, ascending.</summary>
    public async Task<IReadOnlyList<IndicatorPoint>> NewestPointsAsync(PointSlice slice, int limit, CancellationToken cancellationToken)
    {
        List<IndicatorPoint> points = [.. slice.Tail];
        foreach (Segment segment in slice.Segments.OrderByDescending(segment => segment.Last))
        {
            if (points.Count(point => point.N > segment.Last) >= limit)
            {
                break;
            }

            points.AddRange(await PointsAsync(segment, cancellationToken));
        }

        return [.. points.OrderBy(point => point.N).TakeLast(limit)];
    }

    /// <summary>The newest candles of a window, ascending.</summary>
    public async Task<IReadOnlyList<Candle>> CandlesAsync(
        CandleSlice slice, CandleInterval interval, CandleWindow window, CancellationToken cancellationToken)
    {
        string series = "candles-" + CandleInterval.Bases[interval.Base].Name;
        window.Add(slice.Tail);
        foreach (Segment segment in slice.Segments.OrderByDescending(segment => segment.Last))
        {
            if (window.IsCompleteBefore(segment.Last))
            {
                break;
            }

            if (window.MayContain(segment))
            {
                window.Add(await history.ReadAsync<Candle>(Series<Candle>.KeyOf(symbol, series, segment.Index), cancellationToken));
            }
        }

        return window.ToCandles();
    }

    private Task<IReadOnlyList<IndicatorPoint>> PointsAsync(Segment segment, CancellationToken cancellationToken) =>
        history.ReadAsync<IndicatorPoint>(Series<IndicatorPoint>.KeyOf(symbol, "points", segment.Index), cancellationToken);
}
