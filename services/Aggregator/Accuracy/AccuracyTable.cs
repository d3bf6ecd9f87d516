using DaprTrading.Backtesting;

namespace DaprTrading.Aggregator.Accuracy;

/// <summary>What an actor knows of the accuracy of its symbol's signals.</summary>
/// <param name="Last">Index of the last point.</param>
/// <param name="Base">Null before the first point.</param>
/// <param name="Signals">Null before the first signal.</param>
internal sealed record AccuracyAnswer(long Last, BaseRates? Base, SignalTallies? Signals);

/// <summary>Adds up what followed the signals of one or more symbols.</summary>
internal sealed class AccuracyTable(string symbol)
{
    private readonly SortedDictionary<string, Cell[,]> _strategies = new(StringComparer.Ordinal);

    /// <summary>Adds a symbol.</summary>
    public void Add(AccuracyAnswer answer)
    {
        if (answer is not { Base: { } rates, Signals: { } signals } || rates.Rules != signals.Rules)
        {
            return;
        }

        foreach (string strategy in signals.Counts.Keys.Concat(signals.Pending.Select(signal => signal.Strategy)).Distinct(StringComparer.Ordinal))
        {
            Cell[,] cells = CellsOf(strategy);
            foreach (Side side in (Side[])[Side.Buy, Side.Sell])
            {
                for (int horizon = 0; horizon < Horizons.All.Count; horizon++)
                {
                    cells[(int)side, horizon].Add(signals.Of(strategy, side, horizon), rates.Of(side, horizon));
                }
            }
        }

        foreach (PendingSignal signal in signals.Pending)
        {
            for (int horizon = 0; horizon < Horizons.All.Count; horizon++)
            {
                CellsOf(signal.Strategy)[(int)signal.Side, horizon].Pending += signal.N + Horizons.All[horizon] > answer.Last ? 1 : 0;
            }
        }
    }

    /// <summary>The rows that fit, by strategy and horizon: both sides together, buys, sells.</summary>
    /// <param name="strategy">Null: every strategy.</param>
    /// <param name="horizon">Null: every horizon.</param>
    public IReadOnlyList<AccuracyRow> Rows(string? strategy, int? horizon)
    {
        var rows = new List<AccuracyRow>();
        foreach ((string name, Cell[,] cells) in _strategies)
        {
            for (int i = 0; i < Horizons.All.Count; i++)
            {
                if ((strategy is not null && name != strategy) || (horizon is not null && Horizons.All[i] != horizon))
                {
                    continue;
                }

                Cell buys = cells[(int)Side.Buy, i], sells = cells[(int)Side.Sell, i];
                rows.Add(Row(name, "both", i, buys.And(sells)));
                rows.Add(Row(name, "buy", i, buys));
                rows.Add(Row(name, "sell", i, sells));
            }
        }

        return rows;
    }

    private Cell[,] CellsOf(string strategy)
    {
        if (!_strategies.TryGetValue(strategy, out Cell[,]? cells))
        {
            _strategies[strategy] = cells = new Cell[2, Horizons.All.Count];
        }

        return cells;
    }

    private AccuracyRow Row(string strategy, string side, int horizon, Cell cell)
    {
        (double low, double high) = Wilson.Interval((int)cell.Hits, (int)cell.N);
        return new AccuracyRow(
            strategy, side, symbol, Horizons.All[horizon], cell.N, cell.Hits, cell.N == 0 ? null : (double)cell.Hits / cell.N, low, high,
            cell.N == 0 ? null : cell.Expected / cell.N, cell.N == 0 ? null : cell.Return / cell.N, cell.Pending);
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
