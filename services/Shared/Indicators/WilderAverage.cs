using System.Runtime.InteropServices;

namespace DaprTrading.Indicators;

/// <summary>Wilder's smoothing: the mean of the first <c>period</c> values, then <c>(average * (period - 1) + value) / period</c>.</summary>
/// <remarks>
/// The kernel of <see cref="Rsi"/> and <see cref="Atr"/>. <see cref="double.NaN"/> for the first <c>period - 1</c> values; O(1), no allocation.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct WilderAverage(int period)
{
    private double _value;
    private int _count;

    public double Update(double value)
    {
        if (_count == period)
            return _value = (_value * (period - 1) + value) / period;

        _value += value;
        if (++_count < period)
            return double.NaN;
        return _value /= period;
    }

    public readonly void Save(ref StateWriter state)
    {
        state.Write(_count);
        state.Write(_value);
    }

    public void Load(ref StateReader state)
    {
        _count = state.ReadInt();
        _value = state.Read();
    }
}
