using DaprTrading.Contracts;

namespace DaprTrading.Signals.CoolDowns;

/// <summary>The newest points of each symbol that this replica saw, while some strategy looks back. Thread-safe.</summary>
/// <remarks>Only saves requests: what is not here is read from where points are kept. So it may be lost, and symbols beyond its size find no room.</remarks>
internal sealed class RecentPoints
{
    /// <summary>Most points of all symbols, about 40 MB.</summary>
    private const int MaxPoints = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<IndicatorPoint>> _windows = new(StringComparer.Ordinal);
    private volatile int _length;

    /// <summary>Sets how many points of a symbol are kept; another number forgets those there are, 0 keeps none.</summary>
    public void Keep(int length)
    {
        if (_length == length)
            return;
        lock (_lock)
        {
            if (_length == length)
                return;
            _windows.Clear();
            _length = length;
        }
    }

    /// <summary>Takes the points of a delivery, if any are to be kept.</summary>
    public void Add(IndicatorBatch batch)
    {
        if (_length == 0)
            return;
        lock (_lock)
        {
            if (!_windows.TryGetValue(batch.Symbol, out List<IndicatorPoint>? window))
            {
                // A window is shortened when it is twice as long as needed.
                if (2 * _length * (_windows.Count + 1) > MaxPoints)
                    return;
                _windows[batch.Symbol] = window = [];
            }

            if (batch.Previous is { } previous)
                Append(window, previous);
            foreach (IndicatorPoint point in batch.Points)
                Append(window, point);
        }
    }

    /// <summary>The points from an index to another; null when one of them is not here.</summary>
    public List<IndicatorPoint>? Find(string symbol, long from, long to)
    {
        if (_length == 0)
            return null;
        lock (_lock)
        {
            return _windows.TryGetValue(symbol, out List<IndicatorPoint>? window) && window.Count > 0 && window[0].N <= from && window[^1].N >= to
                ? window.GetRange((int)(from - window[0].N), (int)(to - from + 1))
                : null;
        }
    }

    private void Append(List<IndicatorPoint> window, IndicatorPoint point)
    {
        if (window.Count > 0 && point.N <= window[^1].N)
        {
            // A repeat, or a point older than all: nothing to learn. Another point of the same index belongs to another series.
            if (point.N < window[0].N || window[(int)(point.N - window[0].N)].IngestedAt == point.IngestedAt)
                return;
        }

        if (window.Count > 0 && point.N != window[^1].N + 1)
            window.Clear();
        if (window.Count >= 2 * _length)
            window.RemoveRange(0, window.Count - _length + 1);
        window.Add(point);
    }
}
