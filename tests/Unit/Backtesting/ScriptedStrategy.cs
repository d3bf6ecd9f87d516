using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Backtesting;

/// <summary>Gives the signals it was told to, by number of the bar.</summary>
internal sealed class ScriptedStrategy(params (long N, Side Side)[] script) : IStrategy
{
    public string Name => "scripted";

    public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current)
    {
        foreach ((long n, Side side) in script)
        {
            if (n == current.N)
                return new TradingSignal($"{symbol}:{n}:{Name}", symbol, side, Name, 1, current.Close, n, current.Time, [], current.Source, 0);
        }

        return null;
    }
}
