using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Does to a running system what a plan says.</summary>
internal sealed class Faults(RunningSystem system, Timeline timeline)
{
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(150);

    /// <summary>One fault after the other until the time is over.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> RunAsync(FaultPlan plan, TimeSpan length, CancellationToken limit)
    {
        int count = 0;
        TimeSpan end = timeline.Elapsed + length;
        foreach (Fault fault in plan.Faults())
        {
            if (timeline.Elapsed >= end) break;
            await Task.WhenAll(DoAsync(fault, limit), fault.Along is { } along ? DoAsync(along, limit) : Task.CompletedTask);
            count += fault.Along is null ? 1 : 2;
            await WaitAsync(fault.After, limit);
        }

        return count;
    }

    private async Task DoAsync(Fault fault, CancellationToken limit)
    {
        int? pid = fault.Kind switch
        {
            FaultKind.Scale or FaultKind.SlowRedis => 0,
            FaultKind.KillApp or FaultKind.PauseApp => await PidOfAsync(fault, limit),
            FaultKind.KillRedis or FaultKind.PauseRedis => PidOf((await system.StatusAsync(limit)).GetProperty("redis")),
            _ => PidOf(await system.StatusAsync(limit)),
        };
        if (pid is not { } process) return;

        timeline.Add(process == 0 ? fault.ToString() : $"{fault} ({process})");
        await (fault.Kind switch
        {
            FaultKind.KillApp or FaultKind.KillRedis => SignalAsync("KILL", process, limit),
            FaultKind.PauseApp or FaultKind.PauseRedis or FaultKind.PauseRuntime => PauseAsync(process, fault.Length, limit),
            FaultKind.SlowRedis => SlowRedisAsync(fault.Length, limit),
            FaultKind.KillRuntime => KillRuntimeAsync(process, fault.After, limit),
            _ => ScaleAsync(fault, limit),
        });
    }

    private async Task KillRuntimeAsync(int pid, TimeSpan down, CancellationToken limit)
    {
        await SignalAsync("KILL", pid, limit);
        await WaitAsync(down, limit);
        await system.UpAsync();
        timeline.Add("the runtime is up again");
    }

    private async Task ScaleAsync(Fault fault, CancellationToken limit)
    {
        CommandResult result = await system.RunAsync(limit, "scale", fault.App, fault.Instances.ToString(CultureInfo.InvariantCulture));
        if (result.ExitCode != 0) throw new InvalidOperationException($"{fault} failed: {result.Output} {result.Error}");
    }

    private static async Task PauseAsync(int pid, TimeSpan pause, CancellationToken limit)
    {
        await SignalAsync("STOP", pid, limit);
        await WaitAsync(pause, limit);
        await SignalAsync("CONT", pid, limit);
    }

    /// <summary>Redis answers nobody for three quarters of the time.</summary>
    private async Task SlowRedisAsync(TimeSpan length, CancellationToken limit)
    {
        int port = int.Parse(await File.ReadAllTextAsync(Path.Combine(system.Data, "redis", "port"), limit), CultureInfo.InvariantCulture);
        byte[] command = System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"CLIENT PAUSE {Stall.TotalMilliseconds:0} ALL\r\n"));
        long started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Stall * 4 / 3);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, limit);
            while (TimeProvider.System.GetElapsedTime(started) < length)
            {
                await client.GetStream().WriteAsync(command, limit);
                await timer.WaitForNextTickAsync(limit);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            timeline.Add("redis is away already");
        }
    }

    private async Task<int?> PidOfAsync(Fault fault, CancellationToken limit)
    {
        int[] pids = [.. (await system.InstancesAsync(fault.App, limit)).Select(PidOf).OfType<int>()];
        return pids.Length == 0 ? null : pids[(int)(fault.Instance * pids.Length)];
    }

    private static int? PidOf(JsonElement process) =>
        process.ValueKind == JsonValueKind.Object && process.TryGetProperty("pid", out JsonElement pid) && pid.ValueKind == JsonValueKind.Number ? pid.GetInt32() : null;

    private static Task SignalAsync(string signal, int pid, CancellationToken limit) =>
        CommandLine.RunAsync("kill", ["-" + signal, pid.ToString(CultureInfo.InvariantCulture)], null, limit);

    private static async Task WaitAsync(TimeSpan time, CancellationToken limit)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(limit);
    }
}
