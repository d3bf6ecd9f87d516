using System.Globalization;
using DaprTrading.Tests.Fenced;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Integration;

/// <summary>
/// Real processes host actors that notice when they are not alone, while instances come, go, die and stop. Longer runs and other seeds:
/// <c>DAPRTRADING_FENCE_SECONDS=600 DAPRTRADING_FENCE_SEED=7 ./run test integration</c>.
/// </summary>
public sealed class FencingTests(ITestOutputHelper output)
{
    private const int Actors = 50;
    private const int Clients = 8;
    private static readonly string[] Names = [.. Enumerable.Range(0, Actors).Select(actor => $"actor-{actor}")];
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Storm_ScalingKillsAndPauses_NoTwoTurnsOfAnActorOverlapAndNoCallIsLost()
    {
        TimeSpan length = TimeSpan.FromSeconds(Number("DAPRTRADING_FENCE_SECONDS", 10));
        int seed = Number("DAPRTRADING_FENCE_SEED", 1);
        await using FencedSystem system = await FencedSystem.StartAsync();
        using var stop = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(length + Settle);

        Task<long[]>[] clients = [.. Enumerable.Range(0, Clients).Select(client => CallAsync(system, client, seed, stop.Token, limit.Token))];
        List<string> faults = await new FencedFaults(system, seed).RageAsync(length, limit.Token);
        await stop.CancelAsync();
        long[][] sent = await Task.WhenAll(clients);

        IReadOnlyList<FenceEvent> events = system.Events();
        int ended = events.Count(seen => seen.Kind == FenceEvent.Ended);
        int taken = events.Count(seen => seen.Kind == FenceEvent.FoundOpen);
        output.WriteLine($"seed {seed}: {ended} turns, {taken} found the turn before broken off; {string.Join(", ", faults)}");
        FenceVerdict.Overlaps(events).Should().BeEmpty("seed {0}; {1}", seed, string.Join(", ", faults));
        (await system.CountsOfAsync(Names)).Should().Equal(Enumerable.Range(0, Actors).Select(actor => sent.Sum(client => client[actor])), "each call counts once; seed {0}", seed);
        sent.Sum(client => client.Sum()).Should().BeGreaterThan(100);
    }

    [Fact]
    public async Task KilledOwner_ItsActorsAnswerElsewhere_WithinSeconds()
    {
        await using FencedSystem system = await FencedSystem.StartAsync();
        using var limit = new CancellationTokenSource(Settle);
        await Task.WhenAll(Names.Select(actor => system.CountAsync(actor, new CountRequest("c", 1), limit.Token)));
        (int pid, int owned) = (await system.InstancesAsync(limit.Token)).MaxBy(instance => instance.Actors);
        owned.Should().BeGreaterThan(0);

        await FencedSystem.SignalAsync("KILL", pid, limit.Token);
        long killed = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Names.Select(actor => system.CountAsync(actor, new CountRequest("c", 2), limit.Token)));
        TimeSpan answered = TimeProvider.System.GetElapsedTime(killed);

        output.WriteLine($"{owned} actors of the killed process and {Actors - owned} others answered {answered.TotalMilliseconds:0} ms after kill -9");
        answered.Should().BeLessThan(TimeSpan.FromSeconds(6), "an idle machine needs a fraction of 2 s");
        (await system.CountsOfAsync(Names)).Should().OnlyContain(count => count == 2);
        FenceVerdict.Overlaps(system.Events()).Should().BeEmpty();
    }

    private static async Task<long[]> CallAsync(FencedSystem system, int client, int seed, CancellationToken stop, CancellationToken limit)
    {
        var random = new Random((seed * 100) + client);
        var sent = new long[Actors];
        while (!stop.IsCancellationRequested)
        {
            int actor = random.Next(Actors);
            await system.CountAsync(Names[actor], new CountRequest($"client-{client}", ++sent[actor]), limit);
        }

        return sent;
    }

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
