using System.Globalization;
using NodaTime;

namespace DaprTrading.MarketData;

/// <summary>Reads the time of a row.</summary>
internal static class BarTime
{
    /// <summary>Where the exchanges of the US keep time.</summary>
    public static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    /// <summary>Where Stooq keeps time.</summary>
    public static readonly DateTimeZone Warsaw = DateTimeZoneProviders.Tzdb["Europe/Warsaw"];

    private static readonly string[] Clocks = ["HHmmss", "HHmm", "HH:mm:ss", "HH:mm"];

    /// <summary>
    /// Unix milliseconds of a date (its midnight, UTC), an ISO 8601 time (UTC unless it says otherwise), or Unix seconds, milliseconds,
    /// microseconds or nanoseconds, told apart by their number of digits.
    /// </summary>
    /// <param name="text">The cell.</param>
    /// <param name="time">Unix milliseconds, UTC.</param>
    /// <param name="isDate">True for a date.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long time, out bool isDate)
    {
        isDate = TryParseDate(text, out DateOnly date);
        if (isDate)
        {
            time = Midnight(date);
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            time = FromUnix(number);
            return true;
        }

        bool parsed = DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment);
        time = parsed ? moment.ToUnixTimeMilliseconds() : 0;
        return parsed;
    }

    /// <summary>Unix milliseconds of a number of seconds, milliseconds, microseconds or nanoseconds since 1970.</summary>
    public static long FromUnix(long number) => number switch
    {
        < 100_000_000_000 => number * 1_000,
        < 100_000_000_000_000 => number,
        < 100_000_000_000_000_000 => number / 1_000,
        _ => number / 1_000_000,
    };

    /// <summary>A date as <c>2014-06-05</c> or <c>20140605</c>.</summary>
    public static bool TryParseDate(ReadOnlySpan<char> text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
        || DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>A time of day as <c>093000</c>, <c>0930</c>, <c>09:30:00</c> or <c>09:30</c>.</summary>
    public static bool TryParseClock(ReadOnlySpan<char> text, out TimeOnly clock) =>
        TimeOnly.TryParseExact(text, Clocks, CultureInfo.InvariantCulture, DateTimeStyles.None, out clock);

    /// <summary>Midnight UTC of a date, Unix milliseconds.</summary>
    public static long Midnight(DateOnly date) => (date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * 86_400_000L;

    /// <summary>A moment that the clocks of a zone show, Unix milliseconds. Where the clocks skip it, the moment after the skip.</summary>
    public static long InZone(DateOnly date, long millisecondsOfDay, DateTimeZone zone) =>
        LocalDateTime.FromDateTime(date.ToDateTime(TimeOnly.MinValue)).PlusMilliseconds(millisecondsOfDay).InZoneLeniently(zone).ToInstant().ToUnixTimeMilliseconds();
}
