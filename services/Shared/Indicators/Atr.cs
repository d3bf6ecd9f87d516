namespace DaprTrading.Indicators;

/// <summary>Average true range after Wilder, in the unit of the prices.</summary>
/// <remarks>
/// The true range of a bar is the largest of high less low and the distances of high and low from the close before; the first bar has
/// none. NaN for the first <c>period</c> bars; then the mean of <c>period</c> true ranges, followed by Wilder's smoothing.
/// O(1) per bar, no allocation. Not thread-safe.
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978. Reference values: tests/Unit/Golden.
/// </remarks>
public sealed class Atr
{
    private WilderAverage _average;
    private double _previousClose;
    private bool _started;

    /// <param name="period">True ranges in the average; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public Atr(int period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        _average = new WilderAverage(period);
    }

    /// <summary>True range of the newest bar; NaN before the second.</summary>
    public double TrueRange { get; private set; } = double.NaN;

    /// <summary>Takes in one bar.</summary>
    /// <returns>The average, or NaN while warming up.</returns>
    public double Update(double high, double low, double close)
    {
        TrueRange = _started
            ? Math.Max(high - low, Math.Max(Math.Abs(high - _previousClose), Math.Abs(low - _previousClose)))
            : double.NaN;
        double average = _started ? _average.Update(TrueRange) : double.NaN;
        _previousClose = close;
        _started = true;
        return average;
    }

    internal void Save(ref StateWriter state)
    {
        state.Write(_started ? 1 : 0);
        state.Write(_previousClose);
        _average.Save(ref state);
    }

    internal void Load(ref StateReader state)
    {
        _started = state.ReadInt() != 0;
        _previousClose = state.Read();
        _average.Load(ref state);
    }
}
