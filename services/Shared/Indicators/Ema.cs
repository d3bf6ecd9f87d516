namespace DaprTrading.Indicators;

/// <summary>Exponential moving average: <c>e + 2 / (period + 1) * (value - e)</c>, in the unit of the values.</summary>
/// <remarks>
/// Seeded by the mean of the first <c>period</c> values: <see cref="double.NaN"/> for the first <c>period - 1</c> of them.
/// O(1) per value, no allocation. A NaN makes every later value NaN: the recursion never forgets. Not thread-safe.
/// Reference values: tests/Unit/Golden.
/// </remarks>
public sealed class Ema
{
    private readonly int _period;
    private readonly double _weight;
    private double _value; // the sum of the values while they are fewer than the period, then the average
    private int _count;

    /// <param name="period">Length of the average; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public Ema(int period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        _period = period;
        _weight = 2.0 / (period + 1);
    }

    /// <summary>Takes in one value.</summary>
    /// <returns>The average, or NaN while warming up.</returns>
    public double Update(double value)
    {
        if (_count == _period)
            return _value += _weight * (value - _value);

        _value += value;
        if (++_count < _period)
            return double.NaN;
        return _value /= _period;
    }

    internal void Save(ref StateWriter state)
    {
        state.Write(_count);
        state.Write(_value);
    }

    internal void Load(ref StateReader state)
    {
        _count = state.ReadInt();
        _value = state.Read();
    }
}
