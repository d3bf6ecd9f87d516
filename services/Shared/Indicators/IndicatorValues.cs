using System.Runtime.InteropServices;

namespace DaprTrading.Indicators;

/// <summary>The default set of indicators after one bar. What is not warmed up yet is <see cref="double.NaN"/>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct IndicatorValues
{
    /// <summary>How many bars in a row, this one included, closed exactly where the bar before closed.</summary>
    public int Unchanged { get; init; }

    /// <summary>SMA of 20 closes.</summary>
    public double Sma20 { get; init; }

    /// <summary>SMA of 50 closes.</summary>
    public double Sma50 { get; init; }

    /// <summary>SMA of 200 closes.</summary>
    public double Sma200 { get; init; }

    /// <summary>EMA of 9 closes.</summary>
    public double Ema9 { get; init; }

    /// <summary>EMA of 21 closes.</summary>
    public double Ema21 { get; init; }

    /// <summary>EMA of 50 closes; those of 12 and 26 are in <see cref="Macd"/>.</summary>
    public double Ema50 { get; init; }

    /// <summary>RSI of 14 changes.</summary>
    public double Rsi14 { get; init; }

    /// <summary>MACD 12, 26, 9 and the averages it is made of.</summary>
    public MacdValue Macd { get; init; }

    /// <summary>Bollinger bands of 20 closes, two deviations wide.</summary>
    public BollingerValue Bollinger { get; init; }

    /// <summary>ATR of 14 bars.</summary>
    public double Atr14 { get; init; }

    /// <summary>VWAP of the UTC day.</summary>
    public double Vwap { get; init; }

    /// <summary>Mean volume of 20 bars.</summary>
    public double VolumeSma20 { get; init; }
}
