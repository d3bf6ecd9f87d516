using System.Globalization;
using System.Text;
using NodaTime;

namespace DaprTrading.MarketData;

/// <summary>Reads bars or trades from lines of cells.</summary>
internal static class TextBars
{
    private const int SampleLines = 20;
    private const int CellsRead = 64;
    private static readonly string[] PriceNames = ["open", "high", "low", "close"];

    public static void Read(Stream stream, string name, ReadSettings settings, BarCollector bars, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var lines = new LineReader(text, name);
        IReadOnlyList<string> sample = lines.Sample(SampleLines);
        if (sample.Count == 0) throw new DatasetFormatException("The file is empty.");
        RowLayout layout = LayoutFinder.Find(sample, name, settings.Format);
        bars.BeginFile(name, layout.Format);
        bool hasOwnZone = !layout.HasHeader || layout.Format == Formats.StooqBulk;
        if (!hasOwnZone) layout = Dated(layout, [.. sample.Skip(1)], name, settings, bars);
        SessionWatch? sessions = !hasOwnZone && settings.Zone is null && LacksZone(layout, sample) ? new SessionWatch() : null;
        var rows = new Rows(layout, FileNames.SymbolOf(FileNames.NameOf(name)), bars, settings.TradeInterval, sessions);
        if (layout.HasHeader) lines.Next();
        while (lines.Next() is { } line)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!line.AsSpan().IsWhiteSpace() && rows.Add(line, lines.Number) is { } reason) bars.Bad(lines.Number, reason);
        }

        rows.End();
        bars.EndFile();
        if (sessions?.LooksLikeNewYork == true) bars.Warn($"{name}: its times look like those of New York but are read as UTC; give --zone America/New_York if they are.");
    }

    private static RowLayout Dated(RowLayout layout, string[] sample, string name, ReadSettings settings, BarCollector bars)
    {
        DateTimeZone zone = settings.Zone is null ? layout.Zone
            : DateTimeZoneProviders.Tzdb.GetZoneOrNull(settings.Zone) ?? throw new DatasetFormatException($"There is no zone '{settings.Zone}'.");
        bool? dayFirst = SlashedDates.IsDayFirst(sample, layout);
        if (dayFirst is null && sample.Any(line => line.Split(layout.Separator) is var cells && cells.Length > layout.Time && SlashedDates.Is(cells[layout.Time].AsSpan().Trim('"'))))
            bars.Warn($"{name}: dates such as 01/02/2020 are read as month, day, year; nothing in its first rows tells.");
        return layout with { Zone = zone, IsDayFirst = dayFirst ?? false };
    }

    private static bool LacksZone(RowLayout layout, IReadOnlyList<string> sample) => layout.Rule == TimeRule.DateAndClock
        || (sample.Count > 1 && sample[1].Split(layout.Separator) is var cells && cells.Length > layout.Time && BarTime.TryParseWithoutZone(cells[layout.Time].Trim().Trim('"'), out _));

    private sealed class Rows(RowLayout layout, string fileSymbol, BarCollector bars, long tradeInterval, SessionWatch? sessions)
    {
        private readonly int _cells = layout.Cells;
        private readonly string _symbol = layout.FileSymbol ?? fileSymbol;
        private readonly Dictionary<string, string> _symbols = new(StringComparer.Ordinal);
        private readonly TradeBars? _trades = layout.IsTrades ? new TradeBars(tradeInterval, bars) : null;

        public void End() => _trades?.End();

        /// <summary>Adds a line; answers why it is no bar, or null.</summary>
        public string? Add(string line, int number)
        {
            Span<Range> ranges = stackalloc Range[CellsRead];
            int count = line.AsSpan().Split(ranges, layout.Separator);
            if (count < _cells) return $"it has {count} cells instead of {_cells}";
            if (ReadTime(line, ranges, out long start, out bool isDate) is { } timeReason) return timeReason;
            if (!isDate) sessions?.Add(start);
            if (layout.IsTrades) return AddTrade(line, ranges, start, number);

            Span<double> prices = stackalloc double[4];
            ReadOnlySpan<int> columns = [layout.Open, layout.High, layout.Low, layout.Close];
            for (int i = 0; i < prices.Length; i++)
            {
                if (!TryNumber(Cell(line, ranges, columns[i]), out prices[i]) || prices[i] <= 0) return $"{PriceNames[i]} is '{Cell(line, ranges, columns[i])}'";
                prices[i] /= layout.Scale;
            }

            if (!TryNumber(Cell(line, ranges, layout.Volume), out double volume) || volume < 0) return $"volume is '{Cell(line, ranges, layout.Volume)}'";
            if (BarCheck.Reason(prices[0], prices[1], prices[2], prices[3]) is { } reason) return reason;
            if (ReadEnd(line, ranges, start, isDate, out long end) is { } endReason) return endReason;
            bars.Add(new Row(SymbolOf(line, ranges), start, end, isDate, prices[0], prices[1], prices[2], prices[3], volume, number));
            return null;
        }

        private string? AddTrade(string line, Span<Range> ranges, long time, int number)
        {
            if (layout.Suspicious >= 0 && Cell(line, ranges, layout.Suspicious) is "1") return "the trade is marked as suspicious";
            if (!TryNumber(Cell(line, ranges, layout.Close), out double price) || price <= 0) return $"price is '{Cell(line, ranges, layout.Close)}'";
            if (!TryNumber(Cell(line, ranges, layout.Volume), out double size) || size < 0) return $"size is '{Cell(line, ranges, layout.Volume)}'";
            return _trades!.Add(SymbolOf(line, ranges), time, price / layout.Scale, size, number);
        }

        private string? ReadTime(string line, Span<Range> ranges, out long time, out bool isDate)
        {
            ReadOnlySpan<char> cell = Cell(line, ranges, layout.Time);
            (time, isDate) = (0, false);
            switch (layout.Rule)
            {
                case TimeRule.Stamp when SlashedDates.Is(cell) && SlashedDates.TryParse(cell, layout, out time, out isDate):
                case TimeRule.Stamp when !SlashedDates.Is(cell) && BarTime.TryParse(cell, layout.Zone, out time, out isDate):
                    return null;
                case TimeRule.DateSpaceClock when cell.Length > 9 && BarTime.TryParseDate(cell[..8], out DateOnly date) && BarTime.TryParseClock(cell[9..], out TimeOnly clock):
                    isDate = layout.Interval == 0;
                    time = isDate ? BarTime.Midnight(date) : BarTime.InZone(date, (long)clock.ToTimeSpan().TotalMilliseconds, layout.Zone);
                    return null;
                case TimeRule.MillisecondsOfDay when long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out long at) && at < 90_000_000:
                    time = BarTime.InZone(layout.Day, at, layout.Zone);
                    return null;
                case TimeRule.DateAndClock when BarTime.TryParseDate(cell, out DateOnly day) || BarTime.TryParseSlashed(cell, layout.IsDayFirst, out day):
                    isDate = layout.Period >= 0 && Cell(line, ranges, layout.Period) is "D" or "W" or "M";
                    if (isDate)
                    {
                        time = BarTime.Midnight(day);
                        return null;
                    }

                    if (!BarTime.TryParseClock(Cell(line, ranges, layout.Clock), out TimeOnly ofDay)) return $"'{Cell(line, ranges, layout.Clock)}' is no time of day";
                    time = BarTime.InZone(day, (long)ofDay.ToTimeSpan().TotalMilliseconds, layout.Zone);
                    return null;
                default:
                    return $"'{cell}' is no time";
            }
        }

        private string? ReadEnd(string line, Span<Range> ranges, long start, bool isDate, out long end)
        {
            end = layout.Interval > 0 ? start + layout.Interval : 0;
            if (layout.Period >= 0 && !isDate && int.TryParse(Cell(line, ranges, layout.Period), NumberStyles.None, CultureInfo.InvariantCulture, out int minutes)) end = start + (minutes * 60_000L);
            if (layout.LastMoment < 0) return null;
            if (!BarTime.TryParse(Cell(line, ranges, layout.LastMoment), out long last, out _) || last < start) return $"close_time is '{Cell(line, ranges, layout.LastMoment)}'";
            end = last + 1;
            return null;
        }

        // One string per symbol, not one per row.
        private string SymbolOf(string line, Span<Range> ranges)
        {
            if (layout.Symbol < 0) return _symbol;
            var lookup = _symbols.GetAlternateLookup<ReadOnlySpan<char>>();
            ReadOnlySpan<char> cell = Cell(line, ranges, layout.Symbol);
            if (lookup.TryGetValue(cell, out string? symbol)) return symbol;
            return _symbols[cell.ToString()] = cell.ToString();
        }

        private static ReadOnlySpan<char> Cell(string line, Span<Range> ranges, int column) => line.AsSpan(ranges[column]).Trim().Trim('"');

        private static bool TryNumber(ReadOnlySpan<char> cell, out double value) =>
            double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }
}

/// <summary>What every bar must hold to.</summary>
internal static class BarCheck
{
    /// <summary>Why four prices are no bar; null when they are one.</summary>
    public static string? Reason(double open, double high, double low, double close) =>
        high < low || open > high || open < low || close > high || close < low
            ? string.Create(CultureInfo.InvariantCulture, $"open {open} or close {close} lies outside of low {low} to high {high}")
            : null;
}
