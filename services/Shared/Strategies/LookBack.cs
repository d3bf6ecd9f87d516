using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>What has to be known of the points before an event: whether its strategy was armed, and whether it is cooling down.</summary>
/// <remarks>
/// The answer follows from the points from <see cref="FirstPoint"/> to the event alone, however the series is cut and whenever it is looked at.
/// </remarks>
public static class LookBack
{
    /// <summary>Most points before that of an event that can arm a strategy.</summary>
    public const int MaxArmingBars = 100;

    /// <summary>Points before that of an event that decide it; 0 when the step alone does.</summary>
    public static int BarsOf(IStrategy strategy) =>
        strategy is { CoolDownBars: 0, ArmingBars: 0 } ? 0 : strategy.CoolDownBars + Math.Max(1, strategy.ArmingBars);

    /// <summary>Index of the first point that counts for an event at <paramref name="n"/>.</summary>
    /// <param name="n">Index of the event's point.</param>
    /// <param name="bars">What <see cref="BarsOf"/> gave.</param>
    public static long FirstPoint(long n, int bars) => Math.Max(1, n - bars);

    /// <summary>Whether what a strategy gave for a step is a signal. O(cool-down × arming) at worst, and usually O(cool-down).</summary>
    /// <param name="strategy">The strategy.</param>
    /// <param name="each">What it gave.</param>
    /// <param name="points">Points of its symbol, ascending, with that of the event.</param>
    public static bool IsSignal(IStrategy strategy, TradingSignal each, IReadOnlyList<IndicatorPoint> points)
    {
        if (BarsOf(strategy) == 0)
            return true;
        int at = PositionOf(each.N, points);
        return strategy.IsArmed(each.Side, points, at) && !CoolDown.Covers(strategy, each, points, at);
    }

    private static int PositionOf(long n, IReadOnlyList<IndicatorPoint> points)
    {
        int at = (int)Math.Min(points.Count - 1, n - points[0].N);
        while (points[at].N > n)
            at--;
        return at;
    }
}
