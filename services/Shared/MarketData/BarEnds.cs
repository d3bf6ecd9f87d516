using NodaTime;

namespace DaprTrading.MarketData;

/// <summary>When the bars of a file were over. Pure.</summary>
/// <remarks>
/// Nearly all files stamp a bar with its beginning. A bar sent at that time would tell the future, so it is sent at its end:
/// a daily bar when New York closes (16:00), a weekly or monthly one on the last day of its period, one with a clock time after the shortest
/// step of the file. Days of a market that trades at weekends end at midnight UTC.
/// </remarks>
internal static class BarEnds
{
    private const long Day = 86_400_000;
    private static readonly LocalTime SessionEnd = new(16, 0);

    /// <summary>Fills in the ends that the file does not give. Answers the length of the bars; 0 when the rows do not tell.</summary>
    public static long Find(Span<Row> rows)
    {
        long step = ShortestStep(rows, out bool weekends);
        long least = long.MaxValue;
        foreach (ref Row row in rows)
        {
            if (row.End == 0) row = row with { End = row.IsDate ? EndOfDate(row.Start, step, weekends) : row.Start + step };
            least = Math.Min(least, row.End - row.Start);
        }

        return least;
    }

    private static long EndOfDate(long date, long step, bool weekends)
    {
        if (step >= 28 * Day)
        {
            int months = step >= 360 * Day ? 12 : step >= 89 * Day ? 3 : 1;
            date = Instant.FromUnixTimeMilliseconds(date).InUtc().Date.PlusMonths(months).PlusDays(-1).AtMidnight().InUtc().ToInstant().ToUnixTimeMilliseconds();
        }
        else if (step >= 6 * Day)
        {
            date += 6 * Day;
        }

        if (weekends) return date + Day;
        LocalDate day = Instant.FromUnixTimeMilliseconds(date).InUtc().Date;
        return day.At(SessionEnd).InZoneLeniently(BarTime.NewYork).ToInstant().ToUnixTimeMilliseconds();
    }

    // A file may be sorted either way, and by symbol or by time.
    private static long ShortestStep(ReadOnlySpan<Row> rows, out bool weekends)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        long shortest = long.MaxValue;
        weekends = false;
        foreach (ref readonly Row row in rows)
        {
            if (last.TryGetValue(row.Symbol, out long before) && before != row.Start) shortest = Math.Min(shortest, Math.Abs(row.Start - before));
            last[row.Symbol] = row.Start;
            // 1970-01-01 was a Thursday: days 2 and 3 of its week are Saturday and Sunday.
            weekends |= row.IsDate && row.Start / Day % 7 is 2 or 3;
        }

        if (shortest == long.MaxValue) shortest = 0;
        // A month may begin at a weekend, so only days tell.
        weekends &= shortest < 6 * Day;
        return shortest;
    }
}
