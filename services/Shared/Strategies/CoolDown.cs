using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>Tells repeats of an event from signals: a strategy that had an event of the same side a short while ago is cooling down.</summary>
/// <remarks>
/// An event is no signal when its strategy, with the same settings, gives an event of the same side on any of the bars before that the cool-down
/// covers, whether that one was a signal or not. So the answer follows from the points from <see cref="FirstPoint"/> to the event alone, however the
/// series is cut and whenever it is looked at; and of a row of events closer than the cool-down only the first is a signal.
/// </remarks>
public static class CoolDown
{
    /// <summary>The longest cool-down, in bars.</summary>
    public const int MaxBars = 100;

    /// <summary>Index of the first point that counts for an event at <paramref name="n"/>.</summary>
    public static long FirstPoint(long n, int bars) => Math.Max(1, n - bars - 1);

    /// <summary>Whether an event is none but a repeat. O(bars).</summary>
    /// <param name="strategy">The strategy that gave it.</param>
    /// <param name="each">The event.</param>
    /// <param name="points">Points of its symbol, ascending, with that of the event. Those that are not there bear no event.</param>
    public static bool Covers(IStrategy strategy, TradingSignal each, IReadOnlyList<IndicatorPoint> points)
    {
        int bars = strategy.CoolDownBars;
        if (bars == 0)
            return false;
        int at = (int)Math.Min(points.Count - 1, each.N - points[0].N);
        while (points[at].N > each.N)
            at--;
        for (int i = at - 1; i > 0 && points[i].N >= each.N - bars; i--)
        {
            if (points[i - 1].N == points[i].N - 1 && strategy.Evaluate(each.Symbol, points[i - 1], points[i])?.Side == each.Side)
                return true;
        }

        return false;
    }
}
