using DaprTrading.Contracts;

namespace DaprTrading.Tests.Chaos;

/// <summary>A second implementation of some indicators, from their definitions and without state; it shares nothing with the platform's.</summary>
internal static class PlainIndicators
{
    private const double Tolerance = 1e-9;

    /// <summary>What differs.</summary>
    public static IEnumerable<string> Differing(IReadOnlyList<IndicatorPoint> points)
    {
        double[] closes = [.. points.Select(point => point.Close)];
        (string Name, double?[] Expected, Func<IndicatorPoint, double?> Actual)[] all =
        [
            ("SMA 20", Sma(closes, 20), point => point.Sma20), ("SMA 50", Sma(closes, 50), point => point.Sma50), ("SMA 200", Sma(closes, 200), point => point.Sma200),
            ("EMA 9", Ema(closes, 9), point => point.Ema9), ("EMA 12", Ema(closes, 12), point => point.Ema12), ("EMA 21", Ema(closes, 21), point => point.Ema21),
            ("EMA 26", Ema(closes, 26), point => point.Ema26), ("EMA 50", Ema(closes, 50), point => point.Ema50), ("RSI 14", Rsi(closes, 14), point => point.Rsi14),
        ];
        foreach ((string name, double?[] expected, Func<IndicatorPoint, double?> actual) in all)
        {
            int at = Enumerable.Range(0, points.Count).FirstOrDefault(i => !Near(actual(points[i]), expected[i]), -1);
            if (at >= 0) yield return $"{name} of n {points[at].N} is {actual(points[at])} instead of {expected[at]}";
        }
    }

    private static double?[] Sma(double[] closes, int period) =>
        [.. closes.Select((_, i) => i + 1 < period ? (double?)null : closes.AsSpan(i + 1 - period, period).ToArray().Average())];

    private static double?[] Ema(double[] closes, int period)
    {
        var values = new double?[closes.Length];
        for (int i = period - 1; i < closes.Length; i++)
            values[i] = i == period - 1 ? closes.Take(period).Average() : ((closes[i] * 2) + (values[i - 1] * (period - 1))) / (period + 1);
        return values;
    }

    private static double?[] Rsi(double[] closes, int period)
    {
        double[] changes = [.. closes.Zip(closes.Skip(1), (before, after) => after - before)];
        var values = new double?[closes.Length];
        double gain = 0, loss = 0;
        for (int i = period; i < closes.Length; i++)
        {
            IEnumerable<double> first = changes.Take(period);
            gain = i == period ? first.Sum(change => Math.Max(change, 0)) / period : gain + ((Math.Max(changes[i - 1], 0) - gain) / period);
            loss = i == period ? first.Sum(change => Math.Max(-change, 0)) / period : loss + ((Math.Max(-changes[i - 1], 0) - loss) / period);
            values[i] = loss == 0 ? 100 : 100 * gain / (gain + loss);
        }

        return values;
    }

    private static bool Near(double? actual, double? expected) =>
        (actual, expected) is (null, null) || (actual is { } a && expected is { } b && Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Abs(b)));
}
