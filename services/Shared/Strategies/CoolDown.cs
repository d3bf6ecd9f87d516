using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>Tells repeats of an event from signals: a strategy that had an event of the same side a short while ago is cooling down.</summary>
/// <remarks>
/// An event is no signal when its strategy, with the same settings, gives an event of the same side on any of the bars before that the cool-down
/// covers, whether that one was a signal or not. So of a row of events closer than the cool-down only the first is a signal.
/// </remarks>
public static class CoolDown
{
    /// <summary>The longest cool-down, in bars.</summary>
    public const int MaxBars = 100;

    /// <summary>Whether an event is none but a repeat. O(bars).</summary>
    /// <param name="strategy">The strategy that gave it.</param>
    /// <param name="each">The event.</param>
    /// <param name="points">Points of its symbol, ascending, with that of the event. Those that are not there bear no event.</param>
    /// <param name="at">Position of the event's point in them.</param>
    internal static bool Covers(IStrategy strategy, TradingSignal each, IReadOnlyList<IndicatorPoint> points, int at)
    {
        for (int i = at - 1; i > 0 && points[i].N >= each.N - strategy.CoolDownBars; i--)
        {
            if (points[i - 1].N == points[i].N - 1 && strategy.Evaluate(each.Symbol, points[i - 1], points[i])?.Side == each.Side
                && strategy.IsArmed(each.Side, points, i))
            {
                return true;
            }
        }

        return false;
    }
}
