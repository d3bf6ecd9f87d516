using DaprTrading.Aggregator.History;

namespace DaprTrading.Aggregator.Candles;

/// <summary>Gathers stored candles, newest segments first, until the newest <paramref name="limit"/> of a range are certain.</summary>
internal sealed class CandleWindow(CandleInterval interval, long from, long to, int limit)
{
    private readonly List<Candle> _parts = [];
    private readonly SortedSet<long> _starts = [];

    /// <summary>Adds the stored candles that start in the range.</summary>
    public void Add(IEnumerable<Candle> parts)
    {
        foreach (Candle part in parts)
        {
            long start = interval.StartOf(part.Time);
            if (start >= from && start <= to)
            {
                _parts.Add(part);
                _starts.Add(start);
            }
        }
    }

    /// <summary>Whether a segment can hold candles of the range.</summary>
    public bool MayContain(Segment segment) => segment.Last >= from && interval.StartOf(segment.First) <= to;

    /// <summary>Whether nothing at or before <paramref name="time"/> can change the answer.</summary>
    public bool IsCompleteBefore(long time) => time < from || (_starts.Count > limit && interval.StartOf(time) < Oldest());

    /// <summary>The answer.</summary>
    public List<Candle> ToCandles()
    {
        List<Candle> candles = CandleMath.Derive(interval, _parts);
        return candles.Count <= limit ? candles : candles[^limit..];
    }

    private long Oldest() => _starts.Reverse().ElementAt(limit - 1);
}
