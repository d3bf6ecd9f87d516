using DaprTrading.Aggregator.Candles;
using DaprTrading.Aggregator.History;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Aggregator;

public sealed class CandleTests
{
    public static TheoryData<string, long> Cases()
    {
        var cases = new TheoryData<string, long>();
        foreach (CandleInterval interval in CandleInterval.All)
        {
            cases.Add(interval.Name, 0);
            cases.Add(interval.Name, 9_000);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Derive_FromStoredBaseCandles_EqualsPlainGrouping(string name, long skewMs)
    {
        CandleInterval.TryParse(name, out CandleInterval? interval).Should().BeTrue();
        List<IndicatorPoint> points = APoint.Walk(4_000, seed: 7, stepMs: 41_000, skewMs);

        List<Candle> derived = CandleMath.Derive(interval!, Stored(CandleInterval.Bases[interval!.Base], points));

        derived.Should().BeEquivalentTo(
            Plain(interval.Milliseconds, points),
            options => options.WithStrictOrdering().Using<double>(c => c.Subject.Should().BeApproximately(c.Expectation, 1e-6)).WhenTypeIs<double>());
    }

    [Fact]
    public void Merge_InAnyOrder_GivesTheSameCandle()
    {
        Candle[] parts = [.. APoint.Walk(6, seed: 3, stepMs: 10).Select(point => CandleMath.Of(CandleInterval.Bases[0], point))];
        var random = new Random(5);

        Candle[] merged = [.. Enumerable.Range(0, 20).Select(_ => parts.OrderBy(_ => random.Next()).Aggregate(CandleMath.Merge))];

        merged.Select(candle => candle with { Volume = 0 }).Distinct().Should().ContainSingle();
        merged[0].FirstN.Should().Be(1);
        merged[0].LastN.Should().Be(6);
    }

    [Fact]
    public void Window_WithLimit_GivesTheNewestAndStopsReading()
    {
        CandleInterval minute = CandleInterval.Bases[1];
        List<Candle> stored = Stored(minute, APoint.Walk(1_000, seed: 1, stepMs: 60_000));
        var window = new CandleWindow(minute, long.MinValue, long.MaxValue, limit: 10);

        window.Add(stored[^11..]);

        window.ToCandles().Should().Equal(stored[^10..]);
        window.IsCompleteBefore(stored[^12].Time).Should().BeTrue();
        window.IsCompleteBefore(stored[^10].Time).Should().BeFalse();
    }

    [Fact]
    public void Window_WithRange_LeavesOutTheRest()
    {
        CandleInterval minute = CandleInterval.Bases[1];
        List<Candle> stored = Stored(minute, APoint.Walk(100, seed: 1, stepMs: 60_000));
        var window = new CandleWindow(minute, stored[20].Time, stored[29].Time, limit: 500);

        window.Add(stored);

        window.ToCandles().Should().Equal(stored[20..30]);
        window.MayContain(new Segment(0, stored[0].Time, stored[19].Time)).Should().BeFalse();
        window.MayContain(new Segment(0, stored[0].Time, stored[20].Time)).Should().BeTrue();
        window.MayContain(new Segment(0, stored[30].Time, stored[40].Time)).Should().BeFalse();
    }

    [Fact]
    public void TryParse_UnknownName_IsRefused() => CandleInterval.TryParse("2m", out _).Should().BeFalse();

    /// <summary>What the actor stores: a candle whenever the start changes, and the open one.</summary>
    private static List<Candle> Stored(CandleInterval interval, List<IndicatorPoint> points)
    {
        var stored = new List<Candle>();
        Candle? open = null;
        foreach (IndicatorPoint point in points)
        {
            open = CandleMath.Add(interval, open, point, out Candle? closed);
            if (closed is not null)
            {
                stored.Add(closed);
            }
        }

        stored.Add(open!);
        return stored;
    }

    private static List<Candle> Plain(long length, List<IndicatorPoint> points) =>
    [
        .. points.GroupBy(point => point.Time / length * length).OrderBy(group => group.Key).Select(group => new Candle(
            group.Key, group.First().Open, group.Max(point => point.High), group.Min(point => point.Low), group.Last().Close,
            group.Sum(point => point.Volume), group.First().N, group.Last().N)),
    ];
}
