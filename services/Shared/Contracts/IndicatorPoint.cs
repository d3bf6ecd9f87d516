namespace DaprTrading.Contracts;

/// <summary>One bar with every indicator value after it. A null indicator is still warming up.</summary>
/// <remarks>Prices and price-like indicators are in the instrument's quote currency.</remarks>
public sealed record IndicatorPoint
{
    /// <summary>Contiguous index of the point within its symbol, from 1.</summary>
    public required long N { get; init; }

    /// <summary>Time of the bar, Unix milliseconds, UTC.</summary>
    public required long Time { get; init; }

    /// <summary>First price.</summary>
    public required double Open { get; init; }

    /// <summary>Highest price.</summary>
    public required double High { get; init; }

    /// <summary>Lowest price.</summary>
    public required double Low { get; init; }

    /// <summary>Last price.</summary>
    public required double Close { get; init; }

    /// <summary>Traded quantity.</summary>
    public required double Volume { get; init; }

    /// <summary>Source of the bar.</summary>
    public required string Source { get; init; }

    /// <summary>When the edge accepted the bar, Unix milliseconds, UTC.</summary>
    public required long IngestedAt { get; init; }

    /// <summary>How many bars in a row, this one included, closed exactly where the bar before closed.</summary>
    public int Unchanged { get; init; }

    /// <summary>Simple moving average of 20 closes.</summary>
    public double? Sma20 { get; init; }

    /// <summary>Simple moving average of 50 closes.</summary>
    public double? Sma50 { get; init; }

    /// <summary>Simple moving average of 200 closes.</summary>
    public double? Sma200 { get; init; }

    /// <summary>Exponential moving average of 9 closes.</summary>
    public double? Ema9 { get; init; }

    /// <summary>Exponential moving average of 21 closes.</summary>
    public double? Ema21 { get; init; }

    /// <summary>Exponential moving average of 12 closes.</summary>
    public double? Ema12 { get; init; }

    /// <summary>Exponential moving average of 26 closes.</summary>
    public double? Ema26 { get; init; }

    /// <summary>Exponential moving average of 50 closes.</summary>
    public double? Ema50 { get; init; }

    /// <summary>Relative strength index after Wilder over 14 changes, 0 to 100.</summary>
    public double? Rsi14 { get; init; }

    /// <summary>MACD line: EMA 12 less EMA 26.</summary>
    public double? Macd { get; init; }

    /// <summary>MACD signal line: EMA 9 of the MACD line.</summary>
    public double? MacdSignal { get; init; }

    /// <summary>MACD line less its signal line.</summary>
    public double? MacdHistogram { get; init; }

    /// <summary>Upper Bollinger band: middle plus two population standard deviations of 20 closes.</summary>
    public double? BbUpper { get; init; }

    /// <summary>Middle Bollinger band: simple moving average of 20 closes.</summary>
    public double? BbMiddle { get; init; }

    /// <summary>Lower Bollinger band.</summary>
    public double? BbLower { get; init; }

    /// <summary>Average true range after Wilder over 14 bars.</summary>
    public double? Atr14 { get; init; }

    /// <summary>Volume weighted average price since the first bar of the UTC day.</summary>
    public double? Vwap { get; init; }

    /// <summary>Mean volume of the last 20 bars, this one included.</summary>
    public double? VolumeSma20 { get; init; }

    /// <summary>Values of configured indicators with other periods, by name; null when none is configured.</summary>
    public IReadOnlyDictionary<string, double?>? Custom { get; init; }
}

/// <summary>Consecutive points of one symbol. Topic <c>indicators</c>.</summary>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="Previous">
/// The point before the first of <paramref name="Points"/>, so that a crossing can be seen without state; null at the start of the series.
/// </param>
/// <param name="Points">At least one point; <see cref="IndicatorPoint.N"/> rises by one from point to point.</param>
public sealed record IndicatorBatch(string Symbol, IndicatorPoint? Previous, IReadOnlyList<IndicatorPoint> Points);
