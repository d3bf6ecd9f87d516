namespace DaprTrading.MarketData;

/// <summary>How files are to be read.</summary>
/// <param name="Format">One of <see cref="Formats"/>; null: recognised by the shape of the file.</param>
/// <param name="TradeInterval">Length of the bars made of trades, milliseconds.</param>
public sealed record ReadSettings(string? Format, long TradeInterval)
{
    /// <summary>Bars that end after this moment (Unix milliseconds, UTC) are not over yet, so they are no bars; null: whatever the clock says.</summary>
    public long? AsOf { get; init; }

    /// <summary>Recognise the format; one-minute bars of trades.</summary>
    public static ReadSettings Default { get; } = new(null, 60_000);
}

/// <summary>How much may be read at once.</summary>
/// <param name="MaxBytes">Bytes on disk of a file, and of all files after decompression.</param>
/// <param name="MaxBars">Bars kept, about 100 bytes each.</param>
public sealed record ReadLimits(int MaxBytes = 512 * 1024 * 1024, int MaxBars = 1_000_000);
