using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Signals.Settings;

/// <summary>The strategies of each version, chosen by the moment at which the edge accepted a bar. Immutable and thread-safe.</summary>
internal sealed class StrategyTimeline
{
    private readonly StrategySet[] _sets;
    private readonly long[] _from;

    /// <param name="ledger">The versions.</param>
    /// <param name="before">A timeline whose strategies may be shared; null for none.</param>
    public StrategyTimeline(SettingsLedger ledger, StrategyTimeline? before = null)
    {
        Ledger = ledger;
        _from = [.. ledger.Versions.Select(version => version.EffectiveFrom)];
        _sets = [.. ledger.Versions.Select(version => before?.SetOf(version) ?? new StrategySet(version.Settings, version.Version))];
    }

    /// <summary>What it was made from.</summary>
    public SettingsLedger Ledger { get; }

    /// <summary>Up to which moment of acceptance it decides, Unix milliseconds.</summary>
    public long Horizon => Ledger.Horizon;

    /// <summary>Adds the events of every step in <paramref name="batch"/>, looking back left aside, each decided by the version in force when the step's bar was accepted.</summary>
    public void Evaluate(IndicatorBatch batch, List<TradingSignal> signals)
    {
        IndicatorPoint? previous = batch.Previous;
        foreach (IndicatorPoint current in batch.Points)
        {
            if (previous is not null)
                At(current.IngestedAt).Evaluate(batch.Symbol, previous, current, signals);
            previous = current;
        }
    }

    /// <summary>The strategies that decide a bar accepted at a moment.</summary>
    public StrategySet At(long ingestedAt)
    {
        // Nearly every bar is new: the newest version is looked at first.
        int i = _from.Length - 1;
        while (i > 0 && _from[i] > ingestedAt)
            i--;
        return _sets[i];
    }

    private StrategySet? SetOf(SettingsVersion version) => Array.Find(_sets, set => set.Version == version.Version && set.Settings == version.Settings);
}
