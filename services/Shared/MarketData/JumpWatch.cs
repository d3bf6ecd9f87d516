using System.Globalization;

namespace DaprTrading.MarketData;

/// <summary>Notices prices that jump as in a split, or away and back within one bar. Raw data do, and indicators and fills take it for real.</summary>
internal sealed class JumpWatch
{
    private const int MaxWarnings = 20;
    private const double FarAway = 1.5;
    private static readonly (double Ratio, string Words)[] Splits =
    [
        (1 / 2.0, "2 for 1"), (2 / 3.0, "3 for 2"), (1 / 3.0, "3 for 1"), (1 / 4.0, "4 for 1"), (1 / 7.0, "7 for 1"), (1 / 20.0, "20 for 1"),
        (2, "1 for 2"), (3 / 2.0, "2 for 3"), (3, "1 for 3"), (4, "1 for 4"), (7, "1 for 7"), (20, "1 for 20"),
    ];

    private readonly List<string> _warnings = [];

    public IReadOnlyList<string> Warnings => _warnings;

    public void Warn(string text)
    {
        if (_warnings.Count < MaxWarnings) _warnings.Add(text);
    }

    /// <summary>Looks at the step from one bar of a symbol to its next.</summary>
    public void Check(FileBar? before, FileBar bar)
    {
        if (before is null || _warnings.Count >= MaxWarnings) return;
        if (Print(before.Close, bar) is { } print)
        {
            Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"{bar.Symbol} has {print} on {Day(bar)} between closes of {before.Close:0.####} and {bar.Close:0.####}: it looks like a bad print."));
            return;
        }

        string? split = Name(bar.Open / before.Close) is { } atOpen ? atOpen : Name(bar.Close / bar.Open);
        if (split is null) return;
        Warn(string.Create(
            CultureInfo.InvariantCulture,
            $"{bar.Symbol} jumps from {before.Close:0.####} to {(Name(bar.Open / before.Close) is null ? bar.Close : bar.Open):0.####} on {Day(bar)}, as in a {split} split: the prices look unadjusted."));
    }

    /// <summary>The price of a bar that lies far from the closes before and after, which are near each other; null for none.</summary>
    internal static string? Print(double before, FileBar bar)
    {
        if (IsFar(bar.Close / before)) return null;
        foreach ((string name, double price) in ((string, double)[])[("an open", bar.Open), ("a high", bar.High), ("a low", bar.Low)])
        {
            if (IsFar(price / before) && IsFar(price / bar.Close)) return string.Create(CultureInfo.InvariantCulture, $"{name} of {price:0.####}");
        }

        return null;
    }

    private static bool IsFar(double ratio) => ratio is > FarAway or < 1 / FarAway;

    private static string Day(FileBar bar) => DateTimeOffset.FromUnixTimeMilliseconds(bar.End).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The split a ratio of prices looks like; null for none. Larger ones are given more room, as the price has moved as well.</summary>
    internal static string? Name(double ratio)
    {
        foreach (var (expected, words) in Splits)
        {
            double room = expected is > 10 or < 0.1 ? 0.15 : 0.04;
            if (Math.Abs((ratio / expected) - 1) <= room) return words;
        }

        return null;
    }
}
