using DaprTrading.ServiceDefaults;

namespace DaprTrading.Tests.Unit.ServiceDefaults;

public sealed class DaprReachTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Since_HeartbeatsGetThrough_IsTheBeginning()
    {
        var reach = new DaprReach(_clock);
        for (int i = 0; i < 100; i++) Beat(reach, 5);

        reach.Since().Should().Be(0);
        _clock.Seconds += 15;
        reach.Since().Should().Be(0);
    }

    [Fact]
    public void Since_HeartbeatFails_IsNowUntilOneGetsThrough()
    {
        var reach = new DaprReach(_clock);
        Beat(reach, 5);
        _clock.Seconds = 8;
        reach.Failed();
        reach.Since().Should().Be(8_000);
        _clock.Seconds = 12;
        reach.Since().Should().Be(12_000);

        Beat(reach, 1);
        Beat(reach, 5);

        reach.Since().Should().Be(13_000);
    }

    [Fact]
    public void Since_HeartbeatIsOverdue_IsNowAndThenTheNextOne()
    {
        var reach = new DaprReach(_clock);
        Beat(reach, 5);
        _clock.Seconds = 200;
        reach.Since().Should().Be(200_000, "whatever stood still, nothing arrived");

        Beat(reach, 2);
        Beat(reach, 5);

        reach.Since().Should().Be(202_000);
    }

    private void Beat(DaprReach reach, int afterSeconds)
    {
        _clock.Seconds += afterSeconds;
        reach.Reached();
    }

    private sealed class Clock : TimeProvider
    {
        public int Seconds { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Seconds);
    }
}
