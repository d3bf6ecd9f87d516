using Dapr.Actors;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.History;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>Keeps the summary, the points and the candles of one symbol, which is the actor's id.</summary>
internal interface ISummaryActor : IActor
{
    /// <summary>Adds points, ascending by index; repeats are ignored, early ones held.</summary>
    Task ApplyAsync(IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken);

    /// <summary>Counts signals, each once, and follows them up.</summary>
    Task CountAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken);

    /// <summary>The summary, if there is one.</summary>
    Task<SummaryAnswer> SummarizeAsync(CancellationToken cancellationToken);

    /// <summary>What followed the signals.</summary>
    Task<AccuracyAnswer> AccuracyAsync(CancellationToken cancellationToken);

    /// <summary>The points not sealed yet and the segments before them.</summary>
    Task<PointSlice> PointsAsync(CancellationToken cancellationToken);

    /// <summary>The candles of a base interval that are not sealed yet, the open one included, and the segments before them.</summary>
    Task<CandleSlice> CandlesAsync(CandleSeries series, CancellationToken cancellationToken);
}

/// <summary>A summary that may not exist yet.</summary>
internal sealed record SummaryAnswer(SymbolSummary? Summary);

/// <summary>Which stored candles are wanted.</summary>
/// <param name="Base">Position of the base interval.</param>
internal sealed record CandleSeries(int Base);
