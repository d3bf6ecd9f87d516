using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>The strategies this replica runs now. Thread-safe.</summary>
internal sealed class CurrentStrategies
{
    private volatile StrategySet? _set;

    /// <summary>The strategies; null until the settings have been read from the store once.</summary>
    public StrategySet? Set => _set;

    /// <summary>Runs strategies by these settings from now on.</summary>
    /// <returns>False when they are the settings in force.</returns>
    public bool Use(StrategySettings settings)
    {
        if (_set is { } current && current.Settings == settings)
            return false;
        _set = new StrategySet(settings);
        return true;
    }
}
