using DaprTrading.MarketData;
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

    [Theory]
    [InlineData("xml", null, "format")]
    [InlineData("yahoo", "2h", "interval")]
    [InlineData(null, "1x", "interval")]
    public void Check_UnknownFormatOrInterval_NamesTheField(string? format, string? interval, string field) =>
        ReplayFactory.Check(new ReplayRequest("SPY", null, null, null, null, format, interval)).Should().ContainKey(field);

    [Theory]
    [InlineData(0, 0.2)]
    [InlineData(3, 1.6)]
    [InlineData(8, 30)]
    [InlineData(int.MaxValue, 30)]
    public void PauseAfter_ManyAttempts_GrowsToHalfAMinute(int attempt, double seconds) => ReplayRunner.PauseAfter(attempt).TotalSeconds.Should().BeApproximately(seconds, 1e-9);

    [Fact]
    public void Check_UnknownZone_NamesTheField() =>
        ReplayFactory.Check(new ReplayRequest("SPY", null, null, null, Zone: "New York")).Should().ContainKey("zone");

    [Fact]
    public void Check_ManyDatasets_AreEnough() =>
        ReplayFactory.Check(new ReplayRequest(null, null, null, null, ["SPY", "IBM"], "csv", "5m")).Should().BeEmpty();

    [Fact]
    public void Create_ManyDatasets_RemembersFilesAndInterval()
    {
        Replay replay = ReplayFactory.Create(new ReplayRequest(null, null, null, null, ["SPY", "IBM"], null, "5m"), [new("SPY", "SPY.csv", 1), new("IBM", "IBM.zip", 1)], 0);

        replay.Dataset.Should().Be("SPY, IBM");
        replay.Datasets.Should().Equal("SPY.csv", "IBM.zip");
        replay.TradeInterval.Should().Be(300_000);
    }

    [Theory]
    [InlineData(7L, null, 7)]
    [InlineData(1_000L, null, 100)]
    [InlineData(null, 0L, 0)]
    [InlineData(null, 60_000L, 1)]
    [InlineData(null, 60_001L, 2)]
    [InlineData(null, 99_999_999L, 100)]
    public void PositionOf_Seek_IsTheFirstBarThatEndsThenOrLater(long? position, long? time, long expected) =>
        ReplayFactory.PositionOf(new SeekRequest(position, time), Bars).Should().Be(expected);

    [Fact]
    public void SeekTo_Back_IsANewSourceWhoseNumbersBeginWithOne()
    {
        FileBar[] bars = [Bar("A", 1), Bar("B", 1), Bar("A", 2), Bar("A", 3), Bar("B", 2)];
        Replay replay = Replay() with { Position = 5 };

        Replay back = replay.SeekTo(3, 0);

        (back.Position, back.Base).Should().Be((3, 3));
        back.Source.Should().Be("replay-id-1").And.NotBe(replay.Source);
        back.SeekTo(0, null).Source.Should().Be("replay-id-2");
        Dictionary<string, long> before = ReplayFactory.Before(bars, back.Base);
        bars.Skip(3).Select(bar => bar.Sequence - before[bar.Symbol]).Should().Equal([1, 1], "the numbers of a source are contiguous from 1");
    }

    private static FileBar Bar(string symbol, long sequence) => new(symbol, 0, 1, 1, 1, 1, 1, sequence);

    private static Replay Replay(double speed = 0, double barsPerSecond = 0) =>
        new("id", "d", null, speed, barsPerSecond, ReplayState.Running, 0, 0, 0, 0, 0, null, null);
}
