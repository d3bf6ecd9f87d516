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
        DatasetFile[] files =
        [
            .. request.DatasetNames().Select(name => folder.Find(name) ?? throw new DatasetFormatException($"The dataset '{name}' is gone.")),
        ];
        FileContent content = await ContentAsync(files, request.ReadSettings(), cancellationToken);
        return new LoadedSeries(MarketSeries.Of(content, request.Symbols, string.Join(", ", request.DatasetNames())), content);
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

    private async Task<FileContent> ContentAsync(DatasetFile[] files, ReadSettings settings, CancellationToken cancellationToken)
    {
        if (_last is { } last && last.Settings == settings && last.Files.SequenceEqual(files)) return last.Content;
        FileContent content = await folder.ReadAsync(files, settings, cancellationToken);
        if (content.Bars.Count <= MaxRemembered) _last = new Remembered(files, settings, content);
        return content;
    }

    private sealed record Remembered(DatasetFile[] Files, ReadSettings Settings, FileContent Content);
}
