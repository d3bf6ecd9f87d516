using DaprTrading.Aggregator.History;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Aggregator;

public sealed class SeriesTests
{
    private readonly FakeState _state = new();
    private readonly FakeHistory _history = new();

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Append_RandomBatches_KeepsEverythingInOrder(int seed)
    {
        List<IndicatorPoint> points = APoint.Walk(1_234, seed);

        SeriesTail tail = await AppendAllAsync(Series(keep: 100), points, new Random(seed));

        (await ReadAllAsync(Series(keep: 100), tail)).Select(point => point.N).Should().Equal(points.Select(point => point.N));
        tail.Sealed.Should().Be(1_234 / 50);
        _history.Segments.Should().HaveCount(1_234 / 50);
    }

    [Fact]
    public async Task Append_MoreThanIsKept_DeletesTheOldest()
    {
        SeriesTail tail = await AppendAllAsync(Series(keep: 3), APoint.Walk(510, seed: 1), new Random(1));

        (await Series(keep: 3).ReadSegmentsAsync(default)).Should().Equal(new Segment(7, 351, 400), new Segment(8, 401, 450), new Segment(9, 451, 500));
        _history.Segments.Keys.Should().BeEquivalentTo("T:points:7", "T:points:8", "T:points:9");
        tail.Slots.Sum().Should().Be(10);
    }

    [Fact]
    public async Task Append_SmallAddition_WritesOneSlotOnly()
    {
        SeriesTail tail = await AppendAllAsync(Series(keep: 3), APoint.Walk(130, seed: 1), new Random(1));

        await Series(keep: 3).AppendAsync(tail, [APoint.At(131, APoint.Start, 10)], default);
        await _state.SaveStateAsync();

        _state.LastWritten.Should().ContainSingle().Which.Should().StartWith("points-");
    }

    [Fact]
    public async Task Append_CrashBeforeTheCommit_WritesTheSameSegmentAgain()
    {
        List<IndicatorPoint> points = APoint.Walk(60, seed: 1);
        SeriesTail tail = await Series(keep: 3).AppendAsync(SeriesTail.Empty, points[..40], default);
        await _state.SaveStateAsync();
        await Series(keep: 3).AppendAsync(tail, points[40..], default);

        _state.Crash();
        tail = await Series(keep: 3).AppendAsync(tail, points[40..], default);

        _history.Changed.Should().BeEmpty();
        (await ReadAllAsync(Series(keep: 3), tail)).Select(point => point.N).Should().Equal(points.Select(point => point.N));
    }

    private Series<IndicatorPoint> Series(int keep) =>
        new("T", new SeriesShape("points", SegmentSize: 50, keep), static point => point.N, _state, _history);

    private async Task<SeriesTail> AppendAllAsync(Series<IndicatorPoint> series, List<IndicatorPoint> points, Random random)
    {
        SeriesTail tail = SeriesTail.Empty;
        for (int done = 0; done < points.Count;)
        {
            int size = Math.Min(random.Next(1, random.Next(4) == 0 ? 130 : 12), points.Count - done);
            tail = await series.AppendAsync(tail, points.GetRange(done, size), default);
            await _state.SaveStateAsync();
            done += size;
        }

        return tail;
    }

    private async Task<List<IndicatorPoint>> ReadAllAsync(Series<IndicatorPoint> series, SeriesTail tail)
    {
        var all = new List<IndicatorPoint>();
        foreach (Segment segment in await series.ReadSegmentsAsync(default))
        {
            all.AddRange(await _history.ReadAsync<IndicatorPoint>($"T:points:{segment.Index}", default));
        }

        all.AddRange(await series.ReadTailAsync(tail, default));
        return all;
    }
}
