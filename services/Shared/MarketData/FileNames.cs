namespace DaprTrading.MarketData;

/// <summary>What the name of a file says about its content.</summary>
public static class FileNames
{
    private static readonly string[] Extensions = [".csv", ".txt", ".json", ".zip"];

    /// <summary>Whether a file of this name may hold market data.</summary>
    public static bool IsData(string file) => Extensions.Contains(Path.GetExtension(WithoutExtension(file, ".gz")), StringComparer.OrdinalIgnoreCase);

    /// <summary>A file name without its extensions: <c>SPY.csv.gz</c> is <c>SPY</c>.</summary>
    public static string NameOf(string file)
    {
        string name = WithoutExtension(file, ".gz");
        foreach (string extension in Extensions) name = WithoutExtension(name, extension);
        return name;
    }

    // AAPL-20140605 is a day of AAPL, aapl_us_d what Stooq calls a download of AAPL.US, BTCUSDT-1d-2025-01 a month of BTCUSDT.
    internal static string SymbolOf(string name)
    {
        string[] stooq = name.Split('_');
        if (stooq is [var ticker, var market, "d" or "w" or "m"]) return $"{ticker}.{market}".ToUpperInvariant();

        int dash = name.LastIndexOf('-');
        return dash > 0 && name[(dash + 1)..].All(char.IsAsciiDigit) ? name[..dash] : name;
    }

    internal static string WithoutExtension(string name, string extension) =>
        name.Length > extension.Length && name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? name[..^extension.Length] : name;
}
