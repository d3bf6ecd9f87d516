using System.Globalization;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Faults from a seed, one after the other: kills, pauses and changes of scale.</summary>
internal sealed class Faults(RunningSystem system, int seed, Timeline timeline)
{
    private static readonly string[] Apps = ["processing", "ingestion", "gateway", "signals", "aggregator", "notification", "visualization"];
    private static readonly string[] Scalable = ["processing", "aggregator", "signals", "ingestion"];
    private readonly Random _random = new(seed);

    /// <summary>Disturbs until the time is over. Every kind happens early once, so that a short run has them all.</summary>
    public async Task RunAsync(TimeSpan length, CancellationToken limit)
    {
        List<Func<CancellationToken, Task>> first = [KillAppAsync, ScaleAsync, KillRedisAsync, PauseAppAsync, KillRuntimeAsync, PauseRedisAsync];
        Func<CancellationToken, Task>[] all = [KillAppAsync, KillAppAsync, KillAppAsync, PauseAppAsync, PauseAppAsync, ScaleAsync, ScaleAsync, KillRedisAsync, PauseRedisAsync, KillRuntimeAsync];
        while (timeline.Elapsed < length)
        {
            int next = first.Count > 0 ? _random.Next(first.Count) : _random.Next(all.Length);
            Func<CancellationToken, Task> fault = first.Count > 0 ? first[next] : all[next];
            if (first.Count > 0) first.RemoveAt(next);
            await fault(limit);
            await WaitAsync(TimeSpan.FromMilliseconds(_random.Next(100, 2_000)), limit);
        }
    }

    private async Task KillAppAsync(CancellationToken limit)
    {
        string app = Pick(Apps);
        if (await PidOfAsync(app, limit) is not { } pid) return;
        timeline.Add($"kill -9 {app} ({pid})");
        await SignalAsync("KILL", pid, limit);
    }

    private async Task PauseAppAsync(CancellationToken limit)
    {
        string app = Pick(Apps);
        if (await PidOfAsync(app, limit) is { } pid) await PauseAsync(app, pid, limit);
    }

    private async Task KillRedisAsync(CancellationToken limit)
    {
        if (await RedisPidAsync(limit) is not { } pid) return;
        timeline.Add($"kill -9 redis ({pid})");
        await SignalAsync("KILL", pid, limit);
    }

    private async Task PauseRedisAsync(CancellationToken limit)
    {
        if (await RedisPidAsync(limit) is { } pid) await PauseAsync("redis", pid, limit);
    }

    private async Task KillRuntimeAsync(CancellationToken limit)
    {
        int pid = (await system.StatusAsync(limit)).GetProperty("pid").GetInt32();
        timeline.Add($"kill -9 runtime ({pid})");
        await SignalAsync("KILL", pid, limit);
        await WaitAsync(TimeSpan.FromMilliseconds(_random.Next(50, 500)), limit);
        await system.UpAsync();
        timeline.Add("the runtime is up again");
    }

    private async Task ScaleAsync(CancellationToken limit)
    {
        string app = Pick(Scalable);
        string instances = _random.Next(1, 4).ToString(CultureInfo.InvariantCulture);
        timeline.Add($"scale {app} {instances}");
        CommandResult result = await system.RunAsync(limit, "scale", app, instances);
        if (result.ExitCode != 0) throw new InvalidOperationException($"scale {app} {instances} failed: {result.Output} {result.Error}");
    }

    /// <summary>Shorter than a gap is waited for: a longer stop of one consumer makes late bars.</summary>
    private async Task PauseAsync(string what, int pid, CancellationToken limit)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(_random.Next(200, 2_500));
        timeline.Add(string.Create(CultureInfo.InvariantCulture, $"stop {what} ({pid}) for {pause.TotalSeconds:0.0} s"));
        await SignalAsync("STOP", pid, limit);
        await WaitAsync(pause, limit);
        await SignalAsync("CONT", pid, limit);
    }

    private async Task<int?> PidOfAsync(string app, CancellationToken limit)
    {
        int[] pids = [.. (await system.InstancesAsync(app, limit)).Select(PidOf).OfType<int>()];
        return pids.Length == 0 ? null : pids[_random.Next(pids.Length)];
    }

    private async Task<int?> RedisPidAsync(CancellationToken limit) => PidOf((await system.StatusAsync(limit)).GetProperty("redis"));

    private static int? PidOf(JsonElement process) =>
        process.ValueKind == JsonValueKind.Object && process.TryGetProperty("pid", out JsonElement pid) && pid.ValueKind == JsonValueKind.Number ? pid.GetInt32() : null;

    private static Task SignalAsync(string signal, int pid, CancellationToken limit) =>
        CommandLine.RunAsync("kill", ["-" + signal, pid.ToString(CultureInfo.InvariantCulture)], null, limit);

    private static async Task WaitAsync(TimeSpan time, CancellationToken limit)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(limit);
    }

    private string Pick(string[] names) => names[_random.Next(names.Length)];
}
