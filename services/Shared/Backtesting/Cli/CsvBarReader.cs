using System.Globalization;

namespace DaprTrading.Backtesting.Cli;

/// <summary>Reads CSV with a header: a time, open, high, low, close, volume, and perhaps a symbol; else the file's name is the symbol.</summary>
/// <remarks>
/// A date stands for a day that ends at midnight UTC. A clock time (ISO 8601, or Unix seconds or milliseconds) is the start of a bar as long as the
/// shortest step of its symbol. A bad row ends the reading: a backtest over a hole would be a wrong one.
/// </remarks>
internal sealed class CsvBarReader : IBarReader
{
    private const long DayMs = 24 * 60 * 60 * 1000, FirstMilliseconds = 100_000_000_000;
    private static readonly string[] Prices = ["open", "high", "low", "close", "volume"];
    private static readonly string[] TimeNames = ["date", "timestamp", "time", "datetime"];
    private static readonly string[] SymbolNames = ["symbol", "ticker", "name"];

    public IReadOnlyDictionary<string, IReadOnlyList<PriceBar>> Read(string path)
    {
        using StreamReader text = File.OpenText(path);
        string[] header = [.. (text.ReadLine() ?? throw Error(path, 1, "the file is empty")).TrimStart('\uFEFF').ToLowerInvariant().Split(',').Select(Clean)];
        int time = Array.FindIndex(header, name => TimeNames.Contains(name, StringComparer.Ordinal));
        int symbol = Array.FindIndex(header, name => SymbolNames.Contains(name, StringComparer.Ordinal));
        int[] prices = [.. Prices.Select(name => Array.IndexOf(header, name))];
        if (time < 0) throw Error(path, 1, "the header has no column date, timestamp, time or datetime");
        if (Array.IndexOf(prices, -1) is >= 0 and var missing) throw Error(path, 1, $"the header has no column {Prices[missing]}");

        string defaultSymbol = Path.GetFileNameWithoutExtension(path).ToUpperInvariant();
        var series = new SortedDictionary<string, List<(PriceBar Bar, bool IsDate)>>(StringComparer.Ordinal);
        for (int line = 2; text.ReadLine() is { } row; line++)
        {
            if (string.IsNullOrWhiteSpace(row)) continue;
            string[] cells = [.. row.Split(',').Select(Clean)];
            if (cells.Length < header.Length) throw Error(path, line, $"it has {cells.Length} of {header.Length} cells");
            (long at, bool isDate) = TimeOf(cells[time]) ?? throw Error(path, line, $"'{cells[time]}' is no time");
            string name = symbol < 0 ? defaultSymbol : cells[symbol].ToUpperInvariant();
            if (!series.TryGetValue(name, out var bars)) series[name] = bars = [];
            bars.Add((BarOf(at, cells, prices, path, line), isDate));
        }

        if (series.Count == 0) throw Error(path, 1, "there is no row after the header");
        return series.ToDictionary(pair => pair.Key, pair => Ended(pair.Key, pair.Value, path), StringComparer.Ordinal);
    }

    private static PriceBar BarOf(long time, string[] cells, int[] columns, string path, int line)
    {
        Span<double> values = stackalloc double[5];
        for (int i = 0; i < values.Length; i++)
        {
            bool isNumber = double.TryParse(cells[columns[i]], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) && double.IsFinite(values[i]);
            if (!isNumber || values[i] < 0 || (values[i] == 0 && i < 4)) throw Error(path, line, $"{Prices[i]} is '{cells[columns[i]]}'");
        }

        if (values[1] < Math.Max(values[0], values[3]) || values[2] > Math.Min(values[0], values[3]))
            throw Error(path, line, "open or close lies outside of low to high");
        return new PriceBar(time, values[0], values[1], values[2], values[3], values[4]);
    }

    private static IReadOnlyList<PriceBar> Ended(string symbol, List<(PriceBar Bar, bool IsDate)> rows, string path)
    {
        PriceBar[] bars = [.. rows.OrderBy(row => row.Bar.End).Select(row => row.Bar)];
        long step = DayMs;
        for (int i = 1; i < bars.Length; i++)
        {
            long between = bars[i].End - bars[i - 1].End;
            if (between == 0) throw new InvalidDataException($"{path}: {symbol} has two bars of {DateTimeOffset.FromUnixTimeMilliseconds(bars[i].End):u}.");
            step = Math.Min(step, between);
        }

        long length = rows[0].IsDate ? DayMs - 1 : step;
        return Array.ConvertAll(bars, bar => bar with { End = bar.End + length });
    }

    private static (long Time, bool IsDate)? TimeOf(string text)
    {
        if (DateOnly.TryParseExact(text, ["yyyy-MM-dd", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
            return (new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds(), true);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return (number < FirstMilliseconds ? number * 1000 : number, false);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)
            ? (moment.ToUnixTimeMilliseconds(), false)
            : null;
    }

    private static string Clean(string cell) => cell.Trim().Trim('"', '<', '>');

    private static InvalidDataException Error(string path, int line, string what) => new($"{path}, line {line}: {what}.");
}
