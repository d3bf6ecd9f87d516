namespace DaprTrading.Contracts;

/// <summary>The direction of a stock in one word: EMA 12 against EMA 26.</summary>
public static class Trends
{
    /// <summary>EMA 12 is above EMA 26.</summary>
    public const string Up = "up";

    /// <summary>EMA 12 is below EMA 26.</summary>
    public const string Down = "down";

    /// <summary>The averages differ by less than a hundredth of a percent.</summary>
    public const string Flat = "flat";

    /// <summary>An average is still warming up.</summary>
    public const string Unknown = "unknown";

    private const double FlatShare = 1e-4;

    /// <summary>The word for two averages; null means warming up.</summary>
    public static string Of(double? ema12, double? ema26) =>
        (ema12, ema26) switch
        {
            (null, _) or (_, null) => Unknown,
            ({ } fast, { } slow) when Math.Abs(fast - slow) <= FlatShare * Math.Abs(slow) => Flat,
            ({ } fast, { } slow) => fast > slow ? Up : Down,
        };
}
