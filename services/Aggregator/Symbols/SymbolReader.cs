using System.Collections.Concurrent;
using Dapr.Actors;
using Dapr.Actors.Client;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Candles;
using DaprTrading.Aggregator.History;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>Calls the actors of the symbols, wherever they live.</summary>
internal sealed class SummaryActors(IActorProxyFactory proxies)
{
    private readonly ConcurrentDictionary<string, ActorProxy> _proxies = new(StringComparer.Ordinal);

    /// <summary>The proxy of one symbol's actor; kept, because a new one costs a handler chain.</summary>
    public ActorProxy Of(string symbol) =>
        _proxies.GetOrAdd(symbol, static (id, factory) => factory.Create(new ActorId(id), ActorTypes.Summary), proxies);
}

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
        return fromN is { } from
            ? await PointsFromAsync(symbol, slice, from, limit, cancellationToken)
            : await NewestPointsAsync(symbol, slice, limit, cancellationToken);
    }

    /// <summary>The newest candles that start in a range, ascending.</summary>
    public async Task<IReadOnlyList<Candle>> CandlesAsync(
        string symbol, CandleInterval interval, long? from, long? to, int limit, CancellationToken cancellationToken)
    {
        var slice = await actors.Of(symbol).InvokeMethodAsync<CandleSeries, CandleSlice>(
            nameof(ISummaryActor.CandlesAsync), new CandleSeries(interval.Base), cancellationToken);
        var window = new CandleWindow(interval, from ?? long.MinValue, to ?? long.MaxValue, limit);
        string series = "candles-" + CandleInterval.Bases[interval.Base].Name;

        window.Add(slice.Tail);
        foreach (Segment segment in slice.Segments.OrderByDescending(segment => segment.Last))
        {
            if (window.IsCompleteBefore(segment.Last))
            {
                break;
            }

            if (window.MayContain(segment))
            {
                string key = Series<Candle>.KeyOf(symbol, series, segment.Index);
                window.Add(await history.ReadAsync<Candle>(key, cancellationToken));
            }
        }

        return window.ToCandles();
    }

    private async Task<IReadOnlyList<IndicatorPoint>> PointsFromAsync(
        string symbol, PointSlice slice, long from, int limit, CancellationToken cancellationToken)
    {
        var points = new List<IndicatorPoint>(limit);
        foreach (Segment segment in slice.Segments.Where(segment => segment.Last >= from))
        {
            if (points.Count >= limit)
            {
                break;
            }

            points.AddRange((await ReadAsync(symbol, segment, cancellationToken)).Where(point => point.N >= from));
        }

        points.AddRange(slice.Tail.Where(point => point.N >= from));
        return points.Count <= limit ? points : points[..limit];
    }

    private async Task<IReadOnlyList<IndicatorPoint>> NewestPointsAsync(
        string symbol, PointSlice slice, int limit, CancellationToken cancellationToken)
    {
        var parts = new Stack<IReadOnlyList<IndicatorPoint>>([slice.Tail]);
        int count = slice.Tail.Count;
        for (int i = slice.Segments.Count - 1; i >= 0 && count < limit; i--)
        {
            IReadOnlyList<IndicatorPoint> part = await ReadAsync(symbol, slice.Segments[i], cancellationToken);
            parts.Push(part);
            count += part.Count;
        }

        List<IndicatorPoint> points = [.. parts.SelectMany(part => part)];
        return points.Count <= limit ? points : points[^limit..];
    }

    private Task<IReadOnlyList<IndicatorPoint>> ReadAsync(string symbol, Segment segment, CancellationToken cancellationToken) =>
        history.ReadAsync<IndicatorPoint>(Series<IndicatorPoint>.KeyOf(symbol, "points", segment.Index), cancellationToken);
}
