using System.Diagnostics;
using System.Globalization;
using DaprTrading.Tests.Contract.Testing;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>Processes end exactly between two of their effects: a relay in front of Redis holds the reply of the first one while they are killed.</summary>
[Collection(nameof(Chaos))]
public sealed class CrashPointTests
{
    private const string Runtime = "runtime", Connections = "connections";
    private const int WarmUp = 240, Chunk = 20, Seed = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What is written to Redis, who ends before learning of it, and between which effects that is.</summary>
    private static readonly (string Bytes, string Ends, string Where)[] Points =
    [
        (Added("bars"), "ingestion", "bars published, producer not answered"),
        ("\"outbox\":[{", "processing", "points stored, not published"),
        (Added("indicators"), "processing", "points published, bars not acknowledged"),
        ("\"outbox\":[{", Connections, "points stored, the turn told that they are not, and run again"),
        ("\"running\":{", "aggregator", "summary stored, not offered"),
        (Added("signals"), "signals", "signals published, not logged"),
        // The third segment of 250 points: those bars make the symbol with two sources go from 720 to 760.
        (":points:2\r\n", "aggregator", "segment stored, summary not"),
        ("\"items\":[{\"id\":\"P", "signals", "signals logged, points not acknowledged"),
        (Added("notifications"), "notification", "notifications published, not in the history"),
        ("\"outbox\":[{", Runtime, "points stored, the sidecar gone"),
    ];

    [Fact]
    public async Task Line_KilledBetweenEveryTwoEffects_EndsAsAnUndisturbedRun()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using var relay = new TrappingRelay(redis.Port);
        await using RunningSystem system = await RunningSystem.StartAsync(
            new Dictionary<string, string> { ["REDIS_HOST"] = relay.Host, ["REDIS_PASSWORD"] = "" });
        int count = WarmUp + (Chunk * Points.Length);
        SeededBars[] bars = [SeededBars.Of("P0", "left", count, Seed), SeededBars.Of("P0", "right", count, Seed), SeededBars.Of("P1", "only", count, Seed)];
        Feed[] feeds = [.. bars.Select(source => new Feed(() => system.Gateway, source, Seed))];
        var timeline = new Timeline();
        try
        {
            await SendAsync(feeds, WarmUp);
            foreach ((string bytes, string ends, string where) in Points)
            {
                timeline.Add($"{where}: {ends} ends");
                await CrashAsync(system, redis, relay, feeds, bytes, ends);
            }

            using var reader = new OutcomeReader(system, Limit);
            foreach (IGrouping<string, SeededBars> symbol in bars.GroupBy(source => source.Symbol))
            {
                Outcome outcome = await reader.ReadAsync(symbol.Key, symbol.Count() * count, CancellationToken.None);
                Batch.Check(outcome, [.. symbol]).Should().BeEmpty();
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{timeline}\n{failure.Message}", failure);
        }
        finally
        {
            relay.Release();
            foreach (Feed feed in feeds) feed.Dispose();
        }
    }

    private static string Added(string stream) => string.Create(CultureInfo.InvariantCulture, $"XADD\r\n${stream.Length}\r\n{stream}\r\n");

    private static async Task CrashAsync(RunningSystem system, RedisServer redis, TrappingRelay relay, Feed[] feeds, string bytes, string ends)
    {
        int pid = await PidAsync(system, ends);
        Task caught = relay.TrapAsync(bytes);
        Task sending = SendAsync(feeds, Chunk);
        await caught.WaitAsync(Limit);

        // Redis reads its connections in turns: after the second answer it has run what was sent before the first question.
        await redis.ExecuteAsync("PING");
        await redis.ExecuteAsync("PING");
        if (ends == Connections)
        {
            relay.Break();
        }
        else
        {
            using Process process = Process.GetProcessById(pid);
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Limit);
            relay.Release();
        }

        if (ends == Runtime) await system.UpAsync();
        await sending;
    }

    private static async Task SendAsync(Feed[] feeds, int count)
    {
        using var limit = new CancellationTokenSource(Limit);
        await Task.WhenAll(feeds.Select(feed => feed.SendNextAsync(count, limit.Token)));
    }

    private static async Task<int> PidAsync(RunningSystem system, string name)
    {
        using var limit = new CancellationTokenSource(Limit);
        if (name == Connections) return 0;
        if (name == Runtime) return (await system.StatusAsync(limit.Token)).GetProperty("pid").GetInt32();
        var instances = await Eventually.GetAsync(
            ct => system.InstancesAsync(name, ct), found => found[0].GetProperty("ready").GetBoolean(), Limit, $"{name} is ready");
        return instances[0].GetProperty("pid").GetInt32();
    }
}
