using System.Text.Json;
using DaprTrading.Tests.Contract.Testing;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Ends processes at crash points.</summary>
internal sealed class Crasher(RunningSystem system, RedisServer redis, TrappingRelay relay)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60), Lull = TimeSpan.FromSeconds(2);
    private readonly HashSet<int> _ended = [];

    /// <summary>Goes to a point, ends what ends there, and returns when what led there is done.</summary>
    public async Task RunAsync(CrashPoint point, Func<CancellationToken, Task> lead, CancellationToken limit)
    {
        int pid = await PidAsync(point.Ends, limit);
        Task caught = point.Pattern is { } pattern ? relay.TrapAsync(pattern) : relay.TrapAsync(point.Bytes);
        Task leading = await LeadAsync(caught, lead, limit);

        // Redis reads its connections in turns: after the second answer it has run what was sent before the first question.
        await redis.ExecuteAsync("PING");
        await redis.ExecuteAsync("PING");
        if (point.Ends == CrashPoint.Connections)
        {
            relay.Break();
        }
        else
        {
            await RunningProcess.KillAsync(pid, limit);
            _ended.Add(pid);
            relay.Release();
        }

        if (point.Ends == CrashPoint.Runtime) await system.UpAsync();
        await leading;
        if (point.Then is { } then) await then(limit);
    }

    /// <summary>Does what leads to a point until something is in the trap.</summary>
    /// <returns>The last of it, which may wait for what is trapped.</returns>
    private static async Task<Task> LeadAsync(Task caught, Func<CancellationToken, Task> lead, CancellationToken limit)
    {
        while (true)
        {
            Task leading = lead(limit);
            Task lull = LullAfterAsync(leading, limit);
            if (await Task.WhenAny(caught, lull).WaitAsync(Limit, limit) == caught) return leading;
            await lull;
        }
    }

    private static async Task LullAfterAsync(Task leading, CancellationToken limit)
    {
        await leading;
        using var lull = new PeriodicTimer(Lull);
        await lull.WaitForNextTickAsync(limit);
    }

    /// <summary>The process of an app that is ready; one that was just ended is not meant.</summary>
    private async Task<int> PidAsync(string name, CancellationToken limit)
    {
        if (name == CrashPoint.Connections) return 0;
        if (name == CrashPoint.Runtime) return (await system.LiveStatusAsync(limit)).GetProperty("pid").GetInt32();
        return (await Eventually.GetAsync(async ct => PidOf(await system.LiveStatusAsync(ct), name), pid => pid is { } found && !_ended.Contains(found), Limit, $"{name} to be ready"))!.Value;
    }

    private static int? PidOf(JsonElement status, string name)
    {
        JsonElement instance = status.GetProperty("apps").EnumerateArray().Single(app => app.GetProperty("appId").GetString() == name).GetProperty("instances")[0];
        return instance.GetProperty("ready").GetBoolean() && instance.GetProperty("pid") is { ValueKind: JsonValueKind.Number } pid ? pid.GetInt32() : null;
    }
}
