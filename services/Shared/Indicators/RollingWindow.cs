namespace DaprTrading.Indicators;

/// <summary>The newest values of a series, always readable as one span, shared by every indicator that looks back over it.</summary>
/// <remarks>
/// Every value is written twice, half a buffer apart, so that no span ever wraps. O(1) per value, no allocation after construction.
/// Not thread-safe: one instance belongs to one owner.
/// </remarks>
public sealed class RollingWindow
{
    private readonly double[] _buffer;
    private readonly int _capacity;
    private int _end;

    /// <param name="capacity">How many values are kept; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public RollingWindow(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _buffer = new double[capacity * 2];
    }

    /// <summary>Values in the window now.</summary>
    public int Count { get; private set; }

    /// <summary>Values the window can keep.</summary>
    public int Capacity => _capacity;

    /// <summary>Adds the newest value; the oldest leaves when the window is full.</summary>
    public void Add(double value)
    {
        _buffer[_end] = value;
        _buffer[_end + _capacity] = value;
        _end = _end + 1 == _capacity ? 0 : _end + 1;
        if (Count < _capacity)
            Count++;
    }

    /// <summary>The value <paramref name="ago"/> places before the newest; 0 is the newest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window does not reach that far back.</exception>
    public double Ago(int ago)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)ago, (uint)Count, nameof(ago));
        return _buffer[_end + _capacity - 1 - ago];
    }

    /// <summary>The newest <paramref name="count"/> values, oldest first; valid until the next <see cref="Add"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The window holds fewer.</exception>
    public ReadOnlySpan<double> Newest(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count, nameof(count));
        return _buffer.AsSpan(_end + _capacity - count, count);
    }
}
