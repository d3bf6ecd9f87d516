using System.Globalization;

namespace DaprTrading.Dataset.Files;

/// <summary>Reads bars from CSV with a header line, as Yahoo, Kaggle, Stooq and most tools write it.</summary>
internal static class CsvReader
{
    private const int MaxBadRows = 100;

    /// <summary>Reads a file to its end; rows of several symbols are merged by time.</summary>
    /// <exception cref="DatasetFormatException">The header is not one of market data, or no row is a bar.</exception>
    public static async Task<FileContent> ReadAsync(TextReader text, string defaultSymbol, CancellationToken cancellationToken)
    {
        string header = await text.ReadLineAsync(cancellationToken) ?? throw new DatasetFormatException("The file is empty.");
        CsvHeader columns = CsvHeader.Parse(header);
        var rows = new List<Row>();
        var bad = new List<BadRow>();
        int line = 1, badCount = 0;
        while (await text.ReadLineAsync(cancellationToken) is { } text1)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text1)) continue;
            if (TryParse(text1, columns, defaultSymbol, out Row row, out string reason))
            {
                rows.Add(row);
            }
            else if (++badCount <= MaxBadRows)
            {
                bad.Add(new BadRow(line, reason));
            }
        }

        if (rows.Count == 0) throw new DatasetFormatException($"No row is a bar; {badCount} rows were refused{(bad.Count > 0 ? ", the first because " + bad[0].Reason : "")}.");
        return new FileContent(Number(rows), bad, badCount);
    }

    private static List<FileBar> Number(List<Row> rows)
    {
        long interval = Interval(rows);
        var sequences = new Dictionary<string, long>(StringComparer.Ordinal);
        var bars = new List<FileBar>(rows.Count);
        foreach (Row row in rows.OrderBy(row => row.Time))
        {
            long sequence = sequences[row.Symbol] = sequences.GetValueOrDefault(row.Symbol) + 1;
            long end = row.IsDate ? row.Time : row.Time + interval;
            bars.Add(new FileBar(row.Symbol, end, row.Open, row.High, row.Low, row.Close, row.Volume, sequence));
        }

        return bars;
    }

    // Bars with a clock time are stamped at their start; the shortest step within a symbol is their length.
    private static long Interval(List<Row> rows)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        long shortest = long.MaxValue;
        foreach (Row row in rows)
        {
            if (last.TryGetValue(row.Symbol, out long before) && row.Time > before) shortest = Math.Min(shortest, row.Time - before);
            last[row.Symbol] = row.Time;
        }

        return shortest == long.MaxValue ? 0 : shortest;
    }

    private static bool TryParse(string line, CsvHeader columns, string defaultSymbol, out Row row, out string reason)
    {
        row = default;
        string[] cells = line.Split(',');
        if (columns.Largest() >= cells.Length)
        {
            reason = $"it has {cells.Length} cells";
            return false;
        }

        if (!BarTime.TryParse(cells[columns.Time].AsSpan().Trim().Trim('"'), out long time, out bool isDate))
        {
            reason = $"'{cells[columns.Time]}' is no time";
            return false;
        }

        Span<double> values = stackalloc double[5];
        ReadOnlySpan<int> indexes = [columns.Open, columns.High, columns.Low, columns.Close, columns.Volume];
        ReadOnlySpan<string> names = ["open", "high", "low", "close", "volume"];
        for (int i = 0; i < 5; i++)
        {
            if (double.TryParse(cells[indexes[i]].AsSpan().Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                && double.IsFinite(values[i]) && (i == 4 ? values[i] >= 0 : values[i] > 0)) continue;
            reason = $"{names[i]} is '{cells[indexes[i]]}'";
            return false;
        }

        double high = values[1], low = values[2];
        if (high < low || values[0] > high || values[0] < low || values[3] > high || values[3] < low)
        {
            reason = $"open {values[0]} or close {values[3]} lies outside of low {low} to high {high}";
            return false;
        }

        string symbol = columns.Symbol >= 0 ? cells[columns.Symbol].Trim().Trim('"') : defaultSymbol;
        row = new Row(symbol, time, isDate, values[0], high, low, values[3], values[4]);
        reason = "";
        return true;
    }

    private static int Largest(this CsvHeader header) =>
        Math.Max(Math.Max(Math.Max(header.Time, header.Open), Math.Max(header.High, header.Low)), Math.Max(Math.Max(header.Close, header.Volume), header.Symbol));

    private readonly record struct Row(string Symbol, long Time, bool IsDate, double Open, double High, double Low, double Close, double Volume);
}
