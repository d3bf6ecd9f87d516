using System.Diagnostics;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Conformance.Checks;

/// <summary>Actor calls, turns and state. The mark is the actor's id.</summary>
internal static class ActorChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(88, "a call reaches the app as PUT with its body; the answer comes back", async s =>
        {
            s.App.Answer(s.Mark, 200, "answer");
            (await s.Web.Post(Actor(s, "T", "method/m"), "x")).Is(200).Says("answer");
            Seen seen = s.App.Of(s.Mark).Single();
            Stage.Equal($"PUT /actors/T/{s.Mark}/method/m x", $"{seen.Method} {seen.Path} {seen.Body}", "request");
        }),
        new(89, "204 from a method is an error: 500 ERR_ACTOR_INVOKE_METHOD", async s =>
        {
            s.App.Answer(s.Mark, 204);
            (await s.Web.Post(Actor(s, "T", "method/m"))).Is(500, "ERR_ACTOR_INVOKE_METHOD");
        }),
        new(90, "200 with X-DaprErrorResponseHeader is passed on", async s =>
        {
            s.App.On(seen => seen.Has(s.Mark), (_, http) =>
            {
                http.Response.Headers["X-DaprErrorResponseHeader"] = "true";
                return http.Response.WriteAsync("thrown");
            });
            (await s.Web.Post(Actor(s, "T", "method/m"))).Is(200).Says("thrown");
        }),
        new(91, "turns of one actor follow each other; two actors run in parallel", async s =>
        {
            int running = 0, most = 0;
            var both = new CountdownEvent(2);
            var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            s.App.On(seen => seen.Has(s.Mark + "-one"), async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await PauseAsync(TimeSpan.FromMilliseconds(60));
                Interlocked.Decrement(ref running);
            });
            s.App.On(seen => seen.Has(s.Mark + "-par"), async (_, _) =>
            {
                if (both.Signal()) together.TrySetResult();
                await together.Task.WaitAsync(TimeSpan.FromSeconds(10));
            });
            await AllAsync(200, Enumerable.Range(0, 3).Select(_ => s.Web.Post($"/v1.0/actors/T/{s.Mark}-one/method/m")));
            Stage.Equal(1, most, "turns of one actor at once");
            await AllAsync(200, Enumerable.Range(0, 2).Select(i => s.Web.Post($"/v1.0/actors/T/{s.Mark}-par{i}/method/m")));
        }),
        new(92, "a type nobody hosts is 500 ERR_ACTOR_INVOKE_METHOD after about 5 s", async s =>
        {
            long started = Stopwatch.GetTimestamp();
            (await s.Web.Post(Actor(s, "Nobody", "method/m"))).Is(500, "ERR_ACTOR_INVOKE_METHOD", "did not find address for actor");
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Stage.True(seconds is > 3.5 and < 15, $"an answer after about 5 s, not {seconds:0.0} s");
        }),
        new(93, "state of an actor that was never called is 400 ERR_ACTOR_INSTANCE_MISSING", async s =>
            (await UpsertAsync(s, "n", "1")).Is(400, "ERR_ACTOR_INSTANCE_MISSING")),
        new(94, "state saved in a turn can be read and lies under its key in Redis", async s =>
        {
            (await InTurnAsync(s, () => UpsertAsync(s, "n", "3"))).Is(204);
            (await s.Web.Get(Actor(s, "T", "state/n"))).Is(200).Says("3");
            (await s.Web.Get(Actor(s, "T", "state/missing"))).Is(204);
            Stage.Equal("3", (await s.Redis.ExecuteAsync("HGET", $"web||T||{s.Mark}||n", "data"))[0], "data in Redis");
        }) { Redis = true },
        new(95, "ttlInSeconds without the feature is 500 naming ActorStateTTL", async s =>
            (await InTurnAsync(s, () => UpsertAsync(s, "n", "3,\"metadata\":{\"ttlInSeconds\":\"9\"}"))).Is(500, "ERR_ACTOR_STATE_TRANSACTION_SAVE", "ActorStateTTL")),
        new(96, "an idle actor is deactivated once; the next call works and its state is there", async s =>
        {
            (await s.Web.Post(Actor(s, "Idle", "method/m"))).Is(200);
            (await UpsertAsync(s, "n", "4", "Idle")).Is(204);
            await s.UntilAsync(() => s.App.Of(s.Mark).Any(seen => seen.Method == "DELETE"), "a DELETE of the actor");
            Stage.Equal(1, s.App.Of(s.Mark, $"/actors/Idle/{s.Mark}").Count, "DELETEs");
            (await s.Web.Post(Actor(s, "Idle", "method/m"))).Is(200);
            (await s.Web.Get(Actor(s, "Idle", "state/n"))).Is(200).Says("4");
        }),
        new(105, "reentrancy: on it enters, too deep it fails, off it blocks", ReentrancyAsync),
    ];

    public static string Actor(Stage s, string type, string rest) => $"/v1.0/actors/{type}/{s.Mark}/{rest}";

    public static async Task PauseAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    private static Task<Reply> UpsertAsync(Stage s, string key, string value, string type = "T") =>
        s.Web.Post(Actor(s, type, "state"), "[{\"operation\":\"upsert\",\"request\":{\"key\":\"" + key + "\",\"value\":" + value + "}}]");

    /// <summary>Calls the actor and does something while its turn runs.</summary>
    private static async Task<Reply> InTurnAsync(Stage s, Func<Task<Reply>> act)
    {
        Reply? inside = null;
        s.App.On(seen => seen.Path.EndsWith($"{s.Mark}/method/turn", StringComparison.Ordinal), async (_, _) => inside = await act());
        (await s.Web.Post(Actor(s, "T", "method/turn"))).Is(200);
        return inside!;
    }

    private static async Task ReentrancyAsync(Stage s)
    {
        // The actor calls itself until it is refused.
        var inner = new System.Collections.Concurrent.ConcurrentQueue<Reply>();
        s.App.On(seen => seen.Path.StartsWith($"/actors/Re/{s.Mark}/", StringComparison.Ordinal), async (seen, http) =>
        {
            Reply reply = await s.Web.Post(Actor(s, "Re", "method/deep"), null, ("Dapr-Reentrancy-Id", seen.Header("Dapr-Reentrancy-Id")));
            inner.Enqueue(reply);
        });
        (await s.Web.Post(Actor(s, "Re", "method/deep"))).Is(200);
        inner.First().Is(500);
        Stage.True(inner.First().Body.Contains("maximum stack depth exceeded", StringComparison.Ordinal), $"a message with 'maximum stack depth exceeded', got {inner.First().Body}");
        Stage.True(inner.Skip(1).Any() && inner.Skip(1).All(reply => reply.Status == 200), "200 for the calls above");

        s.App.On(seen => seen.Path == $"/actors/T/{s.Mark}/method/outer", async (seen, http) =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                await s.Web.Send("POST", Actor(s, "T", "method/inner"), null, null, [("Dapr-Reentrancy-Id", "r1")], patience.Token);
            }
            catch (OperationCanceledException)
            {
                await http.Response.WriteAsync("blocked");
            }
        });
        (await s.Web.Post(Actor(s, "T", "method/outer"), null, ("Dapr-Reentrancy-Id", "r1"))).Is(200).Says("blocked");
    }

    private static async Task AllAsync(int status, IEnumerable<Task<Reply>> replies)
    {
        foreach (Reply reply in await Task.WhenAll(replies)) reply.Is(status);
    }
}
