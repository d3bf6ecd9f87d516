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
        LongestCoolDown = _strategies.Length == 0 ? 0 : _strategies.Max(strategy => strategy.CoolDownBars);
    }

    /// <summary>The settings it was made from.</summary>
    public StrategySettings Settings { get; }

    /// <summary>Version of the settings; null when they have none.</summary>
    public int? Version { get; }

    /// <summary>Longest cool-down of its strategies, in bars; 0 when none has one.</summary>
    public int LongestCoolDown { get; }

    /// <summary>Cool-down of one of its strategies, in bars.</summary>
    public int CoolDownOf(string strategy) => LongestCoolDown == 0 ? 0 : Find(strategy).CoolDownBars;

    /// <summary>Whether an event of one of its strategies is no signal: see <see cref="CoolDown"/>.</summary>
    /// <param name="each">The event.</param>
    /// <param name="points">Points of its symbol, ascending, from <see cref="CoolDown.FirstPoint"/> to that of the event or beyond it.</param>
    public bool IsCooling(TradingSignal each, IReadOnlyList<IndicatorPoint> points) => CoolDown.Covers(Find(each.Strategy), each, points);

    /// <summary>Adds the signals of every step in <paramref name="batch"/>, in the order of the points.</summary>
    /// <remarks>
    /// However a series is cut into batches, the signals are the same; with cool-downs as long as the points of the batch reach back far enough, or
    /// to the start of the series. Nothing is allocated where there is no signal.
    /// </remarks>
    public void Evaluate(IndicatorBatch batch, List<TradingSignal> signals)
    {
        int first = signals.Count;
        IndicatorPoint? previous = batch.Previous;
        for (int i = 0; i < batch.Points.Count; i++)
        {
            IndicatorPoint current = batch.Points[i];
            if (previous is not null)
                Evaluate(batch.Symbol, previous, current, signals);
            previous = current;
        }

        if (LongestCoolDown == 0 || signals.Count == first)
            return;
        IReadOnlyList<IndicatorPoint> points = batch.Previous is { } before ? [before, .. batch.Points] : batch.Points;
        for (int i = signals.Count - 1; i >= first; i--)
        {
            if (IsCooling(signals[i], points))
                signals.RemoveAt(i);
        }
    }

    /// <summary>Adds the events of one step: its signals, unless their strategy <see cref="IsCooling"/>.</summary>
    public void Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current, List<TradingSignal> signals)
    {
        foreach (IStrategy strategy in _strategies)
        {
            if (strategy.Evaluate(symbol, previous, current) is { } signal)
                signals.Add(Version is null ? signal : signal with { SettingsVersion = Version });
        }
    }

    private IStrategy Find(string name) => Array.Find(_strategies, strategy => strategy.Name == name)
        ?? throw new ArgumentException($"There is no strategy '{name}' among those that run.", nameof(name));
}
