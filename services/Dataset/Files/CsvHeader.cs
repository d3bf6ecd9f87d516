namespace DaprTrading.Dataset.Files;

/// <summary>Which column holds what.</summary>
internal sealed record CsvHeader(int Time, int Open, int High, int Low, int Close, int Volume, int Symbol)
{
    private static readonly string[] TimeNames = ["date", "timestamp", "time", "datetime", "open_time", "window_start"];
    private static readonly string[] SymbolNames = ["name", "symbol", "ticker", "stock_symbol"];

    /// <summary>Finds the columns by their names. Throws <see cref="DatasetFormatException"/> naming those that are missing.</summary>
    public static CsvHeader Parse(string line)
    {
        string[] names = [.. line.TrimStart('\uFEFF').Split(',').Select(name => name.Trim().Trim('"', '<', '>').ToLowerInvariant())];
        var header = new CsvHeader(
            Find(names, TimeNames), Find(names, "open", "opening_price"), Find(names, "high"), Find(names, "low"),
            Find(names, "close", "closing_price"), Find(names, "volume", "vol"), Find(names, SymbolNames));
        string[] missing = [.. header.Missing()];
        return missing.Length == 0
            ? header
            : throw new DatasetFormatException($"The header has no column for {string.Join(", ", missing)}; it reads '{(line.Length > 200 ? line[..200] : line)}'.");
    }

    private static int Find(string[] names, params string[] candidates) => Array.FindIndex(names, name => candidates.Contains(name, StringComparer.Ordinal));

    private IEnumerable<string> Missing()
    {
        if (Time < 0) yield return "the time (date, timestamp, time)";
        if (Open < 0) yield return "open";
        if (High < 0) yield return "high";
        if (Low < 0) yield return "low";
        if (Close < 0) yield return "close";
        if (Volume < 0) yield return "volume";
    }
}
