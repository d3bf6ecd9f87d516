namespace DaprTrading.MarketData;

/// <summary>Tells how a text file is laid out, by its first lines and its name.</summary>
internal static class LayoutFinder
{
    /// <exception cref="DatasetFormatException">The lines are none of the layouts known, or hold what cannot be replayed.</exception>
    public static RowLayout Find(IReadOnlyList<string> lines, string name, string? format)
    {
        string first = lines[0];
        if (format is Formats.Alpaca or Formats.Polygon or Formats.Arrays) throw new DatasetFormatException($"{name} is no JSON, so it is not '{format}'.");
        if (CsvHeader.IsHeader(first))
        {
            RowLayout layout = CsvHeader.Parse(first, IsLean(format) ? null : format);
            return layout.Format == Formats.Binance && layout.LastMoment < 0
                ? throw new DatasetFormatException($"The header has no column for close_time; it reads '{CsvHeader.Shorten(first)}'.")
                : layout;
        }

        string[] cells = first.TrimStart('\uFEFF').Split(',');
        if (format == Formats.Binance || (format is null && cells.Length is 11 or 12 && IsUnixTime(cells[0]) && IsUnixTime(cells[6]))) return Binance(cells, name);
        if (format is Formats.LeanDaily or Formats.LeanHour || (format is null && IsDateSpaceClock(cells[0]))) return LeanBars(lines, cells, name, format);
        if (IsLean(format) || (format is null && LeanName.DayOf(name) is not null && cells.Length >= 6 && cells[0].All(char.IsAsciiDigit)))
        {
            return LeanIntraday(lines, cells, name, format);
        }

        throw new DatasetFormatException(
            $"{name} has neither a header that names the time, open, high, low, close and volume, nor rows as Binance or Lean write them; it begins '{CsvHeader.Shorten(first)}'.");
    }

    private static bool IsLean(string? format) => format is Formats.LeanDaily or Formats.LeanHour or Formats.LeanMinute or Formats.LeanSecond or Formats.LeanTick;

    private static RowLayout Binance(string[] cells, string name) => cells.Length >= 7
        ? new RowLayout(Formats.Binance) { LastMoment = 6 }
        : throw new DatasetFormatException($"{name} has {cells.Length} columns; Binance klines have 12.");

    private static RowLayout LeanBars(IReadOnlyList<string> lines, string[] cells, string name, string? format)
    {
        RefuseQuotes(cells, name);
        bool isHour = format == Formats.LeanHour || (format is null && lines.Any(line => line.Length > 13 && !line.AsSpan(9).StartsWith("00:00")));
        return Lean(lines, new RowLayout(isHour ? Formats.LeanHour : Formats.LeanDaily)
        {
            Rule = TimeRule.DateSpaceClock,
            Interval = isHour ? 3_600_000 : 0,
            FileSymbol = LeanName.SymbolOf(name),
        });
    }

    private static RowLayout LeanIntraday(IReadOnlyList<string> lines, string[] cells, string name, string? format)
    {
        RefuseQuotes(cells, name);
        if (LeanName.DayOf(name) is not { } day) throw new DatasetFormatException($"{name} does not tell its day: Lean's rows have the time of day only, and the name must begin with the date, as in 20131007_spy_minute_trade.csv.");
        bool isTick = format == Formats.LeanTick || (format is null && (LeanName.Has(name, "tick") || (cells.Length >= 4 && cells[3].Any(char.IsAsciiLetter))));
        var layout = new RowLayout(Formats.LeanTick) { Rule = TimeRule.MillisecondsOfDay, Day = day, FileSymbol = LeanName.SymbolOf(name) };
        if (isTick) return Lean(lines, layout with { IsTrades = true, Close = 1, Volume = 2, Suspicious = cells.Length > 5 ? 5 : -1 });

        bool isSecond = format == Formats.LeanSecond
            || (format is null && (LeanName.Has(name, "second") || lines.Any(line => long.TryParse(line.Split(',')[0], out long at) && at % 60_000 != 0)));
        return Lean(lines, layout with { Format = isSecond ? Formats.LeanSecond : Formats.LeanMinute, Interval = isSecond ? 1_000 : 60_000 });
    }

    // Equities are written in deci-cents and New York time, crypto and forex as plain decimals and UTC: the dot tells.
    private static RowLayout Lean(IReadOnlyList<string> lines, RowLayout layout) => lines.Any(line => line.Contains('.'))
        ? layout
        : layout with { Scale = 10_000, Zone = BarTime.NewYork };

    private static void RefuseQuotes(string[] cells, string name)
    {
        if (cells.Length == 11 || LeanName.Has(name, "quote"))
        {
            throw new DatasetFormatException(
                $"{name} holds quotes (bid and ask, {cells.Length} columns), not trades, so there is no bar to replay: take the file of the same day that ends in _trade.zip.");
        }
    }

    private static bool IsUnixTime(string cell) => cell.Length is >= 13 and <= 16 && cell.All(char.IsAsciiDigit);

    private static bool IsDateSpaceClock(string cell) => cell.Length == 14 && cell[8] == ' ' && cell[11] == ':' && BarTime.TryParseDate(cell.AsSpan(0, 8), out _);
}

/// <summary>What Lean writes into file names: <c>20131007_spy_minute_trade.csv</c>, <c>20131007_trade.zip</c>, <c>spy.csv</c>.</summary>
internal static class LeanName
{
    public static DateOnly? DayOf(string name)
    {
        // A copy may carry its folder's name in front: spy-20131007_trade.zip.
        foreach (string part in name.Split('_', '-', '.'))
        {
            if (part.Length == 8 && BarTime.TryParseDate(part, out DateOnly day)) return day;
        }

        return null;
    }

    public static bool Has(string name, string word) => name.Split('_', '-', '.').Contains(word, StringComparer.OrdinalIgnoreCase);

    // A symbol may have dots and dashes of its own, as brk.b has: the date and the underscores around it tell where it ends.
    public static string SymbolOf(string name)
    {
        string plain = FileNames.NameOf(name);
        string[] parts = plain.Split('_');
        if (IsDay(parts[0])) return parts.Length > 1 ? parts[1] : plain;
        for (int i = 1; i + 8 <= plain.Length; i++)
        {
            if (plain[i - 1] is '_' or '-' or '.' && IsDay(plain.AsSpan(i, 8))) return plain[..(i - 1)];
        }

        return plain;
    }

    private static bool IsDay(ReadOnlySpan<char> text) => text.Length == 8 && BarTime.TryParseDate(text, out _);
}
