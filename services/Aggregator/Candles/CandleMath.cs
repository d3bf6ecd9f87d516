using System.Runtime.InteropServices;

namespace DaprTrading.Aggregator.Candles;

/// <summary>What a candle is: all points of one symbol whose time lies in its interval, in the order of their index.</summary>
/// <remarks>
/// <see cref="Merge"/> is associative and commutative, so parts of one candle may be stored separately (a late bar, a candle split by a
/// segment) and give the same candle whatever the order in which they are put together.
/// </remarks>
internal static class CandleMath
{
    /// <summary>The candle of one point alone.</summary>
    public static Candle Of(CandleInterval interval, IndicatorPoint point) => new(
        interval.StartOf(point.Time), point.Open, point.High, point.Low, point.Close, point.Volume, point.N, point.N);

    /// <summary>Two parts of the same candle as one; the start is the first argument's.</summary>
    public static Candle Merge(Candle a, Candle b) => new(
        a.Time,
        a.FirstN <= b.FirstN ? a.Open : b.Open,
        Math.Max(a.High, b.High),
        Math.Min(a.Low, b.Low),
        a.LastN >= b.LastN ? a.Close : b.Close,
        a.Volume + b.Volume,
        Math.Min(a.FirstN, b.FirstN),
        Math.Max(a.LastN, b.LastN));

    /// <summary>Adds a point to the open candle.</summary>
    /// <param name="interval">Length of the candle.</param>
    /// <param name="open">The candle not yet closed; null at the start of the series.</param>
    /// <param name="point">The next point.</param>
    /// <param name="closed">The candle that this point closed; null when it did not.</param>
    /// <returns>The open candle after the point.</returns>
    public static Candle Add(CandleInterval interval, Candle? open, IndicatorPoint point, out Candle? closed)
    {
        Candle part = Of(interval, point);
        bool same = open is not null && open.Time == part.Time;
        closed = same ? null : open;
        return same ? Merge(open!, part) : part;
    }

    /// <summary>Puts stored candles together to candles of <paramref name="interval"/>, ascending by time, one per start.</summary>
    public static List<Candle> Derive(CandleInterval interval, IEnumerable<Candle> parts)
    {
        var byStart = new Dictionary<long, Candle>();
        foreach (Candle part in parts)
        {
            long start = interval.StartOf(part.Time);
            ref Candle? candle = ref CollectionsMarshal.GetValueRefOrAddDefault(byStart, start, out bool exists);
            candle = exists ? Merge(candle!, part) : part with { Time = start };
        }

        List<Candle> candles = [.. byStart.Values];
        candles.Sort(static (a, b) => a.Time.CompareTo(b.Time));
        return candles;
    }
}
