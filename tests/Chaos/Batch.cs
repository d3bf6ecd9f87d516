using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Strategies;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>What one symbol's bars must become, computed in this process from the order in which its sources were merged.</summary>
internal static class Batch
{
    private const int MostProblems = 5;

    /// <summary>Every interval of candles, in milliseconds.</summary>
    public static readonly IReadOnlyDictionary<string, long> Intervals = new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["1s"] = 1_000, ["5s"] = 5_000, ["15s"] = 15_000, ["1m"] = 60_000, ["5m"] = 300_000, ["15m"] = 900_000, ["1h"] = 3_600_000,
        ["4h"] = 14_400_000, ["1d"] = 86_400_000,
    };

    /// <summary>Compares an outcome with its bars: each source's exactly once and in order, and everything else as it follows from that.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public static List<string> Check(Outcome outcome, IReadOnlyList<SeededBars> sources)
    {
        List<string> problems = CheckPoints(outcome, sources);
        if (problems.Count > 0) return problems;

        Dictionary<string, TradingSignal> signals = Signals(outcome.Symbol, outcome.Points);
        problems.AddRange(CheckSignals(outcome, signals));
        foreach ((string interval, long length) in Intervals)
        {
            List<Candle> expected = Candles(outcome.Points, length), actual = outcome.Candles[interval];
            if (!actual.SequenceEqual(expected))
                problems.Add($"{outcome.Symbol}: {interval} candles differ, {actual.Count} instead of {expected.Count}, first {actual.Zip(expected).FirstOrDefault(pair => pair.First != pair.Second)}");
        }

        return [.. problems, .. CheckSummary(outcome, signals.Values)];
    }

    /// <summary>The signals that follow from points, by id.</summary>
    public static Dictionary<string, TradingSignal> Signals(string symbol, IReadOnlyList<IndicatorPoint> points)
    {
        var signals = new List<TradingSignal>();
        new StrategySet(StrategySettings.Default).Evaluate(new IndicatorBatch(symbol, null, points), signals);
        return signals.ToDictionary(signal => signal.Id, StringComparer.Ordinal);
    }

    private static List<string> CheckPoints(Outcome outcome, IReadOnlyList<SeededBars> sources)
    {
        var problems = new List<string>();
        Dictionary<string, int> next = sources.ToDictionary(source => source.Source, _ => 0, StringComparer.Ordinal);
        var indicators = new IndicatorSet([]);
        for (int i = 0; i < outcome.Points.Count && problems.Count < MostProblems; i++)
        {
            IndicatorPoint point = outcome.Points[i];
            SeededBars source = sources.Single(known => known.Source == point.Source);
            int at = next[point.Source]++;
            if (at >= source.Bars.Count)
            {
                problems.Add($"{outcome.Symbol} n {point.N}: more points than bars of {point.Source}");
                continue;
            }

            ProducedBar bar = source.Bars[at];
            long time = (long)Math.Round(bar.Timestamp * 1000);
            if (point.N != i + 1 || (point.Time, point.Open, point.High, point.Low, point.Close, point.Volume) != (time, bar.Open, bar.High, bar.Low, bar.Close, bar.Volume))
                problems.Add($"{outcome.Symbol} n {point.N} ({i + 1}.): bar {bar.Sequence} of {bar.Source} expected, {(point.Time / 1000) - SeededBars.Start} found (close {point.Close} instead of {bar.Close})");
            if (!Equal(point, indicators.Update(time, bar.High, bar.Low, bar.Close, bar.Volume))) problems.Add($"{outcome.Symbol} n {point.N}: indicators differ");
        }

        problems.AddRange(sources.Where(source => next[source.Source] != source.Bars.Count).Select(source =>
            $"{outcome.Symbol}: {source.Bars.Count} bars of {source.Source} were acknowledged, {next[source.Source]} are there"));
        return problems;
    }

    private static IEnumerable<string> CheckSignals(Outcome outcome, Dictionary<string, TradingSignal> expected)
    {
        string[] wanted = [.. expected.Values.Select(Comparison.Json).Order(StringComparer.Ordinal)];
        string[] found = [.. outcome.Signals.Select(signal => Comparison.Json(signal with { SettingsVersion = null })).Order(StringComparer.Ordinal)];
        return found.SequenceEqual(wanted)
            ? []
            : [$"{outcome.Symbol}: {found.Length} instead of {wanted.Length} signals; missing {wanted.Except(found).FirstOrDefault()}, not expected {found.Except(wanted).FirstOrDefault()}"];
    }

    private static IEnumerable<string> CheckSummary(Outcome outcome, IReadOnlyCollection<TradingSignal> signals)
    {
        IReadOnlyList<IndicatorPoint> points = outcome.Points;
        SymbolSummary summary = outcome.Summary;
        (long, double, double, double, double, double, long, long) expected = (
            points.Count, points[^1].Close, points[0].Open, points.Max(point => point.High), points.Min(point => point.Low), points.Sum(point => point.Volume),
            signals.Count(signal => signal.Side == Side.Buy), signals.Count(signal => signal.Side == Side.Sell));
        (long, double, double, double, double, double, long, long) actual = (
            summary.N, summary.Last, summary.DayOpen, summary.DayHigh, summary.DayLow, summary.Volume, summary.BuySignals, summary.SellSignals);
        return actual == expected ? [] : [$"{outcome.Symbol}: the summary is {actual} instead of {expected}"];
    }

    private static List<Candle> Candles(IReadOnlyList<IndicatorPoint> points, long lengthMs) =>
    [
        .. points.GroupBy(point => point.Time - (point.Time % lengthMs)).OrderBy(group => group.Key).Select(group => new Candle(
            group.Key, group.First().Open, group.Max(point => point.High), group.Min(point => point.Low), group.Last().Close,
            group.Sum(point => point.Volume), group.First().N, group.Last().N)),
    ];

    private static bool Equal(IndicatorPoint point, IndicatorValues values) =>
        point.Unchanged == values.Unchanged && Same(point.Sma20, values.Sma20) && Same(point.Sma50, values.Sma50) && Same(point.Sma200, values.Sma200)
        && Same(point.Ema12, values.Macd.Fast) && Same(point.Ema26, values.Macd.Slow) && Same(point.Ema50, values.Ema50) && Same(point.Rsi14, values.Rsi14)
        && Same(point.Macd, values.Macd.Line) && Same(point.MacdSignal, values.Macd.Signal) && Same(point.MacdHistogram, values.Macd.Histogram)
        && Same(point.BbUpper, values.Bollinger.Upper) && Same(point.BbMiddle, values.Bollinger.Middle) && Same(point.BbLower, values.Bollinger.Lower)
        && Same(point.Atr14, values.Atr14) && Same(point.Vwap, values.Vwap) && Same(point.VolumeSma20, values.VolumeSma20);

    private static bool Same(double? actual, double expected) => actual is { } value ? value == expected : !double.IsFinite(expected);
}
