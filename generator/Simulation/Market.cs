namespace DaprTrading.Generator.Simulation;

/// <summary>All symbols of a run, taken in turn. The same options give the same records in the same order.</summary>
internal sealed class Market
{
    private static readonly string[] WellKnown =
    [
        "AAPL", "GOOGL", "AMZN", "MSFT", "TSLA", "NVDA", "META", "NFLX", "IBM", "ORCL", "INTC", "AMD", "JPM", "BAC", "V", "MA", "KO", "PEP", "WMT", "DIS",
    ];

    private readonly SimulatedSymbol[] _symbols;
    private int _next;

    public Market(GeneratorOptions options, string runId)
    {
        IReadOnlyList<string> names = Names(options.Symbols);
        _symbols = new SimulatedSymbol[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            var random = new Random(HashCode(options.Seed, names[i]));
            PriceProcess prices = options.Plain ? new PlainProcess(random) : new RegimeProcess(random);
            _symbols[i] = new SimulatedSymbol(names[i], $"generator-{runId}-{i % options.Sources}", prices, random);
        }

        Random = new Random(options.Seed);
    }

    public IReadOnlyList<SimulatedSymbol> Symbols => _symbols;

    /// <summary>For what belongs to no symbol.</summary>
    public Random Random { get; }

    public SimulatedSymbol NextSymbol() => _symbols[_next++ % _symbols.Length];

    /// <summary>A number of symbols, or their names separated by commas.</summary>
    internal static IReadOnlyList<string> Names(string symbols) =>
        int.TryParse(symbols, out int count)
            ? [.. Enumerable.Range(0, count).Select(i => i < WellKnown.Length ? WellKnown[i] : $"SYM{i:000}")]
            : symbols.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // String.GetHashCode differs from process to process; a run must not.
    private static int HashCode(int seed, string name) => name.Aggregate(seed, (hash, c) => unchecked((hash * 31) + c));
}
