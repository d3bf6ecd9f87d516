namespace DaprTrading.Visualization.Live;

/// <summary>What became of a point that was added.</summary>
internal enum Added
{
    /// <summary>It is new.</summary>
    New,

    /// <summary>It was there already, or is older than what is kept.</summary>
    Repeated,

    /// <summary>It contradicts what was kept under its index: the series began anew, and only this point is kept now.</summary>
    Restarted,
}

/// <summary>The newest points of one symbol, ascending by index, each index once. Not thread-safe.</summary>
internal sealed class PointRing(int capacity)
{
    private readonly List<IndicatorPoint> _points = [];

    /// <summary>Index of the oldest point kept; 0 when empty.</summary>
    public long FirstN => _points.Count == 0 ? 0 : _points[Math.Max(0, _points.Count - capacity)].N;

    /// <summary>The newest point; null when empty.</summary>
    public IndicatorPoint? Last => _points.Count == 0 ? null : _points[^1];

    /// <summary>Points kept.</summary>
    public int Count => Math.Min(_points.Count, capacity);

    /// <summary>Adds a point; at the end it costs O(1).</summary>
    public Added Add(IndicatorPoint point)
    {
        int at = _points.Count;
        if (at > 0 && point.N <= _points[^1].N)
        {
            at = Find(point.N);
            if (at >= 0)
            {
                return Contradicts(_points[at], point) ? Restart(point) : Added.Repeated;
            }

            at = ~at;
            if (at == 0 && _points.Count >= capacity)
            {
                return Added.Repeated;
            }
        }

        _points.Insert(at, point);
        Trim();
        return Added.New;
    }

    /// <summary>The newest points after an index, at most as many as are kept.</summary>
    public List<IndicatorPoint> After(long n)
    {
        int start = Find(n + 1);
        start = Math.Max(start < 0 ? ~start : start, _points.Count - capacity);
        return _points.GetRange(start, _points.Count - start);
    }

    /// <summary>Whether every index after <paramref name="n"/>, up to the newest, is kept.</summary>
    public bool IsCompleteAfter(long n)
    {
        List<IndicatorPoint> points = After(n);
        return points.Count > 0 && points[^1].N - points[0].N + 1 == points.Count && (points[0].N == n + 1 || points.Count >= capacity);
    }

    private static bool Contradicts(IndicatorPoint kept, IndicatorPoint point) =>
        kept.Time != point.Time || kept.IngestedAt != point.IngestedAt || kept.Close != point.Close;

    private Added Restart(IndicatorPoint point)
    {
        _points.Clear();
        _points.Add(point);
        return Added.Restarted;
    }

    private void Trim()
    {
        if (_points.Count > capacity + (capacity / 4))
        {
            _points.RemoveRange(0, _points.Count - capacity);
        }
    }

    private int Find(long n)
    {
        (int low, int high) = (0, _points.Count - 1);
        while (low <= high)
        {
            int middle = low + ((high - low) / 2);
            long found = _points[middle].N;
            if (found == n)
            {
                return middle;
            }

            (low, high) = found < n ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
