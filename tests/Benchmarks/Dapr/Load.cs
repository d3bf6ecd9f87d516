namespace DaprTrading.Tests.Benchmarks.Dapr;

/// <summary>What a round did.</summary>
/// <param name="Operations">Operations in all.</param>
/// <param name="Rate">Operations per second.</param>
internal readonly record struct Round(int Operations, double Rate);

/// <summary>Runs an operation many times, so many of them at once.</summary>
internal static class Load
{
    /// <summary>Runs a round.</summary>
    /// <param name="count">Operations in all.</param>
    /// <param name="atOnce">Operations under way at any time.</param>
    /// <param name="operation">The operation; gets its number.</param>
    /// <param name="finished">Ends when what the operations caused has happened, too.</param>
    public static async Task<Round> RunAsync(int count, int atOnce, Func<int, Task> operation, Func<Task>? finished = null)
    {
        int next = -1;
        long begun = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(WorkAsync)));
        if (finished is not null) await finished();
        return new Round(count, count / TimeProvider.System.GetElapsedTime(begun).TotalSeconds);

        async Task WorkAsync()
        {
            for (int number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next)) await operation(number);
        }
    }
}
