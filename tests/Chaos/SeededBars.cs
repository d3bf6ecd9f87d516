using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>The bars of one source of one symbol, from a seed.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Source">The source.</param>
/// <param name="Bars">Numbered from 1, a second apart.</param>
internal sealed record SeededBars(string Symbol, string Source, IReadOnlyList<ProducedBar> Bars)
{
    /// <summary>Second of the first bar, less one: five minutes before a UTC midnight, so that every source of more than 300 bars crosses it.</summary>
    public const long Start = (19_676 * 86_400) - 300;

    /// <summary>All sources of a run.</summary>
    public static IReadOnlyList<SeededBars> Of(ChaosOptions options) =>
    [
        .. Enumerable.Range(0, options.Symbols).SelectMany(i => SourcesOf(i).Select(source => Of($"C{i:00}", source, options.BarsPerSymbol / SourcesOf(i).Length, options.Seed))),
    ];

    private static string[] SourcesOf(int symbol) => symbol % 5 == 0 ? ["left", "right"] : ["only"];

    /// <summary>One source.</summary>
    public static SeededBars Of(string symbol, string source, int count, int seed)
    {
        var random = new Random(SeedOf(seed, symbol + source));
        double price = 100;
        var bars = new ProducedBar[count];
        for (int i = 0; i < count; i++)
        {
            double open = price;
            price = Math.Round(Math.Max(1, price * (1 + (0.02 * (random.NextDouble() - 0.5)))), 4);
            bars[i] = new ProducedBar(symbol, open, Math.Max(open, price) + 0.01, Math.Min(open, price) - 0.01, price, random.Next(1, 1000), Start + i + 1)
            {
                Source = source, Sequence = i + 1,
            };
        }

        return new SeededBars(symbol, source, bars);
    }

    /// <summary>A seed of its own for everything that has a name; the same in every process.</summary>
    public static int SeedOf(int seed, string name) => name.Aggregate(seed, static (hash, letter) => unchecked((hash * 31) + letter));
}
