using DaprTrading.Aggregator.Ordering;
using DaprTrading.Contracts;
using DaprTrading.Tests.Unit.Testing;

namespace DaprTrading.Tests.Unit.Aggregator;

public sealed class PointOrderTests
{
    private readonly FakeState _state = new();

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task Accept_ShuffledAndRepeatedBatches_GivesEachPointOnceInOrder(int seed)
    {
        var random = new Random(seed);
        IndicatorPoint[][] batches = [.. APoint.Walk(600, seed).Chunk(7)];
        IEnumerable<IndicatorPoint[]> deliveries = batches.Concat(batches.Where(_ => random.Next(3) == 0))
            .Select((batch, i) => (batch, at: (i % batches.Length) + random.Next(0, 12))).OrderBy(entry => entry.at).Select(entry => entry.batch);
        var cursor = PointCursor.Start;
        var series = new List<long>();

        foreach (IndicatorPoint[] delivery in deliveries)
        {
            OrderedPoints ordered = await Order().AcceptAsync(cursor, delivery, default);
            await _state.SaveStateAsync();
            cursor = ordered.Cursor;
            series.AddRange(ordered.Ready.Select(point => point.N));
        }

        series.Should().Equal(Enumerable.Range(1, 600).Select(n => (long)n), $"seed {seed}");
        cursor.Held.Should().BeEmpty();
        _state.Stored.Should().BeEmpty("what was held has been released");
    }

    /// <summary>Any interleaving, repeats, losses, gaps given up and crashes before the commit, against a set and a counter.</summary>
    [Fact]
    public Task Accept_RandomSchedules_DoWhatANaiveModelDoes() => Schedules.RunAsync(500, async random =>
    {
        var state = new FakeState();
        var order = new PointOrder(state, maxHeld: 1_000);
        List<IndicatorPoint> points = APoint.Walk(random.Next(10, 60), random.Next());
        IEnumerable<IndicatorPoint[]> deliveries = points.Concat(points.Where(_ => random.Next(4) == 0)).Where(_ => random.Next(15) > 0)
            .OrderBy(point => point.N + random.Next(0, 20)).Chunk(random.Next(1, 8)).Select(chunk => chunk.OrderBy(point => point.N).ToArray());
        var cursor = PointCursor.Start;
        var series = new List<long>();
        var waiting = new SortedSet<long>();
        var expected = new List<long>();
        long next = 1;

        foreach (IndicatorPoint[] delivery in deliveries)
        {
            if (random.Next(5) == 0)
            {
                await order.AcceptAsync(cursor, delivery, default);
                state.Crash();
            }

            Add(await order.AcceptAsync(cursor, delivery, default));
            waiting.UnionWith(delivery.Select(point => point.N).Where(n => n >= next));
            Release();
            if (random.Next(6) == 0)
            {
                Add(await order.SkipGapAsync(cursor, default));
                next = waiting.Count > 0 ? waiting.Min : next;
                Release();
            }

            await state.SaveStateAsync();
            Schedules.Check(series.SequenceEqual(expected) && cursor.Next == next, "the series differs from the model");
            Schedules.Check(cursor.Held.SelectMany(run => Range(run.First, run.Last)).Distinct().All(n => n >= next), "something below the cursor is held");
        }

        Schedules.Check(state.Stored.Count == cursor.Held.Count, "an entry is left behind");

        void Add(OrderedPoints ordered)
        {
            cursor = ordered.Cursor;
            series.AddRange(ordered.Ready.Select(point => point.N));
        }

        void Release()
        {
            while (waiting.Remove(next)) expected.Add(next++);
        }
    });

    private static IEnumerable<long> Range(long first, long last)
    {
        for (long n = first; n <= last; n++) yield return n;
    }

    [Fact]
    public async Task Accept_HoleWithinADelivery_HoldsWhatIsBehindIt()
    {
        List<IndicatorPoint> points = APoint.Walk(10, seed: 1);

        OrderedPoints ordered = await Order().AcceptAsync(PointCursor.Start, [.. points[..3], .. points[5..7], .. points[8..]], default);

        ordered.Ready.Should().HaveCount(3);
        ordered.Cursor.Should().BeEquivalentTo(new PointCursor(4, [new HeldRun(6, 7), new HeldRun(9, 10)], null));
    }

    [Fact]
    public async Task SkipGap_GoesOnWithWhatIsHeld()
    {
        List<IndicatorPoint> points = APoint.Walk(10, seed: 1);
        OrderedPoints held = await Order().AcceptAsync(PointCursor.Start, [.. points[4..6], .. points[8..]], default);

        OrderedPoints skipped = await Order().SkipGapAsync(held.Cursor, default);

        skipped.Ready.Select(point => point.N).Should().Equal(5, 6);
        skipped.Cursor.Next.Should().Be(7);
        skipped.Cursor.HasGap.Should().BeTrue();
    }

    [Fact]
    public async Task Accept_MoreThanMayBeHeld_GivesUpTheGap()
    {
        List<IndicatorPoint> points = APoint.Walk(40, seed: 1);

        OrderedPoints ordered = await new PointOrder(_state, maxHeld: 20).AcceptAsync(PointCursor.Start, points[10..], default);

        ordered.Ready.Should().HaveCount(30);
        ordered.Cursor.Next.Should().Be(41);
    }

    [Fact]
    public async Task Accept_LatePointsAfterTheGapWasGivenUp_AreIgnored()
    {
        List<IndicatorPoint> points = APoint.Walk(10, seed: 1);
        OrderedPoints held = await Order().AcceptAsync(PointCursor.Start, points[5..], default);
        OrderedPoints skipped = await Order().SkipGapAsync(held.Cursor, default);

        (await Order().AcceptAsync(skipped.Cursor, points[..5], default)).Ready.Should().BeEmpty();
    }

    private PointOrder Order() => new(_state, maxHeld: 1_000);
}
