using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Processing.Bars;

/// <summary>Tells the actors which bars went to the dead-letter topic: nobody has to wait for them any longer.</summary>
/// <remarks>A letter that cannot be told is no loss: the actor gives up the gap by itself when its time is over.</remarks>
internal sealed class LostBars(ISymbols symbols, ILogger<LostBars> logger)
{
    public async Task HandleAsync(BulkEvents<BarBatch> events, HttpContext http, CancellationToken cancellationToken)
    {
        for (int i = 0; i < events.Count; i++)
        {
            if (events.StatusOf(i) != default)
                continue;
            BarBatch? batch = events[i];
            if (batch?.Symbol is null || !CanonicalSymbol.IsValid(batch.Symbol) || Numbered(batch) is not { Count: > 0 } lost)
                continue;
            try
            {
                await symbols.ForgoAsync(new BarBatch(batch.Symbol, lost), cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                logger.NotTold(batch.Symbol, failure);
                events.Retry(i);
            }
        }
    }

    /// <summary>Bars that have a number, whatever else is wrong with them. They keep nothing but that.</summary>
    private static List<Bar> Numbered(BarBatch batch) =>
    [
        .. (batch.Bars ?? []).Where(bar => bar is { Sequence: >= 1 and <= BarCheck.MaxInteger } && BarCheck.IsSource(bar.Source))
            .Select(bar => new Bar(0, 0, 0, 0, 0, 0, bar.Source, bar.Sequence, 0)),
    ];
}

internal static partial class LostBarsLog
{
    [LoggerMessage(2003, LogLevel.Warning, "{Symbol} was not told of its dead letters; it waits for their bars until their time is over")]
    public static partial void NotTold(this ILogger logger, string symbol, Exception exception);
}
