using System.Globalization;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>A duration of a timer or reminder: ISO 8601 with repetitions, or as Go writes it.</summary>
/// <param name="Years">Calendar years.</param>
/// <param name="Months">Calendar months.</param>
/// <param name="Days">Days, weeks included.</param>
/// <param name="Time">Hours and below.</param>
/// <param name="Repetitions">Firings in total; null when not said.</param>
internal readonly record struct ActorDuration(int Years, int Months, int Days, TimeSpan Time, int? Repetitions)
{
    /// <summary>True when years, months, weeks or days are part of it.</summary>
    public bool HasCalendarParts => Years != 0 || Months != 0 || Days != 0;

    public bool IsZero => !HasCalendarParts && Time == TimeSpan.Zero;

    public DateTimeOffset After(DateTimeOffset start) => start.AddYears(Years).AddMonths(Months).AddDays(Days) + Time;

    /// <summary>Reads a duration. ISO is tried before Go.</summary>
    /// <exception cref="ScheduleException">It is neither.</exception>
    public static ActorDuration Parse(string text)
    {
        if (TryParseIso(text, out ActorDuration iso)) return iso;
        if (GoDurations.TryParse(text, out TimeSpan go)) return new ActorDuration(0, 0, 0, go, null);
        throw new ScheduleException($"unsupported duration format: {text}");
    }

    /// <summary>A moment: RFC 3339, or a duration from <paramref name="start"/>.</summary>
    public static DateTimeOffset ParseMoment(string text, DateTimeOffset start, string member)
    {
        if (text.Contains('T') && text.Length > 0 && char.IsAsciiDigit(text[0])
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)) return moment;

        ActorDuration duration = Parse(text);
        if (duration.Repetitions is not null) throw new ScheduleException($"{member} must not have repetitions: {text}");
        try
        {
            return duration.After(start);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new ScheduleException($"{member} is too far away: {text}", e);
        }
    }

    /// <summary><c>[R{n}/]P[{n}Y][{n}M][{n}W][{n}D][T[{n}H][{n}M][{n}S]]</c>; digits without a unit at the end are ignored, as in Dapr.</summary>
    private static bool TryParseIso(string text, out ActorDuration duration)
    {
        duration = default;
        ReadOnlySpan<char> rest = text;
        int? repetitions = null;
        if (rest.StartsWith("R"))
        {
            int slash = rest.IndexOf('/');
            if (slash < 2 || !int.TryParse(rest[1..slash], NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return false;
            repetitions = count;
            rest = rest[(slash + 1)..];
        }

        if (!rest.StartsWith("P")) return false;

        var parts = new IsoParts();
        bool time = false;
        int number = -1;
        foreach (char c in rest[1..])
        {
            if (char.IsAsciiDigit(c))
            {
                number = (Math.Max(number, 0) * 10) + (c - '0');
                if (number > 100_000_000) return false;
            }
            else if (c == 'T' && !time && number < 0)
            {
                time = true;
            }
            else
            {
                if (number < 0 || !parts.Set(c, time, number)) return false;
                number = -1;
            }
        }

        duration = new ActorDuration(parts.Years, parts.Months, parts.Days, parts.Time, repetitions);
        return parts.Any || repetitions is not null;
    }

    private struct IsoParts
    {
        public int Years;
        public int Months;
        public int Days;
        public TimeSpan Time;
        public bool Any;

        public bool Set(char unit, bool time, int number)
        {
            Any = true;
            switch (unit)
            {
                case 'Y' when !time: Years = number; break;
                case 'M' when !time: Months = number; break;
                case 'W' when !time: Days += number * 7; break;
                case 'D' when !time: Days += number; break;
                case 'H' when time: Time += TimeSpan.FromHours(number); break;
                case 'M' when time: Time += TimeSpan.FromMinutes(number); break;
                case 'S' when time: Time += TimeSpan.FromSeconds(number); break;
                default: return false;
            }

            return true;
        }
    }
}

/// <summary>A timer or reminder cannot be registered as asked.</summary>
internal sealed class ScheduleException(string message, Exception? innerException = null) : Exception(message, innerException);
