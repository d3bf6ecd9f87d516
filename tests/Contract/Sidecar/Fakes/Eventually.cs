namespace DaprTrading.Tests.Contract.Sidecar.Fakes;

/// <summary>Waits for something that happens in the background.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task True(Func<bool> condition, string because = "")
    {
        long started = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(started).Should().BeLessThan(Limit, "the condition must come true: " + because);
            await ticks.WaitForNextTickAsync();
        }
    }

    /// <summary>Lets a while pass in which something must not happen.</summary>
    public static async Task Never(Func<bool> condition, TimeSpan during)
    {
        long started = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (TimeProvider.System.GetElapsedTime(started) < during)
        {
            condition().Should().BeFalse("it must not happen");
            await ticks.WaitForNextTickAsync();
        }
    }
}
