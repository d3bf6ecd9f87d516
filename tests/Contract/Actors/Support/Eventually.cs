namespace DaprTrading.Tests.Contract.Actors;

/// <summary>Waits for a condition, with a limit.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Limit) throw new TimeoutException($"waited {Limit} for {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
