using DaprTrading.Contracts;

namespace DaprTrading.Ordering;

/// <summary>Points are numbered by <see cref="IndicatorPoint.N"/>: for consumers of <see cref="IndicatorBatch"/> with state per symbol.</summary>
public sealed class PointOrder : ISequenced<IndicatorPoint>
{
    private PointOrder()
    {
    }

    /// <inheritdoc/>
    public static long NumberOf(IndicatorPoint item) => item.N;

    /// <summary>Takes in points of one symbol; see <see cref="SequenceOrdering"/>. An empty list only looks whether a gap is due.</summary>
    public static Ordered<SequenceCursor<IndicatorPoint>, IndicatorPoint> Apply(
        SequenceCursor<IndicatorPoint> cursor, IReadOnlyList<IndicatorPoint> points, long nowMs, OrderingLimits limits) =>
        cursor.Apply<IndicatorPoint, PointOrder>(points, nowMs, limits);
}
