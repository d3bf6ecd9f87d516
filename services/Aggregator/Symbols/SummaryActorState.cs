using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Candles;
using DaprTrading.Aggregator.History;
using DaprTrading.Aggregator.Ordering;
using DaprTrading.Aggregator.Summaries;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>What a <see cref="SummaryActor"/> commits in every turn that brought points. Immutable.</summary>
/// <param name="Version">Version of the format.</param>
/// <param name="Cursor">Where the series stands.</param>
/// <param name="Running">The figures; null before the first point.</param>
/// <param name="Open">The open candle of each base interval; null before the first point.</param>
/// <param name="Points">Unsealed end of the points.</param>
/// <param name="Candles">Unsealed end of the closed candles of each base interval.</param>
/// <param name="Base">What signals are compared with; null in a state of before they were followed up: it begins with the next point.</param>
internal sealed record SummaryActorState(
    int Version, PointCursor Cursor, RunningSummary? Running, IReadOnlyList<Candle?> Open, SeriesTail Points, IReadOnlyList<SeriesTail> Candles,
    BaseRates? Base = null)
{
    /// <summary>
    /// The layout written by this build, also of the entries beside this one that only it leads to: held points, unsealed ends and lists of segments.
    /// Layout 1 has no base rates, and no entry with what followed the signals beside it; layout 2 does not remember gaps that were given up.
    /// </summary>
    public const int CurrentVersion = 3;

    /// <summary>This state, if this build knows its format. Throws <see cref="InvalidDataException"/> when a later build wrote it.</summary>
    public SummaryActorState Readable() => Version <= CurrentVersion
        ? this
        : throw new InvalidDataException(
            $"A summary's state has layout {Version}; this build reads up to {CurrentVersion}. A later build wrote it: run that one, or a later one. Nothing was changed.");

    public static readonly SummaryActorState Empty = new(
        CurrentVersion, PointCursor.Start, null, new Candle?[CandleInterval.Bases.Count], SeriesTail.Empty,
        [.. CandleInterval.Bases.Select(_ => SeriesTail.Empty)]);
}
