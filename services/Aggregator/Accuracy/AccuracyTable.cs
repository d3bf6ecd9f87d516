using DaprTrading.Backtesting;

namespace DaprTrading.Aggregator.Accuracy;

/// <summary>What an actor knows of the accuracy of its symbol's signals.</summary>
/// <param name="Last">Index of the last point.</param>
/// <param name="Base">Null before the first point.</param>
/// <param name="Signals">Null before the first signal.</param>
internal sealed record AccuracyAnswer(long Last, BaseRates? Base, SignalTallies? Signals);

/// <summary>Which rows are wanted.</summary>
/// <param name="Strategy">Null: every strategy.</param>
/// <param name="Horizon">Null: every horizon.</param>
/// <param name="Version">A version, <see cref="Earlier"/> or <see cref="All"/>; null: the newest that decided a signal.</param>
/// <param name="Origin">One of <see cref="Origins"/>; null: every origin.</param>
internal sealed record AccuracyQuery(string? Strategy = null, int? Horizon = null, string? Version = null, string? Origin = null)
{
    public const string Earlier = "earlier", All = "all";

    /// <summary>Live bars, replayed ones, and what was counted before they were told apart.</summary>
    public const string Live = "live", Replay = "replay", Mixed = "mixed";

    public static readonly IReadOnlyList<string> Origins = [Live, Replay, Mixed];

    public static string OriginOf(TallyKey key) => key.Replay switch { true => Replay, false => Live, null => Mixed };
}

/// <summary>Adds up what followed the signals of one or more symbols.</summary>
internal sealed class AccuracyTable(string symbol)
{
    private readonly Dictionary<TallyKey, Cell[,]> _cells = [];

    /// <summary>The newest version of the settings that decided a signal; null when none is known.</summary>
    public int? Newest => _cells.Keys.Max(key => key.Version);

    /// <summary>Strategies of which a signal is known.</summary>
    public IEnumerable<string> Strategies => _cells.Keys.Select(key => key.Strategy).Distinct(StringComparer.Ordinal);

    /// <summary>Adds a symbol.</summary>
    public void Add(AccuracyAnswer answer)
    {
        if (answer is not { Base: { } rates, Signals: { } signals } || rates.Rules != signals.Rules)
        {
            return;
        }

        signals = signals.Current();
        foreach (TallyKey key in signals.Tallies!.Select(tally => tally.Key).Concat(signals.Pending.Select(signal => signal.Key)).Distinct())
        {
            Cell[,] cells = CellsOf(key);
            foreach (Side side in (Side[])[Side.Buy, Side.Sell])
            {
                for (int horizon = 0; horizon < Horizons.All.Count; horizon++)
                {
                    cells[(int)side, horizon].Add(signals.Of(key, side, horizon), rates.Of(side, horizon));
                }
            }
        }

        foreach (PendingSignal signal in signals.Pending)
        {
            for (int horizon = 0; horizon < Horizons.All.Count; horizon++)
            {
                CellsOf(signal.Key)[(int)signal.Side, horizon].Pending += signal.N + Horizons.All[horizon] > answer.Last ? 1 : 0;
            }
        }
    }

    /// <summary>The rows that fit, by strategy, origin, version and horizon: both sides together, buys, sells.</summary>
    public IReadOnlyList<AccuracyRow> Rows(AccuracyQuery query)
    {
        var rows = new List<AccuracyRow>();
        foreach (TallyKey key in KeysOf(query))
        {
            Cell[,] cells = _cells.GetValueOrDefault(key) ?? new Cell[2, Horizons.All.Count];
            for (int i = 0; i < Horizons.All.Count; i++)
            {
                if (query.Horizon is not null && Horizons.All[i] != query.Horizon)
                {
                    continue;
                }

                Cell buys = cells[(int)Side.Buy, i], sells = cells[(int)Side.Sell, i];
                rows.Add(Row(key, "both", i, buys.And(sells)));
                rows.Add(Row(key, "buy", i, buys));
                rows.Add(Row(key, "sell", i, sells));
            }
        }

        return rows;
    }

    /// <summary>The keys of the wanted rows. A strategy without a signal of the newest version is there with none, rather than missing.</summary>
    private IEnumerable<TallyKey> KeysOf(AccuracyQuery query)
    {
        IEnumerable<TallyKey> fitting = _cells.Keys.Where(
            key => (query.Strategy is null || key.Strategy == query.Strategy) && (query.Origin is null || AccuracyQuery.OriginOf(key) == query.Origin));
        fitting = query.Version switch
        {
            AccuracyQuery.All => fitting,
            AccuracyQuery.Earlier => fitting.Where(key => key.Version is null),
            { } number => fitting.Where(key => key.Version == int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)),
            null when Newest is { } newest => fitting.Where(key => key.Replay is not null).Select(key => key with { Version = newest }).Distinct(),
            null => fitting,
        };
        return fitting.OrderBy(key => key.Strategy, StringComparer.Ordinal).ThenBy(key => key.Replay).ThenByDescending(key => key.Version);
    }

    private Cell[,] CellsOf(TallyKey key)
    {
        if (!_cells.TryGetValue(key, out Cell[,]? cells))
        {
            _cells[key] = cells = new Cell[2, Horizons.All.Count];
        }

        return cells;
    }

    private AccuracyRow Row(TallyKey key, string side, int horizon, Cell cell)
    {
        (double low, double high) = Wilson.Interval((int)cell.Hits, (int)cell.N);
        return new AccuracyRow(
            key.Strategy, side, symbol, Horizons.All[horizon], cell.N, cell.Hits, cell.N == 0 ? null : (double)cell.Hits / cell.N, low, high,
            cell.N == 0 ? null : cell.Expected / cell.N, cell.N == 0 ? null : cell.Return / cell.N, cell.Pending, AccuracyQuery.OriginOf(key), key.Version);
    }

    private struct Cell
    {
        public long N, Hits, Pending;
        public double Return, Expected;

        public void Add((long N, long Hits, double Return) counts, double baseRate)
        {
            N += counts.N;
            Hits += counts.Hits;
            Return += counts.Return;

            // Each signal is compared with its own symbol: that symbol's base rate counts as often as it had signals.
            Expected += baseRate * counts.N;
        }

        public readonly Cell And(Cell other) => new()
        {
            N = N + other.N, Hits = Hits + other.Hits, Pending = Pending + other.Pending, Return = Return + other.Return,
            Expected = Expected + other.Expected,
        };
    }
}
