using System.Globalization;
using NodaTime;

namespace DaprTrading.Dataset.Files;

/// <summary>Reads the time of a row.</summary>
internal static class BarTime
{
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];
    private static readonly LocalTime SessionEnd = new(16, 0);

    /// <summary>
    /// Unix milliseconds of a date (the end of the New York session: a daily bar is over then), an ISO 8601 time, or Unix seconds, milliseconds or
    /// microseconds, told apart by their number of digits.
    /// </summary>
    /// <param name="text">The cell.</param>
    /// <param name="time">Unix milliseconds, UTC.</param>
    /// <param name="isDate">True for a date: the time is the bar's end already.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long time, out bool isDate)
    {
        isDate = false;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            || DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date))
        {
            isDate = true;
            var local = new LocalDate(date.Year, date.Month, date.Day).At(SessionEnd);
            time = local.InZoneLeniently(NewYork).ToInstant().ToUnixTimeMilliseconds();
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            time = number switch { < 100_000_000_000 => number * 1000, < 100_000_000_000_000 => number, < 100_000_000_000_000_000 => number / 1000, _ => number / 1_000_000 };
            return true;
        }

        bool parsed = DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment);
        time = parsed ? moment.ToUnixTimeMilliseconds() : 0;
        return parsed;
    }
}
