using System.Runtime.InteropServices;

namespace DaprTrading.Indicators;

/// <summary>One value of <see cref="BollingerBands"/>, in the unit of the prices; NaN while warming up.</summary>
/// <param name="Middle">The simple moving average.</param>
/// <param name="Upper">Middle plus the width times the deviation.</param>
/// <param name="Lower">Middle less the width times the deviation.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BollingerValue(double Middle, double Upper, double Lower);

/// <summary>Bollinger bands: a simple moving average and a number of population standard deviations around it.</summary>
/// <remarks>
/// NaN for the first <c>period - 1</c> values. The deviation is taken from the distances to the mean, so prices of a thousand million
/// that move by cents keep their digits. The cost is one pass over <c>period</c> values whatever the length of the series, without
/// allocation. Not thread-safe. Source: J. Bollinger, Bollinger on Bollinger Bands, 2001. Reference values: tests/Unit/Golden.
/// </remarks>
public sealed class BollingerBands
{
    private readonly RollingWindow _window;
    private readonly SlidingMean _mean;
    private readonly double _width;

    /// <param name="period">Values in the mean and the deviation; at least 2.</param>
    /// <param name="width">Deviations from the middle to a band; above zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public BollingerBands(int period = 20, double width = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(period, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        _window = new RollingWindow(period + 1);
        _mean = new SlidingMean(_window, period);
        _width = width;
    }

    /// <summary>Takes in one value.</summary>
    public BollingerValue Update(double value)
    {
        _window.Add(value);
        double mean = _mean.Update();
        return double.IsNaN(mean) ? new BollingerValue(mean, mean, mean) : Around(mean, _window.Newest(_mean.Period), _width);
    }

    /// <summary>The kernel: the bands of <paramref name="values"/>, whose mean is known.</summary>
    internal static BollingerValue Around(double mean, ReadOnlySpan<double> values, double width)
    {
        double squares = 0, rest = 0;
        foreach (double value in values)
        {
            double distance = value - mean;
            squares += distance * distance;
            rest += distance;
        }

        // The distances add up to zero but for the rounding of the mean; what is left of them corrects the squares for it.
        double variance = (squares - rest * rest / values.Length) / values.Length;
        double offset = width * Math.Sqrt(variance > 0 ? variance : 0);
        return new BollingerValue(mean, mean + offset, mean - offset);
    }
}
