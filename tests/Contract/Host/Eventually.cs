namespace DaprTrading.Tests.Contract.Host;

/// <summary>Waits for a condition, with a limit.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<T> GetAsync<T>(Func<T?> read, Func<T, bool> isIt, string what) where T : class
    {
        using var limit = new CancellationTokenSource(Limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        T? last;
        while ((last = read()) is null || !isIt(last))
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"{what}: not within {Limit.TotalSeconds} s; last: {last}");
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }

        return last;
    }

    public static Task BeTrueAsync(Func<bool> condition, string what) => GetAsync(() => condition() ? "" : null, _ => true, what);

    public static async Task BeTrueAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!await condition()) await timer.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"waited {Limit.TotalSeconds:0} s for {what}", e);
        }
    }
}
