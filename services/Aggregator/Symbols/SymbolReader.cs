using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Candles;
using DaprTrading.Aggregator.History;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>Answers questions about symbols from their actors, and from the history where an actor points there.</summary>
internal sealed class SymbolReader(SummaryActors actors, SymbolDirectory directory, ISegmentStore history, IOptions<AggregatorOptions> options)
{
    /// <summary>The summaries of all symbols, by name.</summary>
    public async Task<IReadOnlyList<SymbolSummary>> SummariesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> symbols = await directory.ReadAsync(cancellationToken);
        var summaries = new SymbolSummary?[symbols.Count];
        var bounds = new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, symbols.Count, bounds, async (i, ct) => summaries[i] = await SummaryAsync(symbols[i], ct));
        return [.. summaries.OfType<SymbolSummary>()];
    }

    /// <summary>Whether anything is known of a symbol; asking does not create its actor.</summary>
    public Task<bool> ExistsAsync(string symbol, CancellationToken cancellationToken) => directory.ContainsAsync(symbol, cancellationToken);

    /// <summary>The summary of a known symbol.</summary>
    public async Task<SymbolSummary?> SummaryAsync(string symbol, CancellationToken cancellationToken)
    {
        var answer = await actors.Of(symbol).InvokeMethodAsync<SummaryAnswer>(nameof(ISummaryActor.SummarizeAsync), cancellationToken);
        return answer.Summary;
    }

    /// <summary>What followed the signals of a known symbol.</summary>
    public Task<AccuracyAnswer> AccuracyAsync(string symbol, CancellationToken cancellationToken) =>
        actors.Of(symbol).InvokeMethodAsync<AccuracyAnswer>(nameof(ISummaryActor.AccuracyAsync), cancellationToken);

    /// <summary>Points from an index on, ascending; without an index the newest.</summary>
    public async Task<IReadOnlyList<IndicatorPoint>> PointsAsync(string symbol, long? fromN, int limit, CancellationToken cancellationToken)
    {
        var slice = await actors.Of(symbol).InvokeMethodAsync<PointSlice>(nameof(ISummaryActor.PointsAsync), cancellationToken);
        var reader = new SliceReader(symbol, history);
        return fromN is { } from
            ? await reader.PointsFromAsync(slice, from, limit, cancellationToken)
            : await reader.NewestPointsAsync(slice, limit, cancellationToken);
    }

    /// <summary>The newest candles that start in a range, ascending.</summary>
    public async Task<IReadOnlyList<Candle>> CandlesAsync(
        string symbol, CandleInterval interval, long? from, long? to, int limit, CancellationToken cancellationToken)
    {
        var slice = await actors.Of(symbol).InvokeMethodAsync<CandleSeries, CandleSlice>(
            nameof(ISummaryActor.CandlesAsync), new CandleSeries(interval.Base), cancellationToken);
        var window = new CandleWindow(interval, from ?? long.MinValue, to ?? long.MaxValue, limit);
        return await new SliceReader(symbol, history).CandlesAsync(slice, interval, window, cancellationToken);
    }
}
