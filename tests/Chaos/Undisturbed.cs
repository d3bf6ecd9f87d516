using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Strategies;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>What one symbol's bars must become, computed in this process from the order in which they were merged.</summary>
internal static class Undisturbed
{
    /// <summary>Compares the points with the bars; each source's must be there exactly once and in order.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public static List<string> CheckPoints(IReadOnlyList<IndicatorPoint> points, IReadOnlyList<Feed> feeds)
    {
        var problems = new List<string>();
        Dictionary<string, int> next = feeds.ToDictionary(feed => feed.Source, _ => 0, StringComparer.Ordinal);
        var indicators = new IndicatorSet([]);
        for (int i = 0; i < points.Count && problems.Count < 10; i++)
        {
            IndicatorPoint point = points[i];
            Feed feed = feeds.Single(feed => feed.Source == point.Source);
            int at = next[point.Source]++;
            if (at >= feed.Acknowledged.Count)
            {
                problems.Add($"{feed.Symbol} n {point.N}: more points than bars of {point.Source}");
                continue;
            }

            ProducedBar bar = feed.Acknowledged[at];
            long time = (long)Math.Round(bar.Timestamp * 1000);
            if (point.N != i + 1 || point.Time != time || point.Close != bar.Close)
                problems.Add($"{feed.Symbol} n {point.N} ({i + 1}.): bar {bar.Sequence} of {bar.Source} expected (close {bar.Close}), time {point.Time - 1_700_000_000_000} and close {point.Close} found");
            IndicatorValues values = indicators.Update(time, bar.High, bar.Low, bar.Close, bar.Volume);
            if (!Equal(point, values)) problems.Add($"{feed.Symbol} n {point.N}: indicators differ");
        }

        problems.AddRange(feeds.Where(feed => next[feed.Source] < feed.Acknowledged.Count).Select(feed =>
            $"{feed.Symbol}: {feed.Acknowledged.Count} bars of {feed.Source} were acknowledged, {next[feed.Source]} are there"));
        return problems;
    }

    /// <summary>The signals an undisturbed run gives, by id.</summary>
    public static Dictionary<string, TradingSignal> Signals(string symbol, IReadOnlyList<IndicatorPoint> points, StrategySettings settings)
    {
        var signals = new List<TradingSignal>();
        new StrategySet(settings).Evaluate(new IndicatorBatch(symbol, null, points), signals);
        return signals.ToDictionary(signal => signal.Id, StringComparer.Ordinal);
    }

    /// <summary>The candles of one length, ascending.</summary>
    public static List<Candle> Candles(IReadOnlyList<IndicatorPoint> points, long lengthMs) =>
    [
        .. points.GroupBy(point => point.Time - (point.Time % lengthMs)).OrderBy(group => group.Key).Select(group => new Candle(
            group.Key, group.First().Open, group.Max(point => point.High), group.Min(point => point.Low), group.Last().Close,
            group.Sum(point => point.Volume), group.First().N, group.Last().N)),
    ];

    private static bool Equal(IndicatorPoint point, IndicatorValues values) =>
        point.Unchanged == values.Unchanged && Same(point.Sma20, values.Sma20) && Same(point.Sma50, values.Sma50) && Same(point.Sma200, values.Sma200)
        && Same(point.Ema9, values.Ema9) && Same(point.Ema21, values.Ema21)
        && Same(point.Ema12, values.Macd.Fast) && Same(point.Ema26, values.Macd.Slow) && Same(point.Ema50, values.Ema50) && Same(point.Rsi14, values.Rsi14)
        && Same(point.Macd, values.Macd.Line) && Same(point.MacdSignal, values.Macd.Signal) && Same(point.MacdHistogram, values.Macd.Histogram)
        && Same(point.BbUpper, values.Bollinger.Upper) && Same(point.BbMiddle, values.Bollinger.Middle) && Same(point.BbLower, values.Bollinger.Lower)
        && Same(point.Atr14, values.Atr14) && Same(point.Vwap, values.Vwap);

    private static bool Same(double? actual, double expected) => actual is { } value ? value == expected : !double.IsFinite(expected);
}
