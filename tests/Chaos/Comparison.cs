using System.Globalization;
using System.Text.Json;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Chaos;

/// <summary>Two runs over the same bars. All that may differ is when the edge took a bar.</summary>
internal static class Comparison
{
    /// <summary>What differs for a symbol: everything when its bars have one order only, else all that does not depend on how its sources were merged.</summary>
    public static IEnumerable<string> Of(Outcome disturbed, Outcome calm, bool oneSource)
    {
        foreach ((string what, IEnumerable<string> left, IEnumerable<string> right) in oneSource ? Parts(disturbed, calm) : Merged(disturbed, calm))
        {
            (string? First, string? Second) difference = Pairs(left, right).FirstOrDefault(pair => pair.First != pair.Second);
            if (difference.First != difference.Second) yield return $"{disturbed.Symbol}: {what} differ from the undisturbed run: {difference.First} instead of {difference.Second}";
        }
    }

    public static string Json(TradingSignal signal) => JsonSerializer.Serialize(signal, ContractsJson.Default.TradingSignal);

    private static IEnumerable<(string What, IEnumerable<string> Left, IEnumerable<string> Right)> Parts(Outcome left, Outcome right)
    {
        yield return ("points", left.Points.Select(Json), right.Points.Select(Json));
        yield return ("signals", left.Signals.Select(Timeless), right.Signals.Select(Timeless));
        yield return ("summaries", [Json(left.Summary)], [Json(right.Summary)]);
        yield return ("rows of accuracy", left.Accuracy.Select(row => row.ToString()), right.Accuracy.Select(row => row.ToString()));
        foreach (string interval in Batch.Intervals.Keys)
            yield return (interval + " candles", left.Candles[interval].Select(candle => candle.ToString()), right.Candles[interval].Select(candle => candle.ToString()));
    }

    private static IEnumerable<(string What, IEnumerable<string> Left, IEnumerable<string> Right)> Merged(Outcome left, Outcome right)
    {
        foreach (string source in left.Points.Concat(right.Points).Select(point => point.Source).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return ("bars of " + source, Bars(left, source), Bars(right, source));
        foreach (string interval in Batch.Intervals.Keys)
            yield return (interval + " candles", left.Candles[interval].Select(Orderless), right.Candles[interval].Select(Orderless));
        yield return ("summaries", [Orderless(left.Summary)], [Orderless(right.Summary)]);
    }

    private static IEnumerable<string> Bars(Outcome outcome, string source) => outcome.Points.Where(point => point.Source == source).Select(point =>
        string.Create(CultureInfo.InvariantCulture, $"{point.Time}: {point.Open} {point.High} {point.Low} {point.Close} {point.Volume}"));

    private static string Orderless(Candle candle) =>
        string.Create(CultureInfo.InvariantCulture, $"{candle.Time}: {candle.High} {candle.Low} {candle.Volume}");

    /// <summary>The day's volume, high and low depend on the order, too: a bar of yesterday that comes after the first of today counts for neither day.</summary>
    private static string Orderless(SymbolSummary summary) => string.Create(CultureInfo.InvariantCulture, $"{summary.Symbol} {summary.N}");

    private static IEnumerable<(string? First, string? Second)> Pairs(IEnumerable<string> left, IEnumerable<string> right)
    {
        string[] first = [.. left], second = [.. right];
        for (int i = 0; i < Math.Max(first.Length, second.Length); i++)
            yield return (i < first.Length ? first[i] : null, i < second.Length ? second[i] : null);
    }

    private static string Json(IndicatorPoint point) => JsonSerializer.Serialize(point with { IngestedAt = 0 }, ContractsJson.Default.IndicatorPoint);

    private static string Timeless(TradingSignal signal) => Json(signal with { IngestedAt = 0 });

    private static string Json(SymbolSummary summary) => JsonSerializer.Serialize(
        summary with { IngestedAt = 0, LastSignal = summary.LastSignal is { } last ? last with { IngestedAt = 0 } : null }, ContractsJson.Default.SymbolSummary);
}
