using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.Tests.Contract.Host;

public sealed class RestartBackoffTests
{
    [Fact]
    public void Next_ProcessThatKeepsEnding_WaitsLongerUpToTenSeconds()
    {
        var backoff = new RestartBackoff();

        double[] waits = [.. Enumerable.Range(0, 12).Select(_ => backoff.Next(TimeSpan.FromSeconds(1)).TotalSeconds)];

        waits.Should().Equal(0, 0, 0, 0.5, 1, 2, 4, 8, 10, 10, 10, 10);
    }

    [Fact]
    public void Next_AfterThousandsOfEnds_StillStartsAgain()
    {
        var backoff = new RestartBackoff();

        for (int i = 0; i < 5_000; i++) backoff.Next(TimeSpan.Zero);

        backoff.Next(TimeSpan.Zero).Should().Be(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Next_AfterThirtySecondsOfLife_BeginsAnew()
    {
        var backoff = new RestartBackoff();
        for (int i = 0; i < 6; i++) backoff.Next(TimeSpan.Zero);

        TimeSpan wait = backoff.Next(TimeSpan.FromSeconds(30));

        wait.Should().Be(TimeSpan.Zero);
    }
}
