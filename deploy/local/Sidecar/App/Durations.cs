using System.Globalization;
using System.Xml;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Durations as Go writes them (<c>1h30m</c>, <c>300ms</c>, the .NET client's <c>1h0m0s0ms</c>) and ISO 8601 (<c>PT5S</c>).</summary>
internal static class Durations
{
    /// <summary>Go or ISO form.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (!text.StartsWith('P')) return TryParseGo(text, out duration);
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            duration = default;
            return false;
        }
    }

    /// <summary>Go form only. <c>0</c> needs no unit.</summary>
    public static bool TryParseGo(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        bool negative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is '-' or '+') text = text[1..];
        if (text.SequenceEqual("0")) return true;
        if (text.IsEmpty) return false;

        double ticks = 0;
        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount)) return false;
            text = text[digits..];
            int unit = text.IndexOfAny("0123456789.");
            if (unit < 0) unit = text.Length;
            if (TicksPer(text[..unit]) is not { } perUnit) return false;
            ticks += amount * perUnit;
            text = text[unit..];
        }

        if (ticks > TimeSpan.MaxValue.Ticks / 2) return false;
        duration = TimeSpan.FromTicks((long)Math.Round(negative ? -ticks : ticks));
        return true;
    }

    /// <summary>The shortest usual Go form of whole milliseconds, e.g. <c>5s</c> or <c>500ms</c>.</summary>
    public static string Format(TimeSpan duration) =>
        duration.TotalMilliseconds % 1000 == 0 ? $"{duration.TotalSeconds:0}s" : $"{duration.TotalMilliseconds:0}ms";

    private static double? TicksPer(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 0.01,
        "us" or "µs" => TimeSpan.TicksPerMicrosecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        _ => null,
    };
}
