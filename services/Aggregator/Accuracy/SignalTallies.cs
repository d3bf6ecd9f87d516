using DaprTrading.Backtesting;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Aggregator.Accuracy;

/// <summary>A signal of which a horizon is not over yet.</summary>
/// <param name="N">Index of its bar.</param>
/// <param name="Strategy">Name of its strategy.</param>
/// <param name="Side">Its side.</param>
/// <param name="Version">Version of the settings that decided it; null when it is not told apart from others.</param>
/// <param name="Replay">Whether its bar was replayed; null in what layout 1 wrote.</param>
internal sealed record PendingSignal(long N, string Strategy, Side Side, int? Version = null, bool? Replay = null)
{
    /// <summary>A signal as it waits.</summary>
    public static PendingSignal Of(TradingSignal signal) =>
        new(signal.N, signal.Strategy, signal.Side, signal.SettingsVersion, Sources.IsReplay(signal.Source));

    /// <summary>What it is counted with.</summary>
    public TallyKey Key => new(Strategy, Version, Replay);
}

/// <summary>Signals that are counted together.</summary>
/// <param name="Strategy">Name of the strategy.</param>
/// <param name="Version">Version of the settings; null for all earlier ones, and for signals that carry none.</param>
/// <param name="Replay">Whether their bars were replayed; null for those of layout 1, which did not tell.</param>
internal readonly record struct TallyKey(string Strategy, int? Version, bool? Replay);

/// <summary>What followed the signals of one key: for each side and horizon the signals, the hits and the sum of the returns.</summary>
internal sealed record Tally(string Strategy, int? Version, bool? Replay, long[] Counts)
{
    public TallyKey Key => new(Strategy, Version, Replay);
}

/// <summary>What followed the signals of one symbol. Immutable by use: a turn changes a copy.</summary>
/// <remarks>
/// Returns are summed in thousand-millionths: whole numbers add up to the same whatever the order, so a signal that comes late changes nothing. Versions of
/// the settings are told apart, the newest <see cref="MostVersions"/> of them; what falls behind is added to the earlier ones, whenever it comes.
/// </remarks>
/// <param name="Rules">The assumptions these were counted by.</param>
/// <param name="Pending">Signals with a horizon ahead, at most <see cref="MostPending"/>.</param>
/// <param name="Counts">Layout 1: per strategy, all versions and origins together.</param>
/// <param name="Tallies">What followed the signals; null in layout 1.</param>
/// <param name="Layout">Number of the layout.</param>
internal sealed record SignalTallies(
    string Rules, List<PendingSignal> Pending, Dictionary<string, long[]>? Counts = null, List<Tally>? Tallies = null, int Layout = 1)
{
    /// <summary>The layout written by this build.</summary>
    public const int CurrentLayout = 2;

    /// <summary>Signals that wait for a horizon; ten times what all strategies can give within the longest one, for signals that run ahead of their points.</summary>
    public const int MostPending = 10_000;

    /// <summary>Versions of the settings that are told apart.</summary>
    public const int MostVersions = 4;

    private const double Unit = 1e-9;
    private const int Fields = 3;
    private const double Largest = 1_000;

    public int Layout { get; init; } = StoredLayout.Checked(Layout, CurrentLayout, "What followed a symbol's signals");

    public static SignalTallies None(string rules) => new(rules, [], null, [], CurrentLayout);

    /// <summary>In the layout of this build.</summary>
    public SignalTallies Current() => Tallies is not null
        ? this
        : this with { Counts = null, Tallies = [.. (Counts ?? []).Select(entry => new Tally(entry.Key, null, null, entry.Value))], Layout = CurrentLayout };

    public SignalTallies Copy() => this with
    {
        Pending = [.. Pending],
        Tallies = [.. Tallies!.Select(tally => tally with { Counts = [.. tally.Counts] })],
    };

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

    /// <summary>Has a signal wait for its horizons; false when the oldest had to give way.</summary>
    public bool Await(PendingSignal signal)
    {
        bool finds = Pending.Count < MostPending;
        if (!finds)
        {
            Pending.RemoveAt(0);
        }

        Pending.Add(signal);
        return finds;
    }

    /// <summary>Counts one judged signal.</summary>
    public void Count(PendingSignal signal, int horizon, double result)
    {
        Tally? tally = Find(signal.Key);
        if (tally is null)
        {
            Tallies!.Add(tally = new Tally(signal.Strategy, signal.Version, signal.Replay, new long[2 * Horizons.All.Count * Fields]));
        }

        int at = At(signal.Side, horizon);
        tally.Counts[at]++;
        tally.Counts[at + 1] += result > 0 ? 1 : 0;
        tally.Counts[at + 2] += (long)Math.Round(Math.Clamp(result, -Largest, Largest) / Unit);
    }

    /// <summary>Adds versions that are no longer told apart to the earlier ones.</summary>
    public void Fold()
    {
        int[] newest = [.. Tallies!.Select(tally => tally.Version).Concat(Pending.Select(signal => signal.Version)).OfType<int>().Distinct().OrderDescending()];
        if (newest.Length <= MostVersions)
        {
            return;
        }

        int oldest = newest[MostVersions - 1];
        foreach (Tally folded in Tallies!.Where(tally => tally.Version < oldest).ToArray())
        {
            Tallies!.Remove(folded);
            if (Find(folded.Key with { Version = null }) is not { } earlier)
            {
                Tallies.Add(folded with { Version = null });
                continue;
            }

            for (int i = 0; i < folded.Counts.Length; i++)
            {
                earlier.Counts[i] += folded.Counts[i];
            }
        }

        for (int i = 0; i < Pending.Count; i++)
        {
            Pending[i] = Pending[i].Version < oldest ? Pending[i] with { Version = null } : Pending[i];
        }
    }

    /// <summary>Signals, hits and sum of returns of a key, side and horizon.</summary>
    public (long N, long Hits, double Return) Of(TallyKey key, Side side, int horizon)
    {
        int at = At(side, horizon);
        return Find(key) is { } tally ? (tally.Counts[at], tally.Counts[at + 1], tally.Counts[at + 2] * Unit) : default;
    }

    private Tally? Find(TallyKey key)
    {
        foreach (Tally tally in Tallies!)
        {
            if (tally.Key == key)
            {
                return tally;
            }
        }

        return null;
    }

    private static int At(Side side, int horizon) => (((int)side * Horizons.All.Count) + horizon) * Fields;
}
