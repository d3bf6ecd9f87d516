using System.Globalization;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Does to a running system what a plan says, and fails when a fault has no effect.</summary>
internal sealed class Faults(RunningSystem system, Timeline timeline)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly List<Fault> _done = [];

    /// <summary>One fault after the other until the time is over and a whole deck of them has happened.</summary>
    /// <returns>Those that took effect.</returns>
    public async Task<IReadOnlyList<Fault>> RunAsync(FaultPlan plan, TimeSpan length, CancellationToken limit)
    {
        TimeSpan end = timeline.Elapsed + length;
        bool wholeDeck = false;
        foreach (Fault fault in plan.Faults())
        {
            if (wholeDeck && timeline.Elapsed >= end) break;
            await Task.WhenAll(DoAsync(fault, limit), fault.Along is { } along ? DoAsync(along, limit) : Task.CompletedTask);
            await WaitAsync(fault.After, limit);
            wholeDeck |= fault.EndsDeck;
        }

        return _done;
    }

    private async Task DoAsync(Fault fault, CancellationToken limit)
    {
        await (fault.Kind switch
        {
            FaultKind.Scale => ScaleAsync(fault, limit),
            FaultKind.SlowRedis => SlowRedisAsync(fault, limit),
            FaultKind.KillApp or FaultKind.KillRedis => KillAsync(fault, limit),
            FaultKind.KillRuntime => KillRuntimeAsync(fault, limit),
            FaultKind.PauseRuntime => PauseAsync(fault, await RuntimeAsync(limit), limit),
            _ => PauseAsync(fault, (await TargetAsync(fault)).Pid, limit),
        });
        lock (_done) _done.Add(fault);
    }

    private async Task KillAsync(Fault fault, CancellationToken limit)
    {
        Target target = await TargetAsync(fault);
        timeline.Add($"{fault} ({target.Pid})");
        await RunningProcess.KillAsync(target.Pid, limit);
        await Eventually.GetAsync(
            async ct => TargetOf(await system.LiveStatusAsync(ct), fault, target.Instance), again => again is not null && again.Pid != target.Pid && again.Restarts > target.Restarts,
            Limit, $"{fault}: a new process, and a restart more than {target.Restarts}");
    }

    private async Task PauseAsync(Fault fault, int pid, CancellationToken limit)
    {
        timeline.Add($"{fault} ({pid})");
        await RunningProcess.PauseAsync(pid, fault.Length, limit);
    }

    private async Task KillRuntimeAsync(Fault fault, CancellationToken limit)
    {
        int pid = await RuntimeAsync(limit);
        timeline.Add($"{fault} ({pid})");
        await RunningProcess.KillAsync(pid, limit);
        await WaitAsync(fault.Length, limit);
        await system.UpAsync();
        int next = await RuntimeAsync(limit);
        if (next == pid) throw new InvalidOperationException($"{fault} had no effect: its process is still {pid}.");
        timeline.Add($"the runtime is up again ({next})");
    }

    private async Task ScaleAsync(Fault fault, CancellationToken limit)
    {
        timeline.Add(fault.ToString());
        CommandResult result = await system.RunAsync(limit, "scale", fault.App, fault.Instances.ToString(CultureInfo.InvariantCulture));
        if (result.ExitCode != 0) throw new InvalidOperationException($"{fault} failed: {result.Output} {result.Error}");
        int instances = InstancesOf(await system.LiveStatusAsync(limit), fault.App).Count();
        if (instances != fault.Instances) throw new InvalidOperationException($"{fault} had no effect: there are {instances} instances.");
    }

    private async Task SlowRedisAsync(Fault fault, CancellationToken limit)
    {
        timeline.Add(fault.ToString());
        TimeSpan longest = await SlowRedis.RunAsync(await system.RedisPortAsync(limit), fault.Length, limit);
        if (longest < TimeSpan.FromMilliseconds(75)) throw new InvalidOperationException($"{fault} had no effect: the slowest answer took {longest.TotalMilliseconds:0} ms.");
    }

    private async Task<int> RuntimeAsync(CancellationToken limit) => (await system.LiveStatusAsync(limit)).GetProperty("pid").GetInt32();

    /// <summary>The process a fault means; one that is being started is waited for.</summary>
    private async Task<Target> TargetAsync(Fault fault) => (await Eventually.GetAsync(
        async ct => TargetOf(await system.LiveStatusAsync(ct), fault, null), found => found is not null, Limit, $"{fault}: a process to do it to"))!;

    private static Target? TargetOf(JsonElement status, Fault fault, int? instance)
    {
        if (!fault.IsOfApp) return Read(status.GetProperty("redis"));
        JsonElement[] instances = [.. InstancesOf(status, fault.App)];
        int at = instance ?? (int)(fault.Instance * instances.Length);
        return at < instances.Length ? Read(instances[at]) : null;

        Target? Read(JsonElement process) => process.ValueKind == JsonValueKind.Object && process.TryGetProperty("pid", out JsonElement pid) && pid.ValueKind == JsonValueKind.Number
            ? new Target(pid.GetInt32(), process.TryGetProperty("instance", out JsonElement number) ? number.GetInt32() : 0, process.GetProperty("restarts").GetInt32())
            : null;
    }

    private static IEnumerable<JsonElement> InstancesOf(JsonElement status, string app) =>
        status.GetProperty("apps").EnumerateArray().Single(known => known.GetProperty("appId").GetString() == app).GetProperty("instances").EnumerateArray();

    private static async Task WaitAsync(TimeSpan time, CancellationToken limit)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(limit);
    }

    /// <summary>What a fault hits.</summary>
    private sealed record Target(int Pid, int Instance, int Restarts);
}
