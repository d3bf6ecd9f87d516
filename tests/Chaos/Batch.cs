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
        List<string> problems = CheckBars(outcome, sources);
        return problems.Count > 0 ? problems : CheckDerived(outcome);
    }

    /// <summary>Compares everything with what follows from the bars that the points were made of.</summary>
    /// <returns>What is wrong; empty when nothing is.</returns>
    public static List<string> CheckDerived(Outcome outcome)
    {
        Dictionary<string, TradingSignal> signals = Signals(outcome.Symbol, outcome.Points);
        return
        [
            .. CheckIndicators(outcome).Take(MostProblems), .. PlainIndicators.Differing(outcome.Points).Select(problem => $"{outcome.Symbol}: {problem}"), .. CheckSignals(outcome, signals),
            .. CheckCandles(outcome), .. ExpectedSummary.Differing(outcome, signals.Values), .. ExpectedAccuracy.Differing(outcome, signals.Values),
        ];
    }

    /// <summary>The signals that follow from points, by id.</summary>
    public static Dictionary<string, TradingSignal> Signals(string symbol, IReadOnlyList<IndicatorPoint> points)
    {
        var signals = new List<TradingSignal>();
        new StrategySet(StrategySettings.Default).Evaluate(new IndicatorBatch(symbol, null, points), signals);
        return signals.ToDictionary(signal => signal.Id, StringComparer.Ordinal);
    }

    private static List<string> CheckBars(Outcome outcome, IReadOnlyList<SeededBars> sources)
    {
        var problems = new List<string>();
        Dictionary<string, int> next = sources.ToDictionary(source => source.Source, _ => 0, StringComparer.Ordinal);
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
            if (point.N != i + 1 || point.IngestedAt <= 0 || !IsOf(point, bar))
                problems.Add($"{outcome.Symbol} n {point.N} ({i + 1}.): bar {bar.Sequence} of {bar.Source} expected, {(point.Time / 1000) - SeededBars.Start} found (close {point.Close} instead of {bar.Close})");
        }

        problems.AddRange(sources.Where(source => next[source.Source] != source.Bars.Count).Select(source =>
            $"{outcome.Symbol}: {source.Bars.Count} bars of {source.Source} were acknowledged, {next[source.Source]} are there"));
        return problems;
    }

    /// <summary>Whether a point has the prices, the volume and the time of a bar.</summary>
    public static bool IsOf(IndicatorPoint point, ProducedBar bar) => (point.Time, point.Open, point.High, point.Low, point.Close, point.Volume)
        == ((long)Math.Round(bar.Timestamp * 1000), bar.Open, bar.High, bar.Low, bar.Close, bar.Volume);

    private static IEnumerable<string> CheckIndicators(Outcome outcome)
    {
        var indicators = new IndicatorSet([]);
        foreach (IndicatorPoint point in outcome.Points)
        {
            string[] differing = [.. PointFields.Differing(point, indicators.Update(point.Time, point.High, point.Low, point.Close, point.Volume))];
            if (differing.Length > 0) yield return $"{outcome.Symbol} n {point.N}: {string.Join(", ", differing)} differ";
        }
    }

    private static IEnumerable<string> CheckCandles(Outcome outcome)
    {
        foreach ((string interval, long length) in Intervals)
        {
            List<Candle> expected = Candles(outcome.Points, length), actual = outcome.Candles[interval];
            if (!actual.SequenceEqual(expected))
                yield return $"{outcome.Symbol}: {interval} candles differ, {actual.Count} instead of {expected.Count}, first {actual.Zip(expected).FirstOrDefault(pair => pair.First != pair.Second)}";
        }
    }

    private static IEnumerable<string> CheckSignals(Outcome outcome, Dictionary<string, TradingSignal> expected)
    {
        string[] wanted = [.. expected.Values.Select(Comparison.Json).Order(StringComparer.Ordinal)];
        string[] found = [.. outcome.Signals.Select(signal => Comparison.Json(signal with { SettingsVersion = null })).Order(StringComparer.Ordinal)];
        return found.SequenceEqual(wanted)
            ? []
            : [$"{outcome.Symbol}: {found.Length} instead of {wanted.Length} signals; missing {wanted.Except(found).FirstOrDefault()}, not expected {found.Except(wanted).FirstOrDefault()}"];
    }

    /// <summary>The candles of points.</summary>
    public static List<Candle> Candles(IReadOnlyList<IndicatorPoint> points, long lengthMs) =>
    [
        .. points.GroupBy(point => point.Time - (point.Time % lengthMs)).OrderBy(group => group.Key).Select(group => new Candle(
            group.Key, group.First().Open, group.Max(point => point.High), group.Min(point => point.Low), group.Last().Close,
            group.Sum(point => point.Volume), group.First().N, group.Last().N)),
    ];
}
