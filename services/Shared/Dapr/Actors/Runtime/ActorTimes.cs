using System.Globalization;
using System.Text;

namespace Dapr.Actors.Runtime;

/// <summary>Rules and text forms of the times of timers and reminders.</summary>
internal static class ActorTimes
{
    /// <summary>A period that means "once".</summary>
    public static readonly TimeSpan Once = TimeSpan.FromMilliseconds(-1);

    public static void Check(TimeSpan dueTime, TimeSpan period, int? repetitions, TimeSpan? ttl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Once);
        if (ttl is { } life)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(life, dueTime, nameof(ttl));
        }

        if (repetitions is { } times)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(times, 1, nameof(repetitions));
            if (period.Milliseconds != 0)
            {
                throw new ArgumentException($"A period with repetitions must be whole seconds, but is {period}.", nameof(repetitions));
            }
        }
    }

    /// <summary>Such as <c>1h0m30s0ms</c>; empty for a negative time.</summary>
    public static string Format(TimeSpan time) => time < TimeSpan.Zero
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}h{time.Minutes}m{time.Seconds}s{time.Milliseconds}ms");

    /// <summary>Such as <c>R5/PT10S</c>.</summary>
    public static string Format(TimeSpan period, int repetitions)
    {
        var text = new StringBuilder("R").Append(repetitions).Append("/PT");
        int start = text.Length;
        Append(text, (long)period.TotalHours, 'H');
        Append(text, period.Minutes, 'M');
        Append(text, period.Seconds, 'S');
        return text.Length == start ? text.Append("0S").ToString() : text.ToString();
    }

    /// <summary>Reads Go durations, ISO 8601 periods and <c>@every …</c>; nothing at all is -1 ms.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static TimeSpan Parse(string? text)
    {
        const string every = "@every ";
        if (string.IsNullOrEmpty(text))
        {
            return Once;
        }

        string rest = text.StartsWith(every, StringComparison.Ordinal) ? text[every.Length..] : text;
        int repetitions = rest.StartsWith('R') ? rest.IndexOf('/') : -1;
        ReadOnlySpan<char> span = rest.AsSpan(repetitions + 1);
        double? ms = span.StartsWith('P') ? IsoMilliseconds(span[1..]) : Sum(span, GoUnit);
        return ms is { } value ? TimeSpan.FromMilliseconds(value) : throw new FormatException($"'{text}' is not a duration.");
    }

    private static void Append(StringBuilder text, long value, char unit)
    {
        if (value != 0)
        {
            text.Append(value).Append(unit);
        }
    }

    private static double? IsoMilliseconds(ReadOnlySpan<char> text)
    {
        int time = text.IndexOf('T');
        double? days = time < 0 ? Sum(text, IsoDateUnit) : time == 0 ? 0 : Sum(text[..time], IsoDateUnit);
        double? hours = time < 0 ? 0 : Sum(text[(time + 1)..], IsoTimeUnit);
        return days + hours;
    }

    private static double? Sum(ReadOnlySpan<char> text, Func<string, double> unitOf)
    {
        double total = 0;
        bool any = false;
        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return null;
            }

            int end = text[digits..].IndexOfAny("0123456789.");
            int stop = end < 0 ? text.Length : digits + end;
            double unit = unitOf(text[digits..stop].ToString());
            if (double.IsNaN(unit))
            {
                return null;
            }

            total += number * unit;
            any = true;
            text = text[stop..];
        }

        return any ? total : null;
    }

    private static double GoUnit(string unit) => unit switch
    {
        "h" => 3_600_000,
        "m" => 60_000,
        "s" => 1_000,
        "ms" => 1,
        "us" or "µs" => 1e-3,
        "ns" => 1e-6,
        _ => double.NaN,
    };

    private static double IsoDateUnit(string unit) => unit switch
    {
        "Y" => 365 * 86_400_000d,
        "M" => 30 * 86_400_000d,
        "W" => 7 * 86_400_000d,
        "D" => 86_400_000,
        _ => double.NaN,
    };

    private static double IsoTimeUnit(string unit) => unit switch
    {
        "H" => 3_600_000,
        "M" => 60_000,
        "S" => 1_000,
        _ => double.NaN,
    };
}
