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
        LongestLookBack = _strategies.Length == 0 ? 0 : _strategies.Max(LookBack.BarsOf);
    }

    /// <summary>The settings it was made from.</summary>
    public StrategySettings Settings { get; }

    /// <summary>Version of the settings; null when they have none.</summary>
    public int? Version { get; }

    /// <summary>Most points before that of an event that decide one of its strategies; 0 when the step alone always does.</summary>
    public int LongestLookBack { get; }

    /// <summary>Points before that of an event that decide one of its strategies.</summary>
    public int LookBackOf(string strategy) => LongestLookBack == 0 ? 0 : LookBack.BarsOf(Find(strategy));

    /// <summary>Whether what one of its strategies gave for a step is a signal: see <see cref="LookBack"/>.</summary>
    /// <param name="each">What it gave.</param>
    /// <param name="points">Points of its symbol, ascending, from <see cref="LookBack.FirstPoint"/> to that of the step's end or beyond it.</param>
    public bool IsSignal(TradingSignal each, IReadOnlyList<IndicatorPoint> points) => LookBack.IsSignal(Find(each.Strategy), each, points);

    /// <summary>Adds the signals of every step in <paramref name="batch"/>, in the order of the points.</summary>
    /// <remarks>
    /// However a series is cut into batches, the signals are the same; where strategies look back, as long as the points of the batch reach back far enough, or
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

        if (LongestLookBack == 0 || signals.Count == first)
            return;
        IReadOnlyList<IndicatorPoint> points = batch.Previous is { } before ? [before, .. batch.Points] : batch.Points;
        for (int i = signals.Count - 1; i >= first; i--)
        {
            if (!IsSignal(signals[i], points))
                signals.RemoveAt(i);
        }
    }

    /// <summary>Adds what the strategies give for one step: its signals, as far as each <see cref="IsSignal"/>.</summary>
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
