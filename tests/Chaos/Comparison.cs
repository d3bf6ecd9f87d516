using System.Text.Json;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Chaos;

/// <summary>Two runs over the same bars. All that may differ is when the edge took a bar.</summary>
internal static class Comparison
{
    /// <summary>What differs for a symbol with one source, whose bars have one order only.</summary>
    public static IEnumerable<string> Of(Outcome disturbed, Outcome calm)
    {
        foreach ((string what, IEnumerable<string> left, IEnumerable<string> right) in Parts(disturbed, calm))
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
        foreach (string interval in Batch.Intervals.Keys)
            yield return (interval + " candles", left.Candles[interval].Select(candle => candle.ToString()), right.Candles[interval].Select(candle => candle.ToString()));
    }

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
