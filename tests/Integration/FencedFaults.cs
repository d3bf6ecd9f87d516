using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>What is done to the app, from a seed. Each kind happens at least once.</summary>
internal sealed class FencedFaults(FencedSystem system, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<string> _done = [];

    /// <summary>Goes on until the time is over and each kind has happened; then there are two instances again.</summary>
    public async Task<List<string>> RageAsync(TimeSpan length, CancellationToken limit)
    {
        long started = TimeProvider.System.GetTimestamp();
        List<Func<CancellationToken, Task>> first = [KillAsync, PauseAsync, ScaleAsync, PauseBrieflyAsync];
        Func<CancellationToken, Task>[] all = [.. first, KillAsync, ScaleAsync];
        while (first.Count > 0 || TimeProvider.System.GetElapsedTime(started) < length)
        {
            int next = _random.Next(first.Count > 0 ? first.Count : all.Length);
            Func<CancellationToken, Task> fault = first.Count > 0 ? first[next] : all[next];
            if (first.Count > 0) first.RemoveAt(next);
            await fault(limit);
            await WaitAsync(TimeSpan.FromMilliseconds(_random.Next(50, 400)), limit);
        }

        await system.ScaleAsync(2, limit);
        return _done;
    }

    private async Task KillAsync(CancellationToken limit)
    {
        int pid = await PickAsync(limit);
        _done.Add($"kill {pid}");
        await FencedSystem.SignalAsync("KILL", pid, limit);
    }

    /// <summary>Long enough for its health checks to fail and its actors to answer elsewhere, while its turns wait to go on.</summary>
    private Task PauseAsync(CancellationToken limit) => PauseAsync(TimeSpan.FromSeconds(4), limit);

    private Task PauseBrieflyAsync(CancellationToken limit) => PauseAsync(TimeSpan.FromMilliseconds(_random.Next(100, 600)), limit);

    private async Task PauseAsync(TimeSpan length, CancellationToken limit)
    {
        int pid = await PickAsync(limit);
        _done.Add($"stop {pid} for {length.TotalMilliseconds:0} ms");
        await FencedSystem.SignalAsync("STOP", pid, limit);
        await WaitAsync(length, limit);
        await FencedSystem.SignalAsync("CONT", pid, limit);
    }

    private async Task ScaleAsync(CancellationToken limit)
    {
        int instances = _random.Next(2) == 0 ? 3 : 1;
        _done.Add($"scale {instances}");
        await system.ScaleAsync(instances, limit);
    }

    private async Task<int> PickAsync(CancellationToken limit)
    {
        IReadOnlyList<int> pids = await Eventually.GetAsync(system.PidsAsync, found => found.Count > 0, TimeSpan.FromSeconds(30), "a process");
        limit.ThrowIfCancellationRequested();
        return pids[_random.Next(pids.Count)];
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken limit)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(limit);
    }
}
