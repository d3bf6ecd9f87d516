using DaprTrading.Backtesting;

namespace DaprTrading.Aggregator.Accuracy;

/// <summary>A signal of which a horizon is not over yet.</summary>
/// <param name="N">Index of its bar.</param>
/// <param name="Strategy">Name of its strategy.</param>
/// <param name="Side">Its side.</param>
internal sealed record PendingSignal(long N, string Strategy, Side Side);

/// <summary>What followed the signals of one symbol. Immutable by use: a turn changes a copy.</summary>
/// <remarks>
/// Returns are summed in thousand-millionths: whole numbers add up to the same whatever the order, so a signal that comes late changes nothing.
/// </remarks>
/// <param name="Rules">The assumptions these were counted by.</param>
/// <param name="Pending">Signals with a horizon ahead, at most <see cref="MostPending"/>.</param>
/// <param name="Counts">Per strategy: for each side and horizon the signals, the hits and the sum of the returns.</param>
internal sealed record SignalTallies(string Rules, List<PendingSignal> Pending, Dictionary<string, long[]> Counts)
{
    /// <summary>Signals that wait for a horizon; more than all strategies can give within the longest one.</summary>
    public const int MostPending = 1_000;

    private const double Unit = 1e-9;
    private const int Fields = 3;
    private const double Largest = 1_000;

    public static SignalTallies None(string rules) => new(rules, [], new Dictionary<string, long[]>(StringComparer.Ordinal));

    public SignalTallies Copy() => new(
        Rules, [.. Pending], Counts.ToDictionary(entry => entry.Key, entry => (long[])[.. entry.Value], StringComparer.Ordinal));

    /// <summary>Whether a bar ends a horizon of a signal that waits.</summary>
    public bool Concerns(long first, long last)
    {
        foreach (PendingSignal signal in Pending)
        {
            if (signal.N < last && signal.N + Horizons.Longest >= first)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Judges the signals for which a bar ends a horizon; the bars since are in <paramref name="bars"/>.</summary>
    public void Close(long n, RecentBars bars, Costs costs)
    {
        foreach (PendingSignal signal in Pending)
        {
            int horizon = Horizons.PositionOf(n - signal.N);
            if (horizon >= 0 && bars.TryEntry(signal.N, out double entry) && bars.TryClose(n, out double exit))
            {
                Count(signal, horizon, costs.RoundTrip(signal.Side, entry, exit));
            }
        }

        Pending.RemoveAll(signal => signal.N + Horizons.Longest <= n);
    }

    /// <summary>Has a signal wait for its horizons; the oldest gives way when too many do.</summary>
    public void Await(PendingSignal signal)
    {
        if (Pending.Count >= MostPending)
        {
            Pending.RemoveAt(0);
        }

        Pending.Add(signal);
    }

    /// <summary>Counts one judged signal.</summary>
    public void Count(PendingSignal signal, int horizon, double result)
    {
        if (!Counts.TryGetValue(signal.Strategy, out long[]? counts))
        {
            Counts[signal.Strategy] = counts = new long[2 * Horizons.All.Count * Fields];
        }

        int at = At(signal.Side, horizon);
        counts[at]++;
        counts[at + 1] += result > 0 ? 1 : 0;
        counts[at + 2] += (long)Math.Round(Math.Clamp(result, -Largest, Largest) / Unit);
    }

    /// <summary>Signals, hits and sum of returns of a strategy, side and horizon.</summary>
    public (long N, long Hits, double Return) Of(string strategy, Side side, int horizon)
    {
        int at = At(side, horizon);
        return Counts.TryGetValue(strategy, out long[]? counts) ? (counts[at], counts[at + 1], counts[at + 2] * Unit) : default;
    }

    private static int At(Side side, int horizon) => (((int)side * Horizons.All.Count) + horizon) * Fields;
}
