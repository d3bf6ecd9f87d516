namespace DaprTrading.Indicators;

/// <summary>Simple moving average: the mean of the last <c>period</c> values, in their unit.</summary>
/// <remarks>
/// <see cref="double.NaN"/> for the first <c>period - 1</c> values. O(1) per value, no allocation per value. Not thread-safe.
/// Reference values: tests/Unit/Golden.
/// </remarks>
public sealed class Sma
{
    private readonly RollingWindow _window;
    private readonly SlidingMean _mean;

    /// <param name="period">Values in the mean; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public Sma(int period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 1);
        _window = new RollingWindow(period + 1);
        _mean = new SlidingMean(_window, period);
    }

    /// <summary>Takes in one value.</summary>
    /// <returns>The average, or NaN while warming up.</returns>
    public double Update(double value)
    {
        _window.Add(value);
        return _mean.Update();
    }
}
