namespace DaprTrading.Aggregator.Summaries;

/// <summary>The signals of one stock, each counted once however often it is delivered. Immutable.</summary>
/// <param name="Buy">Buy signals since the series began.</param>
/// <param name="Sell">Sell signals since the series began.</param>
/// <param name="Last">The newest signal by index; of those at one index, the last by name of the strategy.</param>
/// <param name="Seen">What has been counted, per strategy: with the index, that is the signal's identity.</param>
internal sealed record SignalCounts(long Buy, long Sell, TradingSignal? Last, IReadOnlyDictionary<string, SeenIndexes> Seen)
{
    /// <summary>Strategies that are told apart; more than a configuration can hold.</summary>
    public const int MostStrategies = 64;

    /// <summary>No signal yet.</summary>
    public static readonly SignalCounts None = new(0, 0, null, new Dictionary<string, SeenIndexes>());

    /// <summary>Counts those of <paramref name="signals"/> that were not counted before; the same object when there is none.</summary>
    /// <param name="signals">Signals, new ones and repeats.</param>
    /// <param name="added">Takes those that were new; null when nobody wants them.</param>
    public SignalCounts Add(IEnumerable<TradingSignal> signals, List<TradingSignal>? added = null)
    {
        (long buy, long sell, TradingSignal? last) = (Buy, Sell, Last);
        Dictionary<string, SeenIndexes>? seen = null;
        foreach (TradingSignal signal in signals)
        {
            seen ??= new Dictionary<string, SeenIndexes>(Seen);
            SeenIndexes before = seen.TryGetValue(signal.Strategy, out SeenIndexes? found) ? found : SeenIndexes.None;
            SeenIndexes after = before.Add(signal.N);
            if (ReferenceEquals(before, after) || (found is null && seen.Count >= MostStrategies))
            {
                continue;
            }

            seen[signal.Strategy] = after;
            added?.Add(signal);
            _ = signal.Side == Side.Buy ? buy++ : sell++;
            last = IsNewer(signal, last) ? signal : last;
        }

        return buy == Buy && sell == Sell ? this : new SignalCounts(buy, sell, last, seen!);
    }

    /// <summary>Several strategies may signal at one point: which of them is the last must not depend on the order in which they arrive.</summary>
    private static bool IsNewer(TradingSignal signal, TradingSignal? last) =>
        last is null || signal.N > last.N || (signal.N == last.N && string.CompareOrdinal(signal.Strategy, last.Strategy) > 0);
}
