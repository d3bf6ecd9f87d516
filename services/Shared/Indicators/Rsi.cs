namespace DaprTrading.Indicators;

/// <summary>Relative strength index after Wilder: 0 to 100, no unit. <c>100 - 100 / (1 + average gain / average loss)</c>.</summary>
/// <remarks>
/// <see cref="double.NaN"/> for the first <c>period</c> values: that many changes are needed. The averages start as the mean of the first
/// <c>period</c> changes and then follow Wilder's smoothing. An average loss of zero gives 100, also when the gain is zero too: a series
/// without movement has an RSI of 100, so look at how long the price stood still before believing it.
/// A change from or to NaN counts as neither gain nor loss. O(1) per value, no allocation. Not thread-safe.
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978. Reference values: tests/Unit/Golden.
/// </remarks>
public sealed class Rsi
{
    private WilderAverage _gain, _loss;
    private double _previous;
    private bool _started;

    /// <param name="period">Changes in the averages; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public Rsi(int period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        _gain = new WilderAverage(period);
        _loss = new WilderAverage(period);
    }

    /// <summary>Takes in one value.</summary>
    /// <returns>The index, or NaN while warming up.</returns>
    public double Update(double value)
    {
        double change = value - _previous;
        _previous = value;
        if (!_started)
        {
            _started = true;
            return double.NaN;
        }

        double gain = _gain.Update(change > 0 ? change : 0);
        double loss = _loss.Update(change < 0 ? -change : 0);
        return loss == 0 ? 100 : 100 - 100 / (1 + gain / loss);
    }

    internal void Save(ref StateWriter state)
    {
        state.Write(_started ? 1 : 0);
        state.Write(_previous);
        _gain.Save(ref state);
        _loss.Save(ref state);
    }

    internal void Load(ref StateReader state)
    {
        _started = state.ReadInt() != 0;
        _previous = state.Read();
        _gain.Load(ref state);
        _loss.Load(ref state);
    }
}
