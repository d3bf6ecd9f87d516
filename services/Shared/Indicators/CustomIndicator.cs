using System.Globalization;

namespace DaprTrading.Indicators;

/// <summary>What a <see cref="CustomIndicator"/> computes.</summary>
public enum IndicatorKind
{
    /// <summary><see cref="Indicators.Sma"/> of the closes.</summary>
    Sma,

    /// <summary><see cref="Indicators.Ema"/> of the closes.</summary>
    Ema,

    /// <summary><see cref="Indicators.Rsi"/> of the closes.</summary>
    Rsi,

    /// <summary><see cref="Indicators.Atr"/> of the bars.</summary>
    Atr,
}

/// <summary>One indicator beside the default set, written as kind and period: <c>sma100</c>, <c>ema9</c>, <c>rsi7</c>, <c>atr21</c>.</summary>
/// <param name="Kind">What is computed.</param>
/// <param name="Period">Its period, 2 to <see cref="MaxPeriod"/>.</param>
public sealed record CustomIndicator(IndicatorKind Kind, int Period)
{
    /// <summary>The longest period: it bounds the state of a symbol.</summary>
    public const int MaxPeriod = 1_000;

    /// <summary>The written form, and the name under which the values appear.</summary>
    public string Name { get; } = Kind.ToString().ToLowerInvariant() + Period.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the written form.</summary>
    /// <returns>Null when <paramref name="text"/> is not a known kind followed by a period in range.</returns>
    public static CustomIndicator? TryParse(string text)
    {
        foreach (IndicatorKind kind in Enum.GetValues<IndicatorKind>())
        {
            string prefix = kind.ToString();
            if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) &&
                int.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int period) &&
                period is >= 2 and <= MaxPeriod)
            {
                return new CustomIndicator(kind, period);
            }
        }

        return null;
    }
}
