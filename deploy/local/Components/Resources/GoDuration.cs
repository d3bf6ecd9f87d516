using System.Globalization;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Durations as Go writes them: <c>300ms</c>, <c>1.5h</c>, <c>1h30m</c>, <c>-1s</c>.</summary>
public static class GoDuration
{
    /// <summary>Parses a Go duration; with <paramref name="bareMilliseconds"/> a bare number is milliseconds.</summary>
    public static bool TryParse(string? text, bool bareMilliseconds, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.IsEmpty) return false;
        if (rest is "0") return true;
        if (bareMilliseconds && long.TryParse(rest, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long milliseconds))
        {
            return TryScale(milliseconds, TimeSpan.TicksPerMillisecond, out duration);
        }

        bool negative = rest[0] == '-';
        if (rest[0] is '-' or '+') rest = rest[1..];
        if (rest.IsEmpty) return false;

        double ticks = 0;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)) return false;
            rest = rest[digits..];
            int end = rest.IndexOfAny("0123456789.");
            ReadOnlySpan<char> unit = end < 0 ? rest : rest[..end];
            double scale = Scale(unit);
            if (scale == 0) return false;
            ticks += number * scale;
            rest = rest[unit.Length..];
        }

        return TryScale(negative ? -ticks : ticks, 1, out duration);
    }

    private static bool TryScale(double value, double scale, out TimeSpan duration)
    {
        double ticks = Math.Round(value * scale);
        bool fits = Math.Abs(ticks) < TimeSpan.MaxValue.Ticks;
        duration = fits ? TimeSpan.FromTicks((long)ticks) : TimeSpan.Zero;
        return fits;
    }

    private static double Scale(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 0.01,
        "us" or "µs" or "μs" => TimeSpan.TicksPerMicrosecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        _ => 0,
    };
}

/// <summary>Booleans as Go's <c>ParseBool</c> takes them.</summary>
public static class GoBool
{
    /// <summary>True when <paramref name="text"/> is one of <c>1 t T TRUE true True 0 f F FALSE false False</c>.</summary>
    public static bool TryParse(string? text, out bool value)
    {
        value = text is "1" or "t" or "T" or "TRUE" or "true" or "True";
        return value || text is "0" or "f" or "F" or "FALSE" or "false" or "False";
    }
}
