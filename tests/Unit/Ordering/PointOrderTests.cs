using DaprTrading.Contracts;
using DaprTrading.Ordering;

namespace DaprTrading.Tests.Unit.Ordering;

public sealed class PointOrderTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory, MemberData(nameof(Seeds))]
    public void Apply_OverlappingBatchesInAnyOrder_ReleasesEveryPointOnce(int seed)
    {
        var random = new Random(seed);
        List<IndicatorPoint> points = [.. Enumerable.Range(1, 500).Select(n => Point(n))];
        var cursor = SequenceCursor<IndicatorPoint>.Start;
        var released = new List<IndicatorPoint>();

        foreach (List<IndicatorPoint> batch in Overlapping(points, random))
        {
            var result = PointOrder.Apply(cursor, batch, 0, OrderingLimits.Default);
            cursor = result.State;
            released.AddRange(result.Released);
        }

        released.Should().Equal(points, "seed {0}", seed);
        (cursor.Next, cursor.HasGap).Should().Be((501, false));
    }

    [Fact]
    public void Apply_NextBatch_ReleasesTheBatchItself()
    {
        List<IndicatorPoint> batch = [Point(1), Point(2)];

        PointOrder.Apply(SequenceCursor<IndicatorPoint>.Start, batch, 0, OrderingLimits.Default).Released.Should().BeSameAs(batch);
    }

    [Fact]
    public void Apply_BatchThatRepeatsItsBeginning_ReleasesTheRest()
    {
        var cursor = SequenceCursor<IndicatorPoint>.Start with { Next = 3 };

        var result = PointOrder.Apply(cursor, [Point(1), Point(2), Point(3), Point(4)], 0, OrderingLimits.Default);

        result.Released.Select(p => p.N).Should().Equal(3, 4);
        result.Repeats.Should().Be(2);
    }

    [Fact]
    public void Apply_GapOlderThanTheTimeout_IsSkipped()
    {
        var waiting = PointOrder.Apply(SequenceCursor<IndicatorPoint>.Start, [Point(4), Point(5)], 0, OrderingLimits.Default).State;

        var result = PointOrder.Apply(waiting, [], 2_000, OrderingLimits.Default);

        result.Released.Select(p => p.N).Should().Equal(4, 5);
        result.Missing.Should().Be(3);
    }

    [Fact]
    public void Apply_MoreHeldThanAllowed_GivesTheGapUp()
    {
        var result = PointOrder.Apply(
            SequenceCursor<IndicatorPoint>.Start, [Point(2), Point(3), Point(9), Point(10)], 0, new OrderingLimits(MaxHeld: 2));

        result.Released.Select(p => p.N).Should().Equal(2, 3);
        result.State.Held.Select(p => p.N).Should().Equal(9, 10);
    }

    private static List<List<IndicatorPoint>> Overlapping(List<IndicatorPoint> points, Random random)
    {
        var keyed = new List<(double At, List<IndicatorPoint> Batch)>();
        for (int start = 0; start < points.Count;)
        {
            int count = Math.Min(random.Next(1, 12), points.Count - start);
            int from = Math.Max(0, start - random.Next(4));
            keyed.Add((start + random.NextDouble() * 40, points.GetRange(from, start + count - from)));
            start += count;
        }

        return [.. keyed.OrderBy(k => k.At).Select(k => k.Batch)];
    }

    private static IndicatorPoint Point(long n) => new()
    {
        N = n, Time = n, Open = 1, High = 1, Low = 1, Close = 1, Volume = 1, Source = "s", IngestedAt = 0,
    };
}
