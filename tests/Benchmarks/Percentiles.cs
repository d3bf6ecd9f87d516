namespace DaprTrading.Tests.Benchmarks;

/// <summary>Latencies in milliseconds, from which exact percentiles are taken at the end. Thread-safe.</summary>
internal sealed class Percentiles
{
    private readonly Lock _gate = new();
    private readonly List<double> _values = [];

    public int Count
    {
        get
        {
            lock (_gate) return _values.Count;
        }
    }

    public void Add(double milliseconds)
    {
        lock (_gate) _values.Add(milliseconds);
    }

    public void Clear()
    {
        lock (_gate) _values.Clear();
    }

    /// <summary>The value that a share of all values does not exceed; NaN without values.</summary>
    public double At(double share)
    {
        lock (_gate)
        {
            if (_values.Count == 0) return double.NaN;
            _values.Sort();
            return _values[Math.Min(_values.Count - 1, (int)Math.Ceiling(share * _values.Count) - 1)];
        }
    }
}
