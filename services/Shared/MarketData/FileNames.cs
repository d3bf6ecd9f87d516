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

    // AAPL-20140605 is a day of AAPL, aapl_us_d what Stooq calls a download of AAPL.US and eurusd_d one of EURUSD, BTCUSDT-1d-2025-01 a month of BTCUSDT.
    internal static string SymbolOf(string name)
    {
        name = WithoutCopyNumber(name);
        string[] stooq = name.Split('_');
        if (stooq is [{ Length: > 0 } ticker, .. var market, "d" or "w" or "m" or "q" or "y"] && market.Length < 2)
            return string.Join('.', [ticker, .. market]).ToUpperInvariant();

        int dash = name.LastIndexOf('-');
        while (dash > 0 && IsPeriod(name.AsSpan(dash + 1)))
        {
            name = name[..dash];
            dash = name.LastIndexOf('-');
        }

        return name;
    }

    // What a browser calls a second download: TSLA (1).
    private static string WithoutCopyNumber(string name)
    {
        int open = name.LastIndexOf(" (", StringComparison.Ordinal);
        return open > 0 && name[^1] == ')' && name.AsSpan(open + 2).TrimStart("0123456789") is ")" ? name[..open] : name;
    }

    // A day, a month or a number, or the length of bars: 20140605, 01, 2, 15m, 1mo.
    private static bool IsPeriod(ReadOnlySpan<char> part)
    {
        ReadOnlySpan<char> unit = part.TrimStart("0123456789");
        return unit.Length < part.Length ? unit is "" or "s" or "m" or "h" or "d" or "w" or "M" or "mo" : part.IsEmpty;
    }

    internal static string WithoutExtension(string name, string extension) =>
        name.Length > extension.Length && name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? name[..^extension.Length] : name;
}
