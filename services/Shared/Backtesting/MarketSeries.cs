using DaprTrading.MarketData;

namespace DaprTrading.Backtesting;

/// <summary>Turns the bars of files into the series the platform would see if the files were replayed.</summary>
public static class MarketSeries
{
    /// <summary>The bars of every symbol by their end; symbols are canonical, as the gateway makes them.</summary>
    /// <param name="content">What was read.</param>
    /// <param name="wanted">Symbols wanted, in any spelling; null or empty: all.</param>
    public static SortedDictionary<string, IReadOnlyList<PriceBar>> Of(FileContent content, IReadOnlyCollection<string>? wanted = null)
    {
        HashSet<string>? only = wanted is { Count: > 0 } ? [.. wanted.Select(Canonical)] : null;
        var series = new Dictionary<string, List<PriceBar>>(StringComparer.Ordinal);
        foreach (FileBar bar in content.Bars)
        {
            string symbol = Canonical(bar.Symbol);
            if (only?.Contains(symbol) == false) continue;
            if (!series.TryGetValue(symbol, out List<PriceBar>? bars)) series[symbol] = bars = [];
            bars.Add(new PriceBar(bar.End, bar.Open, bar.High, bar.Low, bar.Close, bar.Volume));
        }

        return new SortedDictionary<string, IReadOnlyList<PriceBar>>(
            series.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<PriceBar>)pair.Value, StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>The spelling of a symbol on the platform.</summary>
    public static string Canonical(string symbol) => symbol.Trim().ToUpperInvariant().Replace('/', '-');
}
