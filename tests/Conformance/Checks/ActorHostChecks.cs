using System.Collections.Concurrent;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Actors on several hosts.</summary>
internal static class ActorHostChecks
{
    private const int Actors = 24;

    public static IReadOnlyList<Check> List { get; } =
    [
        new(106, "when a host stops, its actors answer from the other; never two hosts at once", MoveAsync) { Own = "two hosts" },
    ];

    private static async Task MoveAsync(Stage s)
    {
        var running = new ConcurrentDictionary<string, int>();
        int overlaps = 0;
        NodeSetup setup = s.Setup() with
        {
            Configuration = """{"entities":["T"],"drainOngoingCallTimeout":"5s"}""",
            Script = app => app.On(seen => seen.Path.StartsWith("/actors/T/", StringComparison.Ordinal) && seen.Method == "PUT", async (seen, _) =>
            {
                if (running.AddOrUpdate(seen.Path, 1, (_, now) => now + 1) > 1) Interlocked.Increment(ref overlaps);
                await ActorChecks.PauseAsync(TimeSpan.FromMilliseconds(5));
                running.AddOrUpdate(seen.Path, 0, (_, now) => now - 1);
            }),
        };
        IWorld world = await s.WorldAsync();
        Node one = await s.AddAsync(world, setup);
        Node two = await s.AddAsync(world, setup);
        await RoundAsync(one);
        Stage.True(Turns(one) > 0 && Turns(two) > 0, $"actors on both hosts, got {Turns(one)} and {Turns(two)}");

        Task stopping = world.StopAsync(two, s.Stopping);
        for (int round = 0; round < 5; round++) await RoundAsync(one);
        await stopping;
        int before = Turns(one);
        await RoundAsync(one);
        Stage.Equal(Actors, Turns(one) - before, "turns on the host that is left");
        Stage.Equal(0, overlaps, "turns of one actor on two hosts at once");
    }

    private static async Task RoundAsync(Node node)
    {
        Reply[] replies = await Task.WhenAll(Enumerable.Range(0, Actors).Select(i => node.Post($"/v1.0/actors/T/{i}/method/m")));
        foreach (Reply reply in replies) reply.Is(200);
    }

    private static int Turns(Node node) => node.App.All.Count(seen => seen.Path.EndsWith("/method/m", StringComparison.Ordinal));
}
