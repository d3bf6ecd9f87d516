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
            OrderedPoints ordered = await AcceptAsync(cursor, delivery);
            await _state.SaveStateAsync();
            cursor = ordered.Cursor;
            series.AddRange(ordered.Ready.Select(point => point.N));
        }

        series.Should().Equal(Enumerable.Range(1, 600).Select(n => (long)n), $"seed {seed}");
        cursor.Held.Should().BeEmpty();
        _state.Stored.Should().BeEmpty("what was held has been released");
    }

    /// <summary>Any interleaving, repeats, losses, gaps given up, late points and crashes before the commit, against sets and a counter.</summary>
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
        var late = new List<long>();
        var (expectedLate, givenUp) = (new List<long>(), new HashSet<long>());
        long next = 1, now = 1;

        foreach (IndicatorPoint[] delivery in deliveries)
        {
            if (random.Next(5) == 0)
            {
                await order.AcceptAsync(cursor, delivery, now, -1, default);
                state.Crash();
            }

            Add(await order.AcceptAsync(cursor, delivery, now, -1, default));
            expectedLate.AddRange(delivery.Select(point => point.N).Where(givenUp.Remove));
            waiting.UnionWith(delivery.Select(point => point.N).Where(n => n >= next));
            Release();
            if (random.Next(6) == 0)
            {
                // Everything held has been waited for long enough.
                Add(await order.AcceptAsync(cursor, [], now, now, default));
                while (waiting.Count > 0)
                {
                    while (next < waiting.Min) givenUp.Add(next++);
                    Release();
                }
            }

            now++;
            await state.SaveStateAsync();
            Schedules.Check(late.SequenceEqual(expectedLate), "what came late differs from the model");
            Schedules.Check((cursor.Gaps ?? []).SelectMany(gap => Range(gap.First, gap.Last)).SequenceEqual(givenUp.Order()), "the gaps differ from the model");
            Schedules.Check(series.SequenceEqual(expected) && cursor.Next == next, "the series differs from the model");
            Schedules.Check(cursor.Held.SelectMany(run => Range(run.First, run.Last)).Distinct().All(n => n >= next), "something below the cursor is held");
        }

        Schedules.Check(state.Stored.Count == cursor.Held.Count, "an entry is left behind");

        void Add(OrderedPoints ordered)
        {
            cursor = ordered.Cursor;
            series.AddRange(ordered.Ready.Select(point => point.N));
            late.AddRange(ordered.Late.Select(point => point.N));
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

        OrderedPoints ordered = await AcceptAsync(PointCursor.Start, [.. points[..3], .. points[5..7], .. points[8..]], now: 7);

        ordered.Ready.Should().HaveCount(3);
        ordered.Cursor.Should().BeEquivalentTo(new PointCursor(4, [new HeldRun(6, 7, 7), new HeldRun(9, 10, 7)]));
    }

    [Fact]
    public async Task Accept_WaitIsOver_GoesOnWithWhatIsHeldAndRemembersTheGap()
    {
        List<IndicatorPoint> points = APoint.Walk(10, seed: 1);
        OrderedPoints held = await AcceptAsync(PointCursor.Start, points[4..6], now: 100);

        OrderedPoints early = await AcceptAsync(held.Cursor, points[8..], now: 150, heldUntil: 99);
        OrderedPoints over = await AcceptAsync(early.Cursor, [], now: 200, heldUntil: 100);

        early.Ready.Should().BeEmpty();
        over.Ready.Select(point => point.N).Should().Equal(5, 6);
        over.Missing.Should().Be(4);
        over.Cursor.Should().BeEquivalentTo(new PointCursor(7, [new HeldRun(9, 10, 150)], [new GivenUp(1, 4)]));
    }

    [Fact]
    public async Task Accept_GapOpenedBehindAnOlderOne_IsWaitedForNoLongerThanTheOlder()
    {
        List<IndicatorPoint> points = APoint.Walk(10, seed: 1);
        OrderedPoints first = await AcceptAsync(PointCursor.Start, points[8..], now: 100);
        OrderedPoints second = await AcceptAsync(first.Cursor, points[4..6], now: 150);

        OrderedPoints over = await AcceptAsync(second.Cursor, [], now: 200, heldUntil: 100);

        over.Ready.Select(point => point.N).Should().Equal(5, 6, 9, 10);
        over.Cursor.Gaps.Should().Equal(new GivenUp(1, 4), new GivenUp(7, 8));
    }

    [Fact]
    public async Task Accept_MoreThanMayBeHeld_GivesUpTheGap()
    {
        List<IndicatorPoint> points = APoint.Walk(40, seed: 1);

        OrderedPoints ordered = await new PointOrder(_state, maxHeld: 20).AcceptAsync(PointCursor.Start, points[10..], 0, -1, default);

        ordered.Ready.Should().HaveCount(30);
        ordered.Cursor.Next.Should().Be(41);
        ordered.Missing.Should().Be(10);
    }

    [Fact]
    public async Task Accept_LatePointsAfterTheGapWasGivenUp_AreTakenOnce()
    {
        List<IndicatorPoint> points = APoint.Walk(10, seed: 1);
        OrderedPoints skipped = await AcceptAsync(PointCursor.Start, points[5..], now: 1, heldUntil: 1);

        OrderedPoints some = await AcceptAsync(skipped.Cursor, [points[2], points[2]]);
        OrderedPoints all = await AcceptAsync(some.Cursor, points);

        (some.Late.Select(point => point.N), some.Ready.Count, some.Cursor.Next).Should().BeEquivalentTo((new long[] { 3 }, 0, 11L));
        some.Cursor.Gaps.Should().Equal(new GivenUp(1, 2), new GivenUp(4, 5));
        all.Late.Select(point => point.N).Should().Equal(1, 2, 4, 5);
        all.Cursor.Gaps.Should().BeNull();
        (await AcceptAsync(all.Cursor, points)).Late.Should().BeEmpty();
    }

    [Fact]
    public async Task Accept_MoreGapsThanAreRemembered_ForgetsTheOldest()
    {
        List<IndicatorPoint> points = APoint.Walk(2 * (PointCursor.MostGaps + 1), seed: 1);

        OrderedPoints skipped = await AcceptAsync(PointCursor.Start, [.. points.Where(point => point.N % 2 == 0)], now: 1, heldUntil: 1);

        skipped.Cursor.Gaps.Should().HaveCount(PointCursor.MostGaps).And.NotContain(new GivenUp(1, 1));
        (await AcceptAsync(skipped.Cursor, [points[0], points[2]])).Late.Select(point => point.N).Should().Equal(3);
    }

    private Task<OrderedPoints> AcceptAsync(PointCursor cursor, IReadOnlyList<IndicatorPoint> points, long now = 0, long heldUntil = -1) =>
        new PointOrder(_state, maxHeld: 1_000).AcceptAsync(cursor, points, now, heldUntil, default);
}
