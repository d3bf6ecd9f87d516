using DaprTrading.LocalRuntime.Actors;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class DurationTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("PT5S", "2026-01-31T12:00:05Z")]
    [InlineData("P1DT2H", "2026-02-01T14:00:00Z")]
    [InlineData("P2W", "2026-02-14T12:00:00Z")]
    [InlineData("P1M", "2026-02-28T12:00:00Z")]
    [InlineData("P1Y", "2027-01-31T12:00:00Z")]
    [InlineData("PT5S7", "2026-01-31T12:00:05Z")]
    [InlineData("1h30m", "2026-01-31T13:30:00Z")]
    [InlineData("500ms", "2026-01-31T12:00:00.5Z")]
    [InlineData("1.5s", "2026-01-31T12:00:01.5Z")]
    [InlineData("0h0m5s0ms", "2026-01-31T12:00:05Z")]
    [InlineData("2026-08-21T10:00:00Z", "2026-08-21T10:00:00Z")]
    [InlineData("2026-08-21T10:00:00+02:00", "2026-08-21T08:00:00Z")]
    public void Moment_IsRead(string text, string expected) =>
        ActorDuration.ParseMoment(text, Now, "dueTime").Should().Be(DateTimeOffset.Parse(expected));

    [Theory, InlineData("PT0.5S"), InlineData("pt5s"), InlineData("P5S"), InlineData("P"), InlineData("5"), InlineData("5 s"), InlineData("R2/5s"), InlineData("1x"), InlineData("R3/PT1S")]
    public void Moment_ThatIsNone_IsRefused(string text)
    {
        Action parse = () => ActorDuration.ParseMoment(text, Now, "dueTime");

        parse.Should().Throw<ScheduleException>().Which.Message.Should().Contain(text);
    }

    [Theory, InlineData("R3/PT1M", 3, 60), InlineData("PT1M", null, 60), InlineData("90s", null, 90), InlineData("R0/PT1S", 0, 1)]
    public void Period_HasItsRepetitions(string text, int? repetitions, int seconds)
    {
        ActorDuration period = ActorDuration.Parse(text);

        period.Repetitions.Should().Be(repetitions);
        period.Time.Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(1_000, "1s")]
    [InlineData(60_000, "1m0s")]
    [InlineData(90_000, "1m30s")]
    [InlineData(3_600_000, "1h0m0s")]
    [InlineData(3_661_500, "1h1m1.5s")]
    [InlineData(86_400_000, "24h0m0s")]
    [InlineData(500, "500ms")]
    public void GoFormat(int milliseconds, string expected) => GoDurations.Format(TimeSpan.FromMilliseconds(milliseconds)).Should().Be(expected);
}
