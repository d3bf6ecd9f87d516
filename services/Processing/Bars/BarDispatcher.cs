using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Processing.Bars;

/// <summary>Takes one bulk delivery to the actors: one call per symbol, different symbols side by side.</summary>
internal sealed class BarDispatcher(ISymbols symbols, ILogger<BarDispatcher> logger)
{
    private const int MaxCallsAtOnce = 16;

    /// <summary>Most bars of one call; a delivery with more of one symbol takes several calls, one after the other.</summary>
    internal const int MaxBarsPerCall = 2_000;

    /// <summary>Has every event applied. Those of a symbol whose actor could not take them come again; the others do not.</summary>
    public async Task HandleAsync(BulkEvents<BarBatch> events, HttpContext http, CancellationToken cancellationToken)
    {
        Dictionary<string, SymbolEvents> bySymbol = Group(events);
        Exception? failure = null;
        int failed = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxCallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(bySymbol.Values, parallel, async (work, ct) =>
        {
            try
            {
                await ApplyAsync(work, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                Interlocked.Increment(ref failed);
                work.Retry(events);
            }
        });

        if (failure is not null)
            logger.SymbolsFailed(failed, bySymbol.Count, failure);
    }

    private static Dictionary<string, SymbolEvents> Group(BulkEvents<BarBatch> events)
    {
        var bySymbol = new Dictionary<string, SymbolEvents>();
        for (int i = 0; i < events.Count; i++)
        {
            if (events.StatusOf(i) != default)
                continue;
            if (events[i] is not { Symbol.Length: > 0, Bars.Count: > 0 } batch)
            {
                events.Drop(i);
                continue;
            }

            if (!bySymbol.TryGetValue(batch.Symbol, out SymbolEvents? work))
                bySymbol[batch.Symbol] = work = new SymbolEvents(batch.Symbol);
            work.Add(i, batch);
        }

        return bySymbol;
    }

    private async Task ApplyAsync(SymbolEvents work, CancellationToken cancellationToken)
    {
        foreach (BarBatch call in work.Calls(MaxBarsPerCall))
            await symbols.ApplyAsync(call, cancellationToken);
    }
}

/// <summary>The events of one symbol within a delivery.</summary>
internal sealed class SymbolEvents(string symbol)
{
    private readonly List<int> _positions = [];
    private readonly List<BarBatch> _batches = [];

    public void Add(int position, BarBatch batch)
    {
        _positions.Add(position);
        _batches.Add(batch);
    }

    /// <summary>The batches merged into as few calls as the limit allows; a batch is never cut.</summary>
    public IEnumerable<BarBatch> Calls(int maxBars)
    {
        if (_batches.Count == 1)
        {
            yield return _batches[0];
            yield break;
        }

        var bars = new List<Bar>();
        foreach (BarBatch batch in _batches)
        {
            if (bars.Count > 0 && bars.Count + batch.Bars.Count > maxBars)
            {
                yield return new BarBatch(symbol, bars);
                bars = [];
            }

            bars.AddRange(batch.Bars);
        }

        yield return new BarBatch(symbol, bars);
    }

    public void Retry(BulkEvents<BarBatch> events)
    {
        foreach (int position in _positions)
            events.Retry(position);
    }
}

internal static partial class BarDispatcherLog
{
    [LoggerMessage(2001, LogLevel.Warning, "The actors of {Failed} of {Symbols} symbols did not take their bars; they will be delivered again")]
    public static partial void SymbolsFailed(this ILogger logger, int failed, int symbols, Exception exception);
}
