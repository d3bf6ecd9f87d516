using System.Globalization;
using DaprTrading.Tests.Fenced;
using DaprTrading.Tests.Testing;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Integration;

/// <summary>
/// Real processes host actors that notice when they are not alone, while instances come, go, die and stop. Longer runs and other seeds:
/// <c>DAPRTRADING_FENCE_SECONDS=600 DAPRTRADING_FENCE_SEED=7 ./run test integration</c>.
/// </summary>
public sealed class FencingTests(FencedSystem system, ITestOutputHelper output) : IClassFixture<FencedSystem>
{
    private const int Actors = 50;
    private const int Clients = 8;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Storm_ScalingKillsAndPauses_NoTwoTurnsOfAnActorOverlapAndNoCallIsLost()
    {
        TimeSpan length = TimeSpan.FromSeconds(Number("DAPRTRADING_FENCE_SECONDS", 8));
        int seed = Number("DAPRTRADING_FENCE_SEED", 1);
        using var stop = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(length + Settle);

        string[] names = Names("storm");
        Task<long[]>[] clients = [.. Enumerable.Range(0, Clients).Select(client => CallAsync(names, client, seed, stop.Token, limit.Token))];
        List<string> faults = await new FencedFaults(system, seed).RageAsync(length, limit.Token);
        await stop.CancelAsync();
        long[][] sent = await Task.WhenAll(clients);

        IReadOnlyList<FenceEvent> events = system.Events();
        int ended = events.Count(seen => seen.Kind == FenceEvent.Ended);
        int taken = events.Count(seen => seen.Kind == FenceEvent.FoundOpen);
        output.WriteLine($"seed {seed}: {ended} turns, {taken} found the turn before broken off; {string.Join(", ", faults)}");
        FenceVerdict.Overlaps(events).Should().BeEmpty("seed {0}; {1}", seed, string.Join(", ", faults));
        (await system.CountsOfAsync(names)).Should().Equal(Enumerable.Range(0, Actors).Select(actor => sent.Sum(client => client[actor])), "each call counts once; seed {0}", seed);
        sent.Sum(client => client.Sum()).Should().BeGreaterThan(100);
    }

    [Fact]
    public async Task KilledOwner_ItsActorsAnswerElsewhere_WithinTwoSeconds()
    {
        using var limit = new CancellationTokenSource(Settle);
        string[] names = Names("killed");
        int pid = (await Eventually.GetAsync(system.PidsAsync, pids => pids.Count == 2, Settle, "two instances"))[0];
        await Task.WhenAll(names.Select(actor => system.CountAsync(actor, new CountRequest("c", 1), limit.Token)));
        int owned = system.Events(pid).Where(seen => names.Contains(seen.Actor)).Select(seen => seen.Actor).Distinct().Count();
        owned.Should().BeInRange(1, Actors - 1);

        await FencedSystem.SignalAsync("KILL", pid, limit.Token);
        long killed = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(names.Select(actor => system.CountAsync(actor, new CountRequest("c", 2), limit.Token)));
        TimeSpan answered = TimeProvider.System.GetElapsedTime(killed);

        output.WriteLine($"{owned} actors of the killed process and {Actors - owned} others answered {answered.TotalMilliseconds:0} ms after kill -9");
        answered.Should().BeLessThan(TimeSpan.FromSeconds(2), "a third of a second is enough on two cores with twenty waiting for them");
        (await system.CountsOfAsync(names)).Should().OnlyContain(count => count == 2);
        FenceVerdict.Overlaps(system.Events()).Should().BeEmpty();
    }

    private async Task<long[]> CallAsync(string[] names, int client, int seed, CancellationToken stop, CancellationToken limit)
    {
        var random = new Random((seed * 100) + client);
        var sent = new long[Actors];
        while (!stop.IsCancellationRequested)
        {
            int actor = random.Next(Actors);
            await system.CountAsync(names[actor], new CountRequest($"client-{client}", ++sent[actor]), limit);
        }

        return sent;
    }

    private static string[] Names(string test) => [.. Enumerable.Range(0, Actors).Select(actor => $"{test}-{actor}")];

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
