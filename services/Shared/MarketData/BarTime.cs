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

    // A number with decimals is seconds at least from 1973 on: less is a date with dots, or none.
    private const double FirstUnix = 1e8;
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

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double fraction) && fraction >= FirstUnix)
        {
            time = FromUnix(fraction);
            return true;
        }

        bool parsed = DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment);
        time = parsed ? moment.ToUnixTimeMilliseconds() : 0;
        return parsed;
    }

    /// <summary>The same, where a time that does not tell its zone is one of <paramref name="zone"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, DateTimeZone zone, out long time, out bool isDate)
    {
        if (!TryParse(text, out time, out isDate)) return false;
        if (!isDate && zone != DateTimeZone.Utc && TryParseWithoutZone(text, out DateTime local)) time = InZone(DateOnly.FromDateTime(local), local.TimeOfDay, zone);
        return true;
    }

    /// <summary>A date and a time of day that do not tell their zone.</summary>
    public static bool TryParseWithoutZone(ReadOnlySpan<char> text, out DateTime local) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out local) && local.Kind == DateTimeKind.Unspecified;

    /// <summary>Unix milliseconds of a number of seconds, milliseconds, microseconds or nanoseconds since 1970.</summary>
    public static long FromUnix(long number) => number switch
    {
        < 100_000_000_000 => number * 1_000,
        < 100_000_000_000_000 => number,
        < 100_000_000_000_000_000 => number / 1_000,
        _ => number / 1_000_000,
    };

    /// <summary>The same of a number with decimals.</summary>
    public static long FromUnix(double number) => number < 1e11 ? (long)Math.Round(number * 1_000) : FromUnix((long)Math.Min(number, long.MaxValue / 2));

    /// <summary>A date as <c>01/02/2020</c>, in the order of a country.</summary>
    public static bool TryParseSlashed(ReadOnlySpan<char> text, bool dayFirst, out DateOnly date) =>
        DateOnly.TryParseExact(text, dayFirst ? "d/M/yyyy" : "M/d/yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>A date as <c>2014-06-05</c>, <c>20140605</c> or <c>2014/06/05</c>.</summary>
    public static bool TryParseDate(ReadOnlySpan<char> text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
        || DateOnly.TryParseExact(text, "yyyy/MM/dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)
        || DateOnly.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>A time of day as <c>093000</c>, <c>0930</c>, <c>09:30:00</c> or <c>09:30</c>.</summary>
    public static bool TryParseClock(ReadOnlySpan<char> text, out TimeOnly clock) =>
        TimeOnly.TryParseExact(text, Clocks, CultureInfo.InvariantCulture, DateTimeStyles.None, out clock);

    /// <summary>Midnight UTC of a date, Unix milliseconds.</summary>
    public static long Midnight(DateOnly date) => (date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * 86_400_000L;

    /// <summary>A moment that the clocks of a zone show, Unix milliseconds.</summary>
    public static long InZone(DateOnly date, TimeSpan ofDay, DateTimeZone zone) => InZone(date, (long)ofDay.TotalMilliseconds, zone);

    /// <summary>A moment that the clocks of a zone show, Unix milliseconds. Where the clocks skip it, the moment after the skip.</summary>
    public static long InZone(DateOnly date, long millisecondsOfDay, DateTimeZone zone) =>
        LocalDateTime.FromDateTime(date.ToDateTime(TimeOnly.MinValue)).PlusMilliseconds(millisecondsOfDay).InZoneLeniently(zone).ToInstant().ToUnixTimeMilliseconds();
}
