using DaprTrading.Backtesting;
using DaprTrading.Backtesting.Jobs;
using DaprTrading.Contracts;
using DaprTrading.Dataset.Files;
using DaprTrading.MarketData;
using DaprTrading.Strategies;

namespace DaprTrading.Dataset.Backtests;

/// <summary>The series a backtest runs over, and what the file told.</summary>
internal sealed record LoadedSeries(SortedDictionary<string, IReadOnlyList<PriceBar>> BySymbol, FileContent Content);

/// <summary>Reads the data of backtests and runs strategies over them. The last small file stays in memory for those who look at its results.</summary>
internal sealed class BacktestLoader(DatasetFolder folder)
{
    private const int MaxRemembered = 200_000;
    private volatile Remembered? _last;

    /// <summary>The series of the symbols a request wants.</summary>
    /// <exception cref="DatasetFormatException">The file is gone, cannot be read, or lacks a symbol.</exception>
    public async Task<LoadedSeries> LoadAsync(BacktestRequest request, CancellationToken cancellationToken)
    {
        DatasetFile file = folder.Find(request.Dataset!) ?? throw new DatasetFormatException($"The dataset '{request.Dataset}' is gone.");
        FileContent content = await ContentAsync(file, cancellationToken);
        SortedDictionary<string, IReadOnlyList<PriceBar>> series = MarketSeries.Of(content, request.Symbols);
        if (request.Symbols?.Select(MarketSeries.Canonical).FirstOrDefault(symbol => !series.ContainsKey(symbol)) is { } missing)
            throw new DatasetFormatException($"The dataset '{request.Dataset}' has no symbol {missing}.");
        return new LoadedSeries(series, content);
    }

    /// <summary>One result after the other: every wanted strategy on one symbol.</summary>
    public static IEnumerable<BacktestResult> Run(string symbol, IReadOnlyList<PriceBar> bars, BacktestJob job, Func<string, bool>? wanted = null)
    {
        BacktestOptions options = job.Request.Options(job.CreatedAt);
        StrategySettings settings = job.Request.Settings ?? StrategySettings.Default;
        PriceBar[] closed = [.. bars.TakeWhile(bar => bar.End <= job.CreatedAt)];
        if (closed.Length == 0) throw new ArgumentException($"{symbol} has no closed bar.");
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(closed);
        foreach (string name in job.Request.StrategyNames().Where(name => wanted?.Invoke(name) != false))
        {
            yield return Backtester.Run(symbol, closed, points, StrategyCatalog.Create(name, settings)!, options) with { FormingBars = bars.Count - closed.Length };
        }
    }

    private async Task<FileContent> ContentAsync(DatasetFile file, CancellationToken cancellationToken)
    {
        if (_last is { } last && last.File == file) return last.Content;
        FileContent content = await folder.ReadAsync([file], ReadSettings.Default, cancellationToken);
        if (content.Bars.Count <= MaxRemembered) _last = new Remembered(file, content);
        return content;
    }

    private sealed record Remembered(DatasetFile File, FileContent Content);
}
