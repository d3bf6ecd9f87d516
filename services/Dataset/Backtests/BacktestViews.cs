using DaprTrading.Backtesting;
using DaprTrading.Backtesting.Jobs;

namespace DaprTrading.Dataset.Backtests;

/// <summary>The data or the program are not those a backtest was made with.</summary>
internal sealed class BacktestChangedException(string message) : Exception(message);

/// <summary>Shows the series behind stored figures.</summary>
/// <remarks>
/// Only figures are stored. A backtest is deterministic, so its series are computed again when somebody looks at them, and are shown only if the
/// figures are still the same.
/// </remarks>
internal sealed class BacktestViews(BacktestStore store, BacktestLoader loader)
{
    /// <summary>Most points of all runs of one full answer: about 10 MB.</summary>
    public const int MaxFullPoints = 100_000;

    private const int MaxRunsWithSeries = 12, MaxPoints = 500, MaxTrades = 200, MaxCandles = 1_000;

    /// <summary>A completed backtest with the runs of a symbol and a strategy, or all; null when it would be too much in full.</summary>
    public async Task<BacktestJob?> OfAsync(BacktestJob job, string? symbol, string? strategy, bool full, CancellationToken cancellationToken)
    {
        string? wanted = string.IsNullOrEmpty(symbol) ? null : MarketSeries.Canonical(symbol);
        BacktestRun[] runs =
        [
            .. (await store.ResultsAsync(job.Id, cancellationToken))
                .Where(run => (wanted is null || run.Symbol == wanted) && (string.IsNullOrEmpty(strategy) || run.Strategy == strategy)),
        ];
        if (full && runs.Sum(run => (long)run.Bars) > MaxFullPoints) return null;
        if (!full && runs.Length > MaxRunsWithSeries) return job with { Results = runs };

        Dictionary<(string, string), BacktestResult> results = await AgainAsync(job, runs, cancellationToken);
        (int points, int trades) = full ? (int.MaxValue, int.MaxValue) : (MaxPoints, MaxTrades);
        return job with { Results = [.. runs.Select(run => run with { Series = BacktestSeries.Of(results[(run.Symbol, run.Strategy)], points, trades) })] };
    }

    /// <summary>One run in full; null when the backtest has none of that symbol and strategy.</summary>
    public async Task<BacktestResult?> ResultAsync(BacktestJob job, string symbol, string strategy, CancellationToken cancellationToken)
    {
        string wanted = MarketSeries.Canonical(symbol);
        BacktestRun? run = (await store.ResultsAsync(job.Id, cancellationToken)).FirstOrDefault(run => run.Symbol == wanted && run.Strategy == strategy);
        return run is null ? null : (await AgainAsync(job, [run], cancellationToken)).Values.Single();
    }

    /// <summary>Bars of a symbol as at most a thousand candles; null when the backtest does not have the symbol.</summary>
    public async Task<IReadOnlyList<BacktestCandle>?> CandlesAsync(BacktestJob job, string symbol, long from, long to, CancellationToken cancellationToken)
    {
        LoadedSeries loaded = await loader.LoadAsync(job.Request, cancellationToken);
        return loaded.BySymbol.TryGetValue(MarketSeries.Canonical(symbol), out IReadOnlyList<PriceBar>? bars) ? BacktestCandle.Of(bars, from, to, MaxCandles) : null;
    }

    private async Task<Dictionary<(string Symbol, string Strategy), BacktestResult>> AgainAsync(BacktestJob job, BacktestRun[] runs, CancellationToken cancellationToken)
    {
        LoadedSeries loaded = await loader.LoadAsync(job.Request, cancellationToken);
        return await Task.Run(
            () =>
            {
                var again = new Dictionary<(string, string), BacktestResult>();
                foreach (IGrouping<string, BacktestRun> group in runs.GroupBy(run => run.Symbol, StringComparer.Ordinal))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!loaded.BySymbol.TryGetValue(group.Key, out IReadOnlyList<PriceBar>? bars)) throw Changed(job);
                    foreach (BacktestResult result in BacktestLoader.Run(group.Key, bars, job, name => group.Any(run => run.Strategy == name)))
                    {
                        if (!group.Single(run => run.Strategy == result.Strategy).Agrees(result)) throw Changed(job);
                        again[(result.Symbol, result.Strategy)] = result;
                    }
                }

                return again;
            },
            cancellationToken);
    }

    private static BacktestChangedException Changed(BacktestJob job) =>
        new($"The figures of backtest {job.Id} cannot be reproduced: the file or the program has changed since. Run it again.");
}
