using DaprTrading.Dataset.Files;
using DaprTrading.Dataset.Replays;

namespace DaprTrading.Tests.Unit.Dataset;

public sealed class ReplayTests
{
    private static readonly FileBar[] Bars = [.. Enumerable.Range(0, 100).Select(i => new FileBar("A", i * 60_000L, 1, 1, 1, 1, 1, i + 1))];

    [Fact]
    public void Due_AsFastAsAccepted_IsTheLimit()
    {
        new ReplayPace(Replay(speed: 0), Bars, 0).Due(95, TimeSpan.Zero, 10).Should().Be(5);
        new ReplayPace(Replay(speed: 0), Bars, 0).Due(0, TimeSpan.Zero, 10).Should().Be(10);
    }

    [Fact]
    public void Due_SixtyTimes_IsOneMinuteBarASecondAfterTheFirst()
    {
        var pace = new ReplayPace(Replay(speed: 60), Bars, 0);

        pace.Due(0, TimeSpan.Zero, 100).Should().Be(1);
        pace.Due(1, TimeSpan.FromSeconds(0.9), 100).Should().Be(0);
        pace.Due(1, TimeSpan.FromSeconds(5), 100).Should().Be(5);
    }

    [Fact]
    public void Due_ResumedInTheMiddle_DoesNotCatchUpTheTimeBefore()
    {
        new ReplayPace(Replay(speed: 60), Bars, 50).Due(50, TimeSpan.FromSeconds(1), 100).Should().Be(2);
        new ReplayPace(Replay(barsPerSecond: 10), Bars, 50).Due(50, TimeSpan.FromSeconds(1), 100).Should().Be(11);
    }

    [Theory]
    [InlineData(null, 0.0, null, "dataset")]
    [InlineData("SPY", -1.0, null, "speed")]
    [InlineData("SPY", double.NaN, null, "speed")]
    [InlineData("SPY", 1.0, 5.0, "barsPerSecond")]
    public void Check_BadRequest_NamesTheField(string? dataset, double? speed, double? rate, string field)
    {
        ReplayFactory.Check(new ReplayRequest(dataset, null, speed, rate)).Should().ContainKey(field);
    }

    private static Replay Replay(double speed = 0, double barsPerSecond = 0) =>
        new("id", "d", null, speed, barsPerSecond, ReplayState.Running, 0, 0, 0, 0, 0, null, null);
}
