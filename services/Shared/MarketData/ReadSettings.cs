using System.Globalization;
using NodaTime;

namespace DaprTrading.MarketData;

/// <summary>How files are to be read.</summary>
/// <param name="Format">One of <see cref="Formats"/>; null: recognised by the shape of the file.</param>
/// <param name="TradeInterval">Length of the bars made of trades, milliseconds.</param>
public sealed record ReadSettings(string? Format, long TradeInterval)
{
    /// <summary>Bars that end after this moment (Unix milliseconds, UTC) are not over yet, so they are no bars; null: whatever the clock says.</summary>
    public long? AsOf { get; init; }

    /// <summary>Zone of clock times in a CSV file that do not tell theirs, as <c>America/New_York</c>; null: UTC.</summary>
    public string? Zone { get; init; }

    private const long MaxTradeInterval = 3_600_000;

    /// <summary>Recognise the format; one-minute bars of trades.</summary>
    public static ReadSettings Default { get; } = new(null, 60_000);

    /// <summary>Whether there is a zone of this name in the tz database.</summary>
    public static bool IsZone(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    /// <summary>Reads the length of bars made of trades, <c>1s</c> to <c>1h</c>, in milliseconds; a minute when the text is null.</summary>
    public static bool TryInterval(string? text, out long milliseconds)
    {
        milliseconds = Default.TradeInterval;
        if (text is null) return true;
        milliseconds = 0;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count > 3_600) return false;
        milliseconds = count * (text[^1] switch { 's' => 1_000L, 'm' => 60_000L, 'h' => 3_600_000L, _ => 0L });
        return milliseconds is > 0 and <= MaxTradeInterval;
    }
}

/// <summary>How much may be read at once.</summary>
/// <param name="MaxBytes">Bytes on disk of a file, and of all files after decompression.</param>
/// <param name="MaxBars">Bars kept, about 100 bytes each.</param>
public sealed record ReadLimits(int MaxBytes = 512 * 1024 * 1024, int MaxBars = 1_000_000);
