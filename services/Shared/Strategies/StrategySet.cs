using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>The strategies that run, by their settings. Immutable and thread-safe.</summary>
public sealed class StrategySet
{
    private readonly IStrategy[] _strategies;

    /// <param name="settings">Valid settings.</param>
    public StrategySet(StrategySettings settings)
        : this(settings, StrategyCatalog.Enabled(settings))
    {
    }

    private StrategySet(StrategySettings settings, IEnumerable<IStrategy> strategies)
    {
        Settings = settings;
        _strategies = [.. strategies];
    }

    /// <summary>The settings it was made from.</summary>
    public StrategySettings Settings { get; }

    /// <summary>Adds the signals of every step in <paramref name="batch"/>, in the order of the points.</summary>
    /// <remarks>However a series is cut into batches, the signals are the same. Nothing is allocated where there is no signal.</remarks>
    public void Evaluate(IndicatorBatch batch, List<TradingSignal> signals)
    {
        IndicatorPoint? previous = batch.Previous;
        for (int i = 0; i < batch.Points.Count; i++)
        {
            IndicatorPoint current = batch.Points[i];
            if (previous is not null)
                Evaluate(batch.Symbol, previous, current, signals);
            previous = current;
        }
    }

    private void Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current, List<TradingSignal> signals)
    {
        foreach (IStrategy strategy in _strategies)
        {
            if (strategy.Evaluate(symbol, previous, current) is { } signal)
                signals.Add(signal);
        }
    }
}
