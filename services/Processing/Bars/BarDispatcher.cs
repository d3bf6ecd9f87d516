using System.Diagnostics;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Processing.Bars;

/// <summary>Takes one bulk delivery to the actors: one call per symbol, different symbols side by side.</summary>
internal sealed class BarDispatcher(ISymbols symbols, ILogger<BarDispatcher> logger)
{
    private const int MaxCallsAtOnce = 16;

    /// <summary>How long events that failed together are tried one by one.</summary>
    private static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(2);

    /// <summary>Most bars of one call; a delivery with more of one symbol takes several calls, one after the other.</summary>
    internal const int MaxBarsPerCall = 2_000;

    /// <summary>Has every event applied. Those an actor could not take come again; the others do not.</summary>
    public async Task HandleAsync(BulkEvents<BarBatch> events, HttpContext http, CancellationToken cancellationToken)
    {
        Dictionary<string, SymbolEvents> bySymbol = Group(events);
        Exception? failure = null;
        int failed = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxCallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(bySymbol.Values, parallel, async (work, ct) =>
        {
            if (await ApplyAsync(work, events, ct) is not { } problem)
                return;
            Interlocked.CompareExchange(ref failure, problem, null);
            Interlocked.Increment(ref failed);
        });

        if (failure is not null)
            logger.SymbolsFailed(failed, bySymbol.Count, failure);
    }

    private Dictionary<string, SymbolEvents> Group(BulkEvents<BarBatch> events)
    {
        var bySymbol = new Dictionary<string, SymbolEvents>();
        for (int i = 0; i < events.Count; i++)
        {
            if (events.StatusOf(i) != default)
                continue;
            BarBatch batch = events[i];
            if (BarCheck.Find(batch) is { } problem)
            {
                logger.EventDropped(problem);
                events.Drop(i);
                continue;
            }

            if (!bySymbol.TryGetValue(batch.Symbol, out SymbolEvents? work))
                bySymbol[batch.Symbol] = work = new SymbolEvents(batch.Symbol);
            work.Add(i, batch);
        }

        return bySymbol;
    }

    /// <summary>Applies the events of a symbol. One that cannot be applied does not take those with it that only came along.</summary>
    private async Task<Exception?> ApplyAsync(SymbolEvents work, BulkEvents<BarBatch> events, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        long failedAt = 0;
        foreach (SymbolCall call in work.Calls(MaxBarsPerCall))
        {
            if (await TryAsync(call.Batch)) continue;
            foreach (EventPart part in call.Parts)
            {
                if (call.Parts.Count == 1 || !await TryAsync(part.Batch)) events.Retry(part.Position);
            }
        }

        return failure;

        async Task<bool> TryAsync(BarBatch batch)
        {
            // An actor that fails at every event, and not at once, is not looked for the one event that it fails at.
            if (failure is not null && Stopwatch.GetElapsedTime(failedAt) > SearchLimit)
                return false;
            try
            {
                await symbols.ApplyAsync(batch, cancellationToken);
                return true;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (failure is null)
                    failedAt = Stopwatch.GetTimestamp();
                failure ??= e;
                return false;
            }
        }
    }
}

/// <summary>An event, or a part of one that is too large for a call.</summary>
/// <param name="Position">Position of the event in its delivery.</param>
/// <param name="Batch">Its bars.</param>
internal sealed record EventPart(int Position, BarBatch Batch);

/// <summary>One call of an actor and what it is made of.</summary>
internal sealed record SymbolCall(BarBatch Batch, IReadOnlyList<EventPart> Parts);

/// <summary>The events of one symbol within a delivery.</summary>
internal sealed class SymbolEvents(string symbol)
{
    private readonly List<EventPart> _events = [];

    public void Add(int position, BarBatch batch) => _events.Add(new EventPart(position, batch));

    /// <summary>The events merged into as few calls as the limit allows; only one that is above it by itself is cut.</summary>
    public IEnumerable<SymbolCall> Calls(int maxBars)
    {
        var parts = new List<EventPart>();
        int bars = 0;
        foreach (EventPart part in _events.SelectMany(whole => Cut(whole, maxBars)))
        {
            if (bars > 0 && bars + part.Batch.Bars.Count > maxBars)
            {
                yield return Merge(parts);
                (parts, bars) = ([], 0);
            }

            parts.Add(part);
            bars += part.Batch.Bars.Count;
        }

        yield return Merge(parts);
    }

    private SymbolCall Merge(List<EventPart> parts) =>
        new(parts.Count == 1 ? parts[0].Batch : new BarBatch(symbol, [.. parts.SelectMany(part => part.Batch.Bars)]), parts);

    private static IEnumerable<EventPart> Cut(EventPart whole, int maxBars) => whole.Batch.Bars.Count <= maxBars
        ? [whole]
        : whole.Batch.Bars.Chunk(maxBars).Select(bars => new EventPart(whole.Position, whole.Batch with { Bars = bars }));
}

internal static partial class BarDispatcherLog
{
    [LoggerMessage(2001, LogLevel.Warning, "The actors of {Failed} of {Symbols} symbols did not take their bars; they will be delivered again")]
    public static partial void SymbolsFailed(this ILogger logger, int failed, int symbols, Exception exception);

    [LoggerMessage(2002, LogLevel.Warning, "An event {Problem}; it went to the dead-letter topic")]
    public static partial void EventDropped(this ILogger logger, string problem);
}
