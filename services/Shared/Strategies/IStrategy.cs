using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>A rule that turns the step from one point to the next into an event, a signal unless it repeats one. Stateless: the same step gives the same signal.</summary>
public interface IStrategy
{
    /// <summary>Name of the strategy, part of the ids of its signals.</summary>
    string Name { get; }

    /// <summary>Bars of a symbol before the first that can bear a signal: what it looks at is not known earlier.</summary>
    int WarmUpBars => 1;

    /// <summary>Bars without an event of the same side that must lie before a signal; 0 for none. <see cref="CoolDown"/> applies it, not the strategy.</summary>
    int CoolDownBars => 0;

    /// <summary>Looks at the step from <paramref name="previous"/> to <paramref name="current"/>.</summary>
    /// <param name="symbol">Canonical symbol.</param>
    /// <param name="previous">The point before <paramref name="current"/>.</param>
    /// <param name="current">The newest closed bar.</param>
    /// <returns>Null when nothing happened or an indicator is still warming up.</returns>
    TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current);
}
