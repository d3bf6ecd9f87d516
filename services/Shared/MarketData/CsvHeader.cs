namespace DaprTrading.MarketData;

/// <summary>Tells the layout of a CSV file by the names of its columns.</summary>
internal static class CsvHeader
{
    private static readonly string[] TimeNames = ["date", "timestamp", "time", "datetime", "open_time", "opentime", "window_start", "t"];
    private static readonly string[] SymbolNames = ["name", "symbol", "ticker", "stock_symbol"];
    private static readonly string[] Usual = ["date", "time", "open", "high", "low", "close", "price", "size", "volume", "timestamp"];

    /// <summary>Whether a line is a header rather than data.</summary>
    public static bool IsHeader(string line) => Split(line).Any(name => Usual.Contains(name, StringComparer.Ordinal));

    /// <summary>Finds the columns by their names. Throws <see cref="DatasetFormatException"/> naming those that are missing.</summary>
    public static RowLayout Parse(string line, string? format)
    {
        string[] names = Split(line);
        bool isStooqBulk = Find(names, "per") >= 0 && Find(names, "openint") >= 0;
        int time = Find(names, TimeNames), close = Find(names, "close", "closing_price", "c"), price = Find(names, "price"), size = Find(names, "size", "quantity", "qty");
        bool isTrades = format == Formats.Ticks || (close < 0 && price >= 0 && size >= 0);
        var layout = new RowLayout(isTrades ? Formats.Ticks : format ?? Name(names, isStooqBulk))
        {
            Time = isStooqBulk ? Find(names, "date") : time,
            Clock = isStooqBulk || names.Contains("date", StringComparer.Ordinal) ? Find(names, "time") : -1,
            Open = Find(names, "open", "opening_price", "o"),
            High = Find(names, "high", "h"),
            Low = Find(names, "low", "l"),
            Close = isTrades ? price : close,
            Volume = isTrades ? size : Find(names, "volume", "vol", "v"),
            Symbol = Find(names, SymbolNames),
            LastMoment = Find(names, "close_time"),
            Period = isStooqBulk ? Find(names, "per") : -1,
            IsTrades = isTrades,
            HasHeader = true,
            Separator = Separator(line),
            Zone = isStooqBulk ? BarTime.Warsaw : NodaTime.DateTimeZone.Utc,
        };
        string[] missing = [.. Missing(layout)];
        return missing.Length == 0
            ? layout with { Rule = layout.Clock >= 0 ? TimeRule.DateAndClock : TimeRule.Stamp }
            : throw new DatasetFormatException($"The header has no column for {string.Join(", ", missing)}; it reads '{Shorten(line)}'.");
    }

    /// <summary>The separator a line uses most.</summary>
    public static char Separator(string line) => ",;\t".MaxBy(candidate => line.Count(c => c == candidate));

    /// <summary>As much of a line as fits into a message, without what cannot be printed.</summary>
    public static string Shorten(string line) => string.Concat(line.Take(200).Select(c => char.IsControl(c) ? '?' : c));

    private static string Name(string[] names, bool isStooqBulk) => true switch
    {
        _ when isStooqBulk => Formats.StooqBulk,
        _ when Find(names, "adj close") >= 0 => Formats.Yahoo,
        _ when Find(names, "close_time") >= 0 => Formats.Binance,
        _ when names is ["date", "open", "high", "low", "close", "volume", "name"] => Formats.Kaggle,
        _ => Formats.Csv,
    };

    private static string[] Split(string line) =>
        [.. line.TrimStart('\uFEFF').Split(Separator(line)).Select(name => name.Trim().Trim('"', '<', '>').ToLowerInvariant())];

    private static int Find(string[] names, params string[] candidates) => Array.FindIndex(names, name => candidates.Contains(name, StringComparer.Ordinal));

    private static IEnumerable<string> Missing(RowLayout layout)
    {
        if (layout.Time < 0) yield return "the time (date, timestamp, time)";
        if (layout.IsTrades)
        {
            if (layout.Close < 0) yield return "price";
            if (layout.Volume < 0) yield return "size";
            yield break;
        }

        if (layout.Open < 0) yield return "open";
        if (layout.High < 0) yield return "high";
        if (layout.Low < 0) yield return "low";
        if (layout.Close < 0) yield return "close";
        if (layout.Volume < 0) yield return "volume";
    }
}
