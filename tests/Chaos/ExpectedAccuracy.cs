using System.Reflection;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Chaos;

/// <summary>What followed the signals of a symbol, counted plainly from its points: entry at the next open, exit at the close of the horizon, costs of the defaults.</summary>
internal static class ExpectedAccuracy
{
    private const double Commission = 0.0001, Slippage = 0.0002, Tolerance = 1e-8;
    private static readonly int[] Horizons = [1, 5, 20, 60];

    /// <summary>What rows may say beside the figures: everything here is live and decided by the first version of the settings.</summary>
    private static readonly Dictionary<string, object> Always = new(StringComparer.Ordinal) { ["Origin"] = "live", ["SettingsVersion"] = 1 };

    /// <summary>What differs.</summary>
    public static IEnumerable<string> Differing(Outcome outcome, IReadOnlyCollection<TradingSignal> signals)
    {
        AccuracyRow[] expected = [.. Rows(outcome.Symbol, outcome.Points, signals)];
        if (outcome.Accuracy.Count != expected.Length)
        {
            yield return $"{outcome.Symbol}: {outcome.Accuracy.Count} rows of accuracy instead of {expected.Length}";
            yield break;
        }

        foreach ((AccuracyRow found, AccuracyRow wanted) in outcome.Accuracy.Zip(expected))
        {
            if (!Same(found, wanted)) yield return $"{outcome.Symbol}: accuracy is {found} instead of {wanted}";
        }
    }

    /// <summary>The rows of a symbol, by strategy, horizon and side.</summary>
    public static IEnumerable<AccuracyRow> Rows(string symbol, IReadOnlyList<IndicatorPoint> points, IReadOnlyCollection<TradingSignal> signals)
    {
        foreach (IGrouping<string, TradingSignal> strategy in signals.GroupBy(signal => signal.Strategy).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            foreach (int horizon in Horizons)
            {
                Dictionary<Side, double> rates = new() { [Side.Buy] = BaseRate(points, Side.Buy, horizon), [Side.Sell] = BaseRate(points, Side.Sell, horizon) };
                yield return Row(symbol, strategy.Key, "both", horizon, points, [.. strategy], rates);
                yield return Row(symbol, strategy.Key, "buy", horizon, points, [.. strategy.Where(signal => signal.Side == Side.Buy)], rates);
                yield return Row(symbol, strategy.Key, "sell", horizon, points, [.. strategy.Where(signal => signal.Side == Side.Sell)], rates);
            }
        }
    }

    private static AccuracyRow Row(
        string symbol, string strategy, string side, int horizon, IReadOnlyList<IndicatorPoint> points, TradingSignal[] signals, Dictionary<Side, double> rates)
    {
        TradingSignal[] over = [.. signals.Where(signal => signal.N + horizon <= points.Count)];
        double[] results = [.. over.Select(signal => Result(points, signal.Side, signal.N, horizon))];
        int hits = results.Count(result => result > 0), n = results.Length;
        (double low, double high) = Interval(hits, n);
        return Labelled(new AccuracyRow(
            strategy, side, symbol, horizon, n, hits, n == 0 ? null : (double)hits / n, low, high, n == 0 ? null : over.Average(signal => rates[signal.Side]),
            n == 0 ? null : results.Average(), signals.Length - n));
    }

    private static AccuracyRow Labelled(AccuracyRow row)
    {
        foreach (PropertyInfo label in typeof(AccuracyRow).GetProperties().Where(property => Always.ContainsKey(property.Name))) label.SetValue(row, Always[label.Name]);
        return row;
    }

    private static double BaseRate(IReadOnlyList<IndicatorPoint> points, Side side, int horizon)
    {
        int bars = Math.Max(0, points.Count - horizon);
        return bars == 0 ? 0 : Enumerable.Range(1, bars).Count(n => Result(points, side, n, horizon) > 0) / (double)bars;
    }

    /// <summary>Points are numbered from 1, so the one after <paramref name="n"/> stands at <paramref name="n"/>.</summary>
    private static double Result(IReadOnlyList<IndicatorPoint> points, Side side, long n, int horizon)
    {
        int direction = side == Side.Buy ? 1 : -1;
        double entry = points[(int)n].Open * (1 + (direction * Slippage)), exit = points[(int)n + horizon - 1].Close * (1 - (direction * Slippage));
        return (direction * (exit - entry) / entry) - (Commission * (entry + exit) / entry);
    }

    /// <summary>Wilson's interval at 95 %, as the roots of its quadratic equation.</summary>
    private static (double Low, double High) Interval(int hits, int n)
    {
        if (n == 0) return (0, 1);
        const double Z = 1.959963984540054;
        double share = (double)hits / n, a = 1 + (Z * Z / n), b = (2 * share) + (Z * Z / n), root = Math.Sqrt(Math.Max(0, (b * b) - (4 * a * share * share)));
        return (hits == 0 ? 0 : (b - root) / (2 * a), hits == n ? 1 : (b + root) / (2 * a));
    }

    private static bool Same(AccuracyRow found, AccuracyRow wanted) =>
        Near(found.HitRate, wanted.HitRate) && Near(found.Low, wanted.Low) && Near(found.High, wanted.High) && Near(found.BaseRate, wanted.BaseRate)
        && Near(found.MeanReturn, wanted.MeanReturn) && Exact(found) == Exact(wanted);

    private static AccuracyRow Exact(AccuracyRow row) => row with { HitRate = null, Low = 0, High = 0, BaseRate = null, MeanReturn = null };

    private static bool Near(double? a, double? b) => (a, b) is (null, null) || Math.Abs((a ?? double.NaN) - (b ?? double.NaN)) <= Tolerance;
}
