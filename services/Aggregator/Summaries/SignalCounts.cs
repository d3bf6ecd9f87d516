using DaprTrading.ServiceDefaults;

namespace DaprTrading.Aggregator.Summaries;

/// <summary>The signals of one stock. Immutable.</summary>
/// <param name="Buy">Buy signals since the series began.</param>
/// <param name="Sell">Sell signals since the series began.</param>
/// <param name="Last">The newest signal by index; of those at one index, the last by name of the strategy.</param>
/// <param name="Seen">Layout 1: what has been counted, per strategy. Since then that is in <see cref="SeenSignals"/>.</param>
/// <param name="Floors">The strategies, and up to which index nobody knows any more what has been counted; null in layout 1.</param>
/// <param name="Layout">Number of the layout, also of the pages of <see cref="SeenSignals"/>.</param>
internal sealed record SignalCounts(
    long Buy, long Sell, TradingSignal? Last, IReadOnlyDictionary<string, SeenIndexes>? Seen = null, IReadOnlyDictionary<string, long>? Floors = null,
    int Layout = 1)
{
    /// <summary>The layout written by this build.</summary>
    public const int CurrentLayout = 2;

    /// <summary>Strategies that are told apart; more than a configuration can hold.</summary>
    public const int MostStrategies = 64;

    /// <summary>No signal yet.</summary>
    public static readonly SignalCounts None = new(0, 0, null, null, new Dictionary<string, long>(), CurrentLayout);

    public int Layout { get; init; } = StoredLayout.Checked(Layout, CurrentLayout, "The count of a symbol's signals");

    /// <summary>Up to which index of a strategy's signals nobody knows any more what has been counted; null for a strategy that finds no room.</summary>
    public long? FloorOf(string strategy) =>
        Floors!.TryGetValue(strategy, out long floor) ? floor : Floors.Count < MostStrategies ? 0 : null;

    /// <summary>Counts signals that were not counted before; the same object when there is none.</summary>
    public SignalCounts Add(IReadOnlyCollection<TradingSignal> signals)
    {
        if (signals.Count == 0)
        {
            return this;
        }

        var floors = new Dictionary<string, long>(Floors!);
        (long buy, long sell, TradingSignal? last) = (Buy, Sell, Last);
        foreach (TradingSignal signal in signals)
        {
            floors.TryAdd(signal.Strategy, 0);
            _ = signal.Side == Side.Buy ? buy++ : sell++;
            last = IsNewer(signal, last) ? signal : last;
        }

        return this with { Buy = buy, Sell = sell, Last = last, Floors = floors };
    }

    /// <summary>In the layout of this build, once the pages have taken over what layout 1 remembered here.</summary>
    public SignalCounts Current() => Floors is not null
        ? this
        : this with { Seen = null, Floors = (Seen ?? new Dictionary<string, SeenIndexes>()).ToDictionary(entry => entry.Key, entry => entry.Value.Floor), Layout = CurrentLayout };

    /// <summary>Several strategies may signal at one point: which of them is the last must not depend on the order in which they arrive.</summary>
    private static bool IsNewer(TradingSignal signal, TradingSignal? last) =>
        last is null || signal.N > last.N || (signal.N == last.N && string.CompareOrdinal(signal.Strategy, last.Strategy) > 0);
}
