using System.Globalization;
using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>What every strategy shares: the long trend, the confidence made of it, and the guard against a series that stands still.</summary>
internal static class Trend
{
    /// <summary>From this many bars without movement the averages carry no information: the RSI of 14 has only zeros in it.</summary>
    public const int StandstillBars = 14;

    private const int MaxDecimals = 15;
    private const double Base = 0.3, ForStrength = 0.4, ForTrend = 0.3;

    /// <summary>Whether the price stands still, or has just begun to move again.</summary>
    public static bool StandsStill(IndicatorPoint previous, IndicatorPoint current) =>
        previous.Unchanged >= StandstillBars || current.Unchanged >= StandstillBars;

    /// <summary>
    /// 0.3 for the event itself, up to 0.4 for its strength (0 to 1), and for the long trend 0.3 when it agrees, 0.15 while it is not known, 0 when it is
    /// against the signal.
    /// </summary>
    public static double Confidence(double strength, Side side, IndicatorPoint point)
    {
        double trend = Agrees(side, point) switch { true => ForTrend, null => ForTrend / 2, false => 0 };
        return Math.Round(Base + ForStrength * Math.Clamp(strength, 0, 1) + trend, 4);
    }

    /// <summary>The trend in words.</summary>
    public static string Reason(Side side, IndicatorPoint point)
    {
        if (point.Sma200 is not { } average)
            return "SMA(200) is still warming up: the long trend is not known";
        string place = point.Close >= average ? "above" : "below";
        string verdict = Agrees(side, point) == true ? "with the long trend" : "against the long trend";
        return $"close {Price(point.Close)} is {place} SMA(200) {Price(average)}: {verdict}";
    }

    /// <summary>A price with four decimals at most; below 1 with four significant digits.</summary>
    public static string Price(double value)
    {
        double size = Math.Abs(value);
        int decimals = size is > 0 and < 1 ? Math.Min(MaxDecimals, 3 - (int)Math.Floor(Math.Log10(size))) : 4;
        return Math.Round(value, decimals).ToString("0.00#############", CultureInfo.InvariantCulture);
    }

    public static string OneDigit(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    public static string TwoDigits(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A number without needless digits.</summary>
    public static string Short(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Whether the long trend agrees with the side; null while it is not known.</summary>
    public static bool? Agrees(Side side, IndicatorPoint point) =>
        point.Sma200 is { } average ? point.Close >= average == (side == Side.Buy) : null;
}
