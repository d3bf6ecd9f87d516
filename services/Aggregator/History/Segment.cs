namespace DaprTrading.Aggregator.History;

/// <summary>Where a sealed segment is and what it covers.</summary>
/// <param name="Index">Position in its series, from 0.</param>
/// <param name="First">Lowest position of its items: the index of a point, the time of a candle.</param>
/// <param name="Last">Highest position of its items.</param>
internal sealed record Segment(long Index, long First, long Last);

/// <summary>The sealed segments of a series that are still kept, oldest first.</summary>
internal sealed record SegmentList(IReadOnlyList<Segment> Segments)
{
    public static readonly SegmentList Empty = new([]);
}

/// <summary>The end of a series that is not sealed yet.</summary>
/// <param name="Sealed">Segments sealed so far; the index of the next one.</param>
/// <param name="Slots">How many items each slot of the actor's state holds, oldest slot first.</param>
internal sealed record SeriesTail(long Sealed, IReadOnlyList<int> Slots)
{
    public static readonly SeriesTail Empty = new(0, []);
}

/// <summary>A part of a series: what the reader fetches from the history, and what the actor still has itself.</summary>
/// <param name="Segments">Segments that may hold what was asked for, oldest first.</param>
/// <param name="Tail">The items after the last segment.</param>
internal sealed record PointSlice(IReadOnlyList<Segment> Segments, IReadOnlyList<IndicatorPoint> Tail);

/// <inheritdoc cref="PointSlice"/>
internal sealed record CandleSlice(IReadOnlyList<Segment> Segments, IReadOnlyList<Candle> Tail);
