using System.Globalization;
using DaprTrading.Contracts;
using DaprTrading.MarketData;

namespace DaprTrading.Dataset.Replays;

/// <summary>A name that a replay has taken.</summary>
/// <param name="Name">Symbol its bars are sent as.</param>
/// <param name="Source">Source of the bars.</param>
internal sealed record ReservedName(string Name, string Source);

/// <summary>Names of series: a symbol as it is, or <c>SPY.R2</c>, <c>SPY.R3</c> … where there are bars of it already. Pure.</summary>
internal static class SeriesNames
{
    private const int MaxTold = 5;
    private const int MostRuns = 100_000;

    /// <summary>The n-th name of a symbol, from 1; valid as a symbol.</summary>
    public static string Of(string symbol, int n)
    {
        if (n == 1) return symbol;
        if (n > MostRuns) throw new DatasetFormatException($"{symbol} was replayed {MostRuns} times; use append to go on in its series.");
        string run = string.Create(CultureInfo.InvariantCulture, $".R{n}");
        return symbol[..Math.Min(symbol.Length, CanonicalSymbol.MaxLength - run.Length)] + run;
    }

    /// <summary>Chooses the first free name of every symbol.</summary>
    /// <param name="symbols">Symbols of the files.</param>
    /// <param name="mine">Names that were chosen for them before.</param>
    /// <param name="others">Names that others have taken.</param>
    /// <param name="haveBars">Which of some names have bars already.</param>
    public static async Task<IReadOnlyList<ReplaySeries>> ChooseAsync(
        IReadOnlyList<string> symbols, IReadOnlySet<string> mine, IReadOnlySet<string> others, Func<IReadOnlyList<string>, Task<IReadOnlySet<string>>> haveBars)
    {
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(others, StringComparer.Ordinal);
        for (int n = 1; chosen.Count < symbols.Count; n++)
        {
            (string Symbol, string Name)[] open = [.. symbols.Where(symbol => !chosen.ContainsKey(symbol)).Select(symbol => (symbol, Of(symbol, n)))];
            taken.UnionWith(await haveBars([.. open.Select(one => one.Name).Where(name => !mine.Contains(name) && !taken.Contains(name)).Distinct()]));
            foreach ((string symbol, string name) in open)
            {
                if (taken.Add(name)) chosen[symbol] = name;
            }
        }

        return [.. symbols.Select(symbol => new ReplaySeries(symbol, chosen[symbol]))];
    }

    /// <summary>Which names differ from those of the files, in words; null when none does.</summary>
    public static string? Tell(IReadOnlyList<ReplaySeries> series, bool isSought)
    {
        ReplaySeries[] renamed = [.. series.Where(one => one.Name != one.Symbol)];
        if (renamed.Length == 0) return null;
        string names = string.Join(", ", renamed.Take(MaxTold).Select(one => $"{one.Symbol} is {one.Name}"));
        string more = renamed.Length > MaxTold ? string.Create(CultureInfo.InvariantCulture, $" and {renamed.Length - MaxTold} more") : "";
        return $"{(isSought ? "After the seek" : "There are bars already, so")} the replay has series of its own: {names}{more}.";
    }
}
