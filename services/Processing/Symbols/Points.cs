using DaprTrading.Contracts;
using DaprTrading.Indicators;

namespace DaprTrading.Processing.Symbols;

internal static class Points
{
    /// <summary>The point of a bar. What is warming up, or cannot be expressed as a number, is null.</summary>
    public static IndicatorPoint Of(
        long n, Bar bar, in IndicatorValues values, IReadOnlyList<CustomIndicator> custom, ReadOnlySpan<double> customValues) => new()
    {
        N = n,
        Time = bar.Time,
        Open = bar.Open,
        High = bar.High,
        Low = bar.Low,
        Close = bar.Close,
        Volume = bar.Volume,
        Source = bar.Source,
        IngestedAt = bar.IngestedAt,
        Unchanged = values.Unchanged,
        Sma20 = Finite(values.Sma20),
        Sma50 = Finite(values.Sma50),
        Sma200 = Finite(values.Sma200),
        Ema9 = Finite(values.Ema9),
        Ema21 = Finite(values.Ema21),
        Ema12 = Finite(values.Macd.Fast),
        Ema26 = Finite(values.Macd.Slow),
        Ema50 = Finite(values.Ema50),
        Rsi14 = Finite(values.Rsi14),
        Macd = Finite(values.Macd.Line),
        MacdSignal = Finite(values.Macd.Signal),
        MacdHistogram = Finite(values.Macd.Histogram),
        BbUpper = Finite(values.Bollinger.Upper),
        BbMiddle = Finite(values.Bollinger.Middle),
        BbLower = Finite(values.Bollinger.Lower),
        Atr14 = Finite(values.Atr14),
        Vwap = Finite(values.Vwap),
        VolumeSma20 = Finite(values.VolumeSma20),
        Custom = custom.Count == 0 ? null : CustomOf(custom, customValues),
    };

    private static Dictionary<string, double?> CustomOf(IReadOnlyList<CustomIndicator> custom, ReadOnlySpan<double> values)
    {
        var named = new Dictionary<string, double?>(custom.Count);
        for (int i = 0; i < custom.Count; i++)
            named[custom[i].Name] = Finite(values[i]);
        return named;
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
