namespace DaprTrading.Visualization.Live;

/// <summary>What this process knows of one symbol, and what of it has not been sent yet. Thread-safe.</summary>
internal sealed class SymbolFeed(string symbol, VisualizationOptions options)
{
    private const long DayLength = 86_400_000;
    private readonly Lock _lock = new();
    private readonly PointRing _ring = new(options.PointsPerSymbol);
    private List<IndicatorPoint> _pending = [];
    private SymbolSummary? _summary;
    private long _pushedN;
    private long? _holeSince;
    private bool _quoteChanged;
    private bool _summaryChanged;

    /// <summary>Canonical symbol.</summary>
    public string Symbol => symbol;

    /// <summary>One fetch of older points at a time.</summary>
    public SemaphoreSlim Fetching { get; } = new(1);

    /// <summary>Adds points that arrived live; in any order, repeated or not.</summary>
    public void Add(IReadOnlyList<IndicatorPoint> points)
    {
        lock (_lock)
        {
            foreach (IndicatorPoint point in points)
            {
                Added added = _ring.Add(point);
                if (added == Added.Restarted)
                {
                    _pending.Clear();
                    (_pushedN, _holeSince, _summary) = (0, null, null);
                }

                if (added != Added.Repeated)
                {
                    _pending.Add(point);
                    _quoteChanged = true;
                }
            }
        }
    }

    /// <summary>Adds points that were fetched. Those newer than what was sent are sent as well, since their live copies will count as repeats.</summary>
    public void Merge(IReadOnlyList<IndicatorPoint> points)
    {
        lock (_lock)
        {
            foreach (IndicatorPoint point in points)
            {
                bool isNewer = _pushedN > 0 && point.N > _pushedN;
                if (_ring.Add(point) == Added.New && isNewer)
                {
                    _pending.Add(point);
                }
            }
        }
    }

    /// <summary>Takes a summary unless a newer one is known.</summary>
    public void Set(SymbolSummary summary)
    {
        lock (_lock)
        {
            if (_summary is null || summary.N >= _summary.N || _ring.Last is null || _ring.Last.N < _summary.N)
            {
                _summaryChanged |= _summary is null || summary.N != _summary.N || summary.IngestedAt != _summary.IngestedAt
                    || summary.BuySignals != _summary.BuySignals || summary.SellSignals != _summary.SellSignals;
                _summary = summary;
            }
        }
    }

    /// <summary>The newest points after an index.</summary>
    public List<IndicatorPoint> After(long n)
    {
        lock (_lock)
        {
            return _ring.After(n);
        }
    }

    /// <summary>Whether all points after an index are here, as far as they are known.</summary>
    public bool IsCompleteAfter(long n)
    {
        lock (_lock)
        {
            return _ring.IsCompleteAfter(n);
        }
    }

    /// <summary>
    /// The points to send now, as runs without holes. Points behind a hole wait a moment for the missing ones, which usually only took another way.
    /// </summary>
    public List<PointsMessage> TakePoints(long now)
    {
        lock (_lock)
        {
            if (_pending.Count == 0)
            {
                return [];
            }

            bool isOver = _holeSince is { } since && now - since >= options.HoleWait.TotalMilliseconds;
            _pending.Sort(static (a, b) => a.N.CompareTo(b.N));
            var waiting = new List<IndicatorPoint>();
            var ready = new List<IndicatorPoint>(_pending.Count);
            foreach (IndicatorPoint point in _pending)
            {
                bool follows = _pushedN == 0 || point.N <= _pushedN + 1;
                (follows || isOver ? ready : waiting).Add(point);
                _pushedN = follows || isOver ? Math.Max(_pushedN, point.N) : _pushedN;
            }

            _pending = waiting;
            _holeSince = waiting.Count == 0 ? null : _holeSince ?? now;
            return Runs(ready);
        }
    }

    /// <summary>The newest quote, if it changed since the last time.</summary>
    public Quote? TakeQuote(long now)
    {
        lock (_lock)
        {
            if (!_quoteChanged || _ring.Last is not { } last)
            {
                return null;
            }

            _quoteChanged = false;
            (double reference, double volume) = Day(last);
            double change = last.Close - reference;
            return new Quote(
                symbol, last.N, last.Time, last.Close, change, reference == 0 ? 0 : 100 * change / reference, volume, last.Rsi14,
                last.Unchanged, Trends.Of(last.Ema12, last.Ema26), last.Source, last.IngestedAt, now);
        }
    }

    /// <summary>The newest summary, if it changed since the last time.</summary>
    public SymbolSummary? TakeSummary()
    {
        lock (_lock)
        {
            SymbolSummary? summary = _summaryChanged ? _summary : null;
            _summaryChanged = false;
            return summary;
        }
    }

    private static long DayOf(long time) => time - (time % DayLength);

    private List<PointsMessage> Runs(List<IndicatorPoint> points)
    {
        var runs = new List<PointsMessage>();
        int start = 0;
        for (int i = 1; i <= points.Count; i++)
        {
            if (i == points.Count || points[i].N != points[i - 1].N + 1)
            {
                runs.Add(new PointsMessage(symbol, points[start].N - 1, points[start..i]));
                start = i;
            }
        }

        return runs;
    }

    /// <summary>Reference price and volume of the day: the summary's, carried on by the points after it; without one, from what is here.</summary>
    private (double Reference, double Volume) Day(IndicatorPoint last)
    {
        long day = DayOf(last.Time);
        bool summarised = _summary is { } known && known.N <= last.N && DayOf(known.Time) == day;
        (double reference, double volume) = summarised ? (_summary!.Last - _summary.Change, _summary.Volume) : (last.Open, 0);
        foreach (IndicatorPoint point in _ring.After(summarised ? _summary!.N : 0))
        {
            if (DayOf(point.Time) == day)
            {
                reference = !summarised && volume == 0 ? point.Open : reference;
                volume += point.Volume;
            }
        }

        return (reference, volume);
    }
}
