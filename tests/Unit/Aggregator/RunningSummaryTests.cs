using System.Text.Json;
using DaprTrading.Aggregator;
using DaprTrading.Aggregator.Summaries;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Aggregator;

public sealed class RunningSummaryTests
{
    private const long Day = 86_400_000;

    [Theory, InlineData(1), InlineData(7), InlineData(50), InlineData(333)]
    public void Apply_InAnyBatches_GivesTheSameBits(int size)
    {
        List<IndicatorPoint> points = APoint.Walk(1_000, seed: 11, stepMs: 600_000);
        RunningSummary? running = null;

        foreach (IndicatorPoint[] batch in points.Chunk(size))
        {
            running = RunningSummary.Apply(running, batch);
        }

        Text(running!).Should().Be(Text(RunningSummary.Apply(null, points)));
    }

    [Fact]
    public void Apply_RandomWalk_KeepsItsInvariants()
    {
        List<IndicatorPoint> points = APoint.Walk(500, seed: 2, stepMs: 60_000);

        SymbolSummary summary = RunningSummary.Apply(null, points).ToSummary("TEST", SignalCounts.None);

        summary.DayHigh.Should().Be(points.Max(point => point.High));
        summary.DayLow.Should().Be(points.Min(point => point.Low));
        summary.Volume.Should().Be(points.Sum(point => point.Volume));
        summary.Last.Should().Be(points[^1].Close);
        summary.Change.Should().Be(points[^1].Close - points[0].Open);
        summary.N.Should().Be(500);
        summary.Sparkline.Should().Equal(points[^32..].Select(point => point.Close));
        summary.MaxDrawdown.Should().BeApproximately(PlainDrawdown(points), 1e-12);
        summary.Volatility.Should().BeApproximately(PlainVolatility(points), 1e-12);
    }

    [Fact]
    public void Apply_NewDay_MeasuresFromTheCloseBefore()
    {
        RunningSummary before = RunningSummary.Apply(null, [APoint.At(1, APoint.Start, 100), APoint.At(2, APoint.Start + 1, 110)]);

        SymbolSummary after = RunningSummary.Apply(before, [APoint.At(3, APoint.Start + Day, 121, volume: 4)]).ToSummary("TEST", SignalCounts.None);

        after.Change.Should().Be(11);
        after.ChangePercent.Should().BeApproximately(10, 1e-12);
        after.Volume.Should().Be(4);
        after.DayLow.Should().Be(120);
    }

    [Fact]
    public void Apply_LateBarOfYesterday_DoesNotEndToday()
    {
        RunningSummary today = RunningSummary.Apply(null, [APoint.At(1, APoint.Start, 100), APoint.At(2, APoint.Start + Day, 110)]);

        RunningSummary after = RunningSummary.Apply(today, [APoint.At(3, APoint.Start + Day - 1, 50)]);

        after.Day.Should().Be(APoint.Start + Day);
        after.DayLow.Should().Be(109);
        after.Last.Should().Be(50);
    }

    [Fact]
    public void Apply_ReplayOfOlderData_BeginsThatDay()
    {
        RunningSummary today = RunningSummary.Apply(null, [APoint.At(1, APoint.Start, 100)]);

        RunningSummary.Apply(today, [APoint.At(2, APoint.Start - (30 * Day), 50)]).Day.Should().Be(APoint.Start - (30 * Day));
    }

    [Theory, InlineData(20, false), InlineData(21, true)]
    public void Volatility_NeedsTwentyReturns(int points, bool known) =>
        RunningSummary.Apply(null, APoint.Walk(points, seed: 1)).ToSummary("TEST", SignalCounts.None).Volatility.HasValue.Should().Be(known);

    [Fact]
    public void Volatility_FlatPrice_IsZero() =>
        RunningSummary.Volatility([.. Enumerable.Repeat(5.0, 101)]).Should().Be(0);

    [Fact]
    public void Json_RoundTrip_KeepsEveryBit()
    {
        RunningSummary running = RunningSummary.Apply(null, APoint.Walk(300, seed: 4));

        RunningSummary copy = JsonSerializer.Deserialize(Text(running), AggregatorJson.Default.RunningSummary)!;

        copy.Closes.Should().Equal(running.Closes);
        Text(copy).Should().Be(Text(running));
    }

    private static string Text(RunningSummary running) => JsonSerializer.Serialize(running, AggregatorJson.Default.RunningSummary);

    private static double PlainDrawdown(List<IndicatorPoint> points)
    {
        double[] closes = [.. points.Select(point => point.Close)];
        return closes.Select((close, i) => 1 - (close / closes[..(i + 1)].Max())).Max();
    }

    private static double PlainVolatility(List<IndicatorPoint> points)
    {
        double[] closes = [.. points[^101..].Select(point => point.Close)];
        double[] returns = [.. closes.Zip(closes.Skip(1), (a, b) => Math.Log(b) - Math.Log(a))];
        return Math.Sqrt(returns.Sum(value => Math.Pow(value - returns.Average(), 2)) / (returns.Length - 1));
    }

    [Fact]
    public void WithLate_PointsOfThisDayAndTheDayBefore_OnlyTheDaysVolumeAndRangeMove()
    {
        RunningSummary before = RunningSummary.Apply(null, [APoint.At(5, APoint.Start + 5_000, 100, volume: 7)]);

        RunningSummary after = before.WithLate([
            APoint.At(3, APoint.Start + 3_000, 120, volume: 2), APoint.At(4, APoint.Start + 4_000, 90, volume: 3), APoint.At(2, APoint.Start - 1, 500, volume: 100)]);

        after.Should().BeEquivalentTo(before with { DayHigh = 121, DayLow = 89, Volume = 12 });
    }
}
