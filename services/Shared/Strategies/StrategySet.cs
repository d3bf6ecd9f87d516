using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>The strategies that run, by their settings. Immutable and thread-safe.</summary>
public sealed class StrategySet
{
    private readonly IStrategy[] _strategies;

    /// <param name="settings">Valid settings.</param>
    /// <param name="version">What its signals carry as <see cref="TradingSignal.SettingsVersion"/>.</param>
    public StrategySet(StrategySettings settings, int? version = null)
    {
        (Settings, Version) = (settings, version);
        _strategies = [.. StrategyCatalog.Enabled(settings)];
    }

    /// <summary>The settings it was made from.</summary>
    public StrategySettings Settings { get; }

    /// <summary>Version of the settings; null when they have none.</summary>
    public int? Version { get; }

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

    /// <summary>Adds the signals of one step.</summary>
    public void Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current, List<TradingSignal> signals)
    {
        foreach (IStrategy strategy in _strategies)
        {
            if (strategy.Evaluate(symbol, previous, current) is { } signal)
                signals.Add(Version is null ? signal : signal with { SettingsVersion = Version });
        }
    }
}
