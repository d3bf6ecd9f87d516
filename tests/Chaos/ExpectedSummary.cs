using System.Reflection;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Chaos;

/// <summary>The summary that follows from the points and signals of a symbol, computed plainly. Its constructor sees to it that no figure is left out.</summary>
internal static class ExpectedSummary
{
    private const double Tolerance = 1e-9;
    private const int Returns = 100, FewestReturns = 20, Sparkline = 32;
    private const long Day = 86_400_000;

    /// <summary>What differs.</summary>
    public static IEnumerable<string> Differing(Outcome outcome, IReadOnlyCollection<TradingSignal> signals)
    {
        SymbolSummary expected = Of(outcome.Symbol, outcome.Points, signals);
        SymbolSummary actual = outcome.Summary with { LastSignal = outcome.Summary.LastSignal is { } last ? last with { SettingsVersion = null } : null };
        foreach (PropertyInfo figure in typeof(SymbolSummary).GetProperties())
        {
            object? found = figure.GetValue(actual), wanted = figure.GetValue(expected);
            if (!Same(found, wanted)) yield return $"{outcome.Symbol}: {figure.Name} of the summary is {found ?? "null"} instead of {wanted ?? "null"}";
        }
    }

    /// <summary>The summary.</summary>
    public static SymbolSummary Of(string symbol, IReadOnlyList<IndicatorPoint> points, IReadOnlyCollection<TradingSignal> signals)
    {
        // The day is the newest one that a bar has begun; a late bar of the day before does not belong to it.
        long day = points.Max(point => point.Time / Day);
        int first = points.TakeWhile(point => point.Time / Day != day).Count();
        IndicatorPoint[] today = [.. points.Skip(first).Where(point => point.Time / Day == day)];
        IndicatorPoint last = points[^1];
        double reference = first == 0 ? points[0].Open : points[first - 1].Close;
        double[] closes = [.. points.TakeLast(Returns + 1).Select(point => point.Close)];
        return new SymbolSummary(
            symbol, points.Count, last.Time, last.Close, today[0].Open, today.Max(point => point.High), today.Min(point => point.Low), last.Close - reference,
            (last.Close - reference) / reference * 100, today.Sum(point => point.Volume), last.Vwap, Volatility(closes), Drawdown(points), last.Rsi14, last.Unchanged, TrendOf(last),
            signals.Count(signal => signal.Side == Side.Buy), signals.Count(signal => signal.Side == Side.Sell),
            signals.OrderBy(signal => signal.N).ThenBy(signal => signal.Strategy, StringComparer.Ordinal).LastOrDefault(), [.. closes.TakeLast(Sparkline)], last.Source, last.IngestedAt);
    }

    private static double? Volatility(double[] closes)
    {
        double[] returns = [.. closes.Zip(closes.Skip(1), (before, after) => Math.Log(after) - Math.Log(before))];
        if (returns.Length < FewestReturns) return null;
        double mean = returns.Average();
        return Math.Sqrt(returns.Sum(each => (each - mean) * (each - mean)) / (returns.Length - 1));
    }

    private static double Drawdown(IReadOnlyList<IndicatorPoint> points)
    {
        double peak = 0, deepest = 0;
        foreach (IndicatorPoint point in points)
        {
            peak = Math.Max(peak, point.Close);
            deepest = Math.Max(deepest, (peak - point.Close) / peak);
        }

        return deepest;
    }

    private static string TrendOf(IndicatorPoint point) => point switch
    {
        { Ema12: null } or { Ema26: null } => "unknown",
        { Ema12: { } fast, Ema26: { } slow } when Math.Abs(fast - slow) <= slow / 10_000 => "flat",
        _ => point.Ema12 > point.Ema26 ? "up" : "down",
    };

    private static bool Same(object? actual, object? expected) => (actual, expected) switch
    {
        (double a, double b) => Math.Abs(a - b) <= Tolerance * Math.Max(1, Math.Abs(b)),
        (IReadOnlyList<double> a, IReadOnlyList<double> b) => a.SequenceEqual(b),
        (TradingSignal a, TradingSignal b) => Comparison.Json(a) == Comparison.Json(b),
        _ => Equals(actual, expected),
    };
}
