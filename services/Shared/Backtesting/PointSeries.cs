using DaprTrading.Contracts;
using DaprTrading.Indicators;

namespace DaprTrading.Backtesting;

/// <summary>The points the platform would have published for a series of bars.</summary>
public static class PointSeries
{
    /// <summary>One point per bar, numbered from 1, with the platform's default indicators. O(1) per bar.</summary>
    public static IReadOnlyList<IndicatorPoint> Of(IReadOnlyList<PriceBar> bars)
    {
        var indicators = new IndicatorSet([]);
        var points = new IndicatorPoint[bars.Count];
        for (int i = 0; i < points.Length; i++)
        {
            PriceBar bar = bars[i];
            points[i] = Of(i + 1, bar, indicators.Update(bar.End, bar.High, bar.Low, bar.Close, bar.Volume));
        }

        return points;
    }

    private static IndicatorPoint Of(long n, in PriceBar bar, in IndicatorValues values) => new()
    {
        N = n, Time = bar.End, Open = bar.Open, High = bar.High, Low = bar.Low, Close = bar.Close, Volume = bar.Volume,
        Source = "backtest", IngestedAt = bar.End, Unchanged = values.Unchanged,
        Sma20 = Finite(values.Sma20), Sma50 = Finite(values.Sma50), Sma200 = Finite(values.Sma200),
        Ema9 = Finite(values.Ema9), Ema21 = Finite(values.Ema21),
        Ema12 = Finite(values.Macd.Fast), Ema26 = Finite(values.Macd.Slow), Ema50 = Finite(values.Ema50), Rsi14 = Finite(values.Rsi14),
        Macd = Finite(values.Macd.Line), MacdSignal = Finite(values.Macd.Signal), MacdHistogram = Finite(values.Macd.Histogram),
        BbUpper = Finite(values.Bollinger.Upper), BbMiddle = Finite(values.Bollinger.Middle), BbLower = Finite(values.Bollinger.Lower),
        Atr14 = Finite(values.Atr14), Vwap = Finite(values.Vwap), VolumeSma20 = Finite(values.VolumeSma20),
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
