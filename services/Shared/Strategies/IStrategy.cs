using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>
/// A rule that turns the step from one point to the next into an event. Stateless: the same points give the same. What it gives is a signal unless the points
/// before say otherwise, which <see cref="LookBack"/> looks up.
/// </summary>
public interface IStrategy
{
    /// <summary>Name of the strategy, part of the ids of its signals.</summary>
    string Name { get; }

    /// <summary>Bars of a symbol before the first that can bear a signal: what it looks at is not known earlier.</summary>
    int WarmUpBars => 1;

    /// <summary>Bars without an event of the same side that must lie before a signal; 0 for none. <see cref="CoolDown"/> applies it, not the strategy.</summary>
    int CoolDownBars => 0;

    /// <summary>Points before that of an event on which <see cref="IsArmed"/> looks back, at most <see cref="LookBack.MaxArmingBars"/>; 0 when the step alone decides.</summary>
    int ArmingBars => 0;

    /// <summary>Looks at the step from <paramref name="previous"/> to <paramref name="current"/>.</summary>
    /// <param name="symbol">Canonical symbol.</param>
    /// <param name="previous">The point before <paramref name="current"/>.</param>
    /// <param name="current">The newest closed bar.</param>
    /// <returns>Null when nothing happened or an indicator is still warming up; else an event, provided that the strategy <see cref="IsArmed"/>.</returns>
    TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current);

    /// <summary>Whether the points before a step allow what <see cref="Evaluate"/> gives for it to be an event.</summary>
    /// <param name="side">Side of what it gave.</param>
    /// <param name="points">Points of one symbol, ascending. Those that are not there arm nothing.</param>
    /// <param name="at">Position in <paramref name="points"/> of the point at which the step ended.</param>
    bool IsArmed(Side side, IReadOnlyList<IndicatorPoint> points, int at) => true;
}
