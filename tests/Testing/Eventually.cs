namespace DaprTrading.Tests.Testing;

/// <summary>Waits on conditions, with a limit.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer satisfies; throws with the last answer when the limit is over.</summary>
    public static async Task<T> GetAsync<T>(Func<CancellationToken, Task<T>> ask, Func<T, bool> satisfied, TimeSpan limit, string what)
    {
        using var ending = new CancellationTokenSource(limit);
        using var timer = new PeriodicTimer(Pause);
        T? last = default;
        Exception? failure = null;
        try
        {
            do
            {
                try
                {
                    last = await ask(ending.Token);
                    failure = null;
                    if (satisfied(last)) return last;
                }
                catch (HttpRequestException e)
                {
                    failure = e;
                }
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Told below, with what was seen last.
        }

        throw new TimeoutException($"{what} did not happen within {limit.TotalSeconds:0} s. Last seen: {last}. {failure?.Message}");
    }
}
