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

    /// <summary>The same, but every symbol wanted must be there.</summary>
    /// <param name="content">What was read.</param>
    /// <param name="wanted">Symbols wanted, in any spelling; null or empty: all.</param>
    /// <param name="name">What to call the data when a symbol is missing.</param>
    /// <exception cref="DatasetFormatException">A symbol wanted is not in the data.</exception>
    public static SortedDictionary<string, IReadOnlyList<PriceBar>> Of(FileContent content, IReadOnlyCollection<string>? wanted, string name)
    {
        SortedDictionary<string, IReadOnlyList<PriceBar>> series = Of(content, wanted);
        return wanted?.Select(Canonical).FirstOrDefault(symbol => !series.ContainsKey(symbol)) is { } missing
            ? throw new DatasetFormatException($"The dataset '{name}' has no symbol {missing}.")
            : series;
    }

    /// <summary>Takes out the symbols without a closed bar in the range that counts, and answers a warning for each.</summary>
    /// <param name="series">The series; changed.</param>
    /// <param name="options">The range.</param>
    public static IReadOnlyList<string> LeaveOutside(SortedDictionary<string, IReadOnlyList<PriceBar>> series, BacktestOptions options)
    {
        string[] outside = [.. series.Where(pair => !pair.Value.Any(bar => !(bar.End > options.AsOf) && !(bar.End < options.From) && !(bar.End > options.To))).Select(pair => pair.Key)];
        foreach (string symbol in outside) series.Remove(symbol);
        return [.. outside.Select(symbol => $"{symbol} has no bar in the range and is left out.")];
    }

    /// <summary>The spelling of a symbol on the platform.</summary>
    public static string Canonical(string symbol) => symbol.Trim().ToUpperInvariant().Replace('/', '-');
}
