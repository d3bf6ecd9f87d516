namespace DaprTrading.Tests.Unit.Aggregator;

/// <summary>A clock that is moved by hand.</summary>
internal sealed class Clock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(APoint.Start);

    public void Advance(TimeSpan time) => _now += time;

    public override DateTimeOffset GetUtcNow() => _now;
}
