namespace DaprTrading.Indicators;

/// <summary>Mean of the newest values of a <see cref="RollingWindow"/> somebody else fills: the kernel of every windowed indicator.</summary>
/// <remarks>
/// <para>
/// A running sum: add what comes, subtract what leaves. Rounding errors of such a sum grow without bound, so the sum is taken anew from
/// the window each time <c>period</c> values have passed; that keeps the cost at O(1) per value on average and the result a function of
/// the input alone.
/// </para>
/// <para>
/// A NaN or an infinity makes the result so while it is in the window, and not longer. The additions are scalar and in a fixed order on
/// purpose: vector sums depend on the width of the machine's registers, and two machines have to agree to the last bit.
/// </para>
/// </remarks>
public sealed class SlidingMean
{
    private readonly RollingWindow _window;
    private double _sum;
    private int _count;

    /// <param name="window">Must keep at least one value more than <paramref name="period"/>.</param>
    /// <param name="period">Values in the mean; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is below 1, or the window too small for it.</exception>
    public SlidingMean(RollingWindow window, int period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window.Capacity, period, nameof(window));
        _window = window;
        Period = period;
    }

    /// <summary>Values in the mean.</summary>
    public int Period { get; }

    /// <summary>Takes in the value that was just added to the window.</summary>
    /// <returns>The mean, or <see cref="double.NaN"/> for the first <c>period - 1</c> values.</returns>
    public double Update()
    {
        // Counts to the period, then round and round from there: the remainder says when the sum is due to be taken anew.
        _count = _count + 1 == 2 * Period ? Period : _count + 1;
        if (_count < Period)
            return double.NaN;
        if (_count > Period)
            _sum += _window.Ago(0) - _window.Ago(Period);
        if (_count == Period || !double.IsFinite(_sum))
            _sum = Sum(_window.Newest(Period));
        return _sum / Period;
    }

    internal void Save(ref StateWriter state)
    {
        state.Write(_count);
        state.Write(_sum);
    }

    internal void Load(ref StateReader state)
    {
        _count = state.ReadInt();
        _sum = state.Read();
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum;
    }
}
