using System.Collections;
using NodaTime;

namespace DaprTrading.MarketData;

/// <summary>How long the bars of a file are.</summary>
/// <param name="Shortest">The shortest, milliseconds; 0 when the rows do not tell.</param>
/// <param name="Usual">What most last, milliseconds.</param>
/// <param name="Short">How many with a clock time are followed sooner than that.</param>
internal readonly record struct BarLengths(long Shortest, long Usual, int Short);

/// <summary>When the bars of a file were over. Pure.</summary>
/// <remarks>
/// Nearly all files stamp a bar with its beginning. A bar sent at that time would tell the future, so it is sent at its end:
/// a daily bar when New York closes (16:00), a weekly or monthly one on the last day of its period, one with a clock time after the commonest
/// step of the file – whole months where that is a month or more –, but at the latest when the next one begins. Days of a market that trades at
/// weekends end at midnight UTC.
/// </remarks>
internal static class BarEnds
{
    private const long Day = 86_400_000;
    private const double MonthDays = 30.436875;

    // The first bar of a session may be cut short; a night or a weekend is no bar.
    private const int MostTimesAsLong = 8;
    private static readonly LocalTime SessionEnd = new(16, 0);

    /// <summary>Fills in the ends that the file does not give.</summary>
    public static BarLengths Find(Span<Row> rows)
    {
        long step = CommonestStep(rows, out bool weekends);
        int months = MonthsOf(step);
        var guessed = new BitArray(rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            ref Row row = ref rows[i];
            if (row.End != 0) continue;
            guessed[i] = !row.IsDate;
            row = row with { End = row.IsDate ? EndOfDate(row.Start, step, months, weekends) : months > 0 ? PlusMonths(row.Start, months) : row.Start + step };
        }

        int cut = Bound(rows, guessed, step);
        long least = long.MaxValue;
        foreach (ref readonly Row row in rows) least = Math.Min(least, row.End - row.Start);
        return new BarLengths(least, step, cut);
    }

    private static long EndOfDate(long date, long step, int months, bool weekends)
    {
        if (months > 0) date = PlusMonths(date, months) - Day;
        else if (step >= 6 * Day) date += 6 * Day;

        if (weekends) return date + Day;
        LocalDate day = Instant.FromUnixTimeMilliseconds(date).InUtc().Date;
        return day.At(SessionEnd).InZoneLeniently(BarTime.NewYork).ToInstant().ToUnixTimeMilliseconds();
    }

    private static int MonthsOf(long step) => step >= 28 * Day ? (int)Math.Round(step / (MonthDays * Day)) : 0;

    private static long PlusMonths(long time, int months) =>
        Instant.FromUnixTimeMilliseconds(time).InUtc().LocalDateTime.PlusMonths(months).InUtc().ToInstant().ToUnixTimeMilliseconds();

    // A file may be sorted either way, and by symbol or by time.
    private static long CommonestStep(ReadOnlySpan<Row> rows, out bool weekends)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        var counts = new Dictionary<long, int>();
        bool areDates = false;
        weekends = false;
        foreach (ref readonly Row row in rows)
        {
            if (last.TryGetValue(row.Symbol, out long before) && before != row.Start) Count(Math.Abs(row.Start - before));
            last[row.Symbol] = row.Start;
            areDates |= row.IsDate;
            // 1970-01-01 was a Thursday: days 2 and 3 of its week are Saturday and Sunday.
            weekends |= row.IsDate && row.Start / Day % 7 is 2 or 3;
        }

        long step = Commonest(counts, areDates);
        // A month may begin at a weekend, so only days tell.
        weekends &= step < 6 * Day;
        return step;

        // February and March are both a month; what is more than a year is a gap.
        void Count(long length)
        {
            if (length > 367 * Day) return;
            int months = MonthsOf(length);
            if (months > 0) length = (long)(months * MonthDays * Day);
            counts[length] = counts.GetValueOrDefault(length) + 1;
        }
    }

    // Of steps that are as common, the shortest; but of clock times a longer one that is no gap, since too early is worse than too late.
    private static long Commonest(Dictionary<long, int> counts, bool areDates)
    {
        if (counts.Count == 0) return 0;
        int most = counts.Values.Max();
        long[] commonest = [.. counts.Where(pair => pair.Value == most).Select(pair => pair.Key).Order()];
        return areDates ? commonest[0] : commonest.Last(step => step <= commonest[0] * MostTimesAsLong);
    }

    // No bar with a clock time lasts into the next of its symbol. Answers how many would have by more than clocks are moved, or months differ.
    private static int Bound(Span<Row> rows, BitArray guessed, long step)
    {
        long usual = step >= Day ? step - (step / 10) : step;
        var next = new Dictionary<string, long>(StringComparer.Ordinal);
        int cut = 0;
        for (int i = rows.Length - 1; i >= 0; i--) Take(ref rows[i], guessed[i]);
        next.Clear();
        for (int i = 0; i < rows.Length; i++) Take(ref rows[i], guessed[i]);
        return cut;

        void Take(ref Row row, bool isGuessed)
        {
            if (next.TryGetValue(row.Symbol, out long start) && isGuessed && start > row.Start && start < row.End)
            {
                if (start - row.Start < usual) cut++;
                row = row with { End = start };
            }

            next[row.Symbol] = row.Start;
        }
    }
}
