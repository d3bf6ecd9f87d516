using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>The crossing of two lines whose distance is known at both ends of the step.</summary>
internal static class LineCross
{
    /// <summary>A step of a quarter of the average true range across the line is full strength.</summary>
    private const double FullStep = 0.25;

    /// <summary>Buy when the distance becomes positive, sell when it becomes negative, null when its sign stays.</summary>
    public static Side? Of(double before, double after) =>
        before <= 0 && after > 0 ? Side.Buy
        : before >= 0 && after < 0 ? Side.Sell
        : null;

    /// <summary>0 to 1: how far the lines moved against each other within the bar, measured by the range of bars.</summary>
    public static double Strength(double before, double after, double? averageTrueRange) =>
        averageTrueRange is > 0 and { } range ? Math.Min(1, Math.Abs(after - before) / (FullStep * range)) : 0;
}
