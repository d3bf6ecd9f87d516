using System.Net;
using System.Text;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Retries, timeouts and circuit breakers for apps and actors.</summary>
internal static class ResiliencyChecks
{
    private const string Policies = "a resiliency resource";

    public static IReadOnlyList<Check> List { get; } =
    [
        new(178, "7.4: an actor's target repeats what is not 200; the answer is that of the last attempt", async s =>
        {
            int calls = 0;
            s.App.On(seen => seen.Has(s.Mark), (_, http) =>
            {
                http.Response.StatusCode = Interlocked.Increment(ref calls) < 3 ? 500 : 200;
                return Task.CompletedTask;
            });
            (await s.Web.Post(ActorChecks.Actor(s, "Retried", "method/m"), "x")).Is(200);
            Stage.Equal("x x x", string.Join(' ', s.App.Of(s.Mark).Select(seen => seen.Body)), "bodies of the calls");
        }),
        new(179, "4.4, 7.4: an app's target repeats statuses above 399; the app's last answer is passed on; what streams is sent once", async s =>
        {
            (Node web, Node b) = await TwoAsync(s, "", "retry: thrice");
            b.App.On(seen => seen.Path is "/fails" or "/streamed", 503, "no");
            b.App.On(seen => seen.Path == "/fine", 302);
            (await web.Post(Method(b, "fails"), "x")).Is(503).Says("no");
            (await web.Get(Method(b, "fine"))).Is(302);
            (await web.Send("POST", Method(b, "streamed"), new Unsized(), "text/plain", [], s.Stopping)).Is(503);
            Stage.Equal("4 1 1", $"{Calls(b, "/fails")} {Calls(b, "/fine")} {Calls(b, "/streamed")}", "calls");
        }) { Own = Policies },
        new(180, "7.4: matching: only the statuses listed are repeated", async s =>
        {
            (Node web, Node b) = await TwoAsync(s, "", "retry: only503");
            b.App.On(seen => seen.Path == "/500", 500);
            b.App.On(seen => seen.Path == "/503", 503);
            (await web.Get(Method(b, "500"))).Is(500);
            (await web.Get(Method(b, "503"))).Is(503);
            Stage.Equal("1 4", $"{Calls(b, "/500")} {Calls(b, "/503")}", "calls");
        }) { Own = Policies },
        new(181, "7.4: a timeout is for each attempt; after the last it is 500 ERR_DIRECT_INVOKE", async s =>
        {
            (Node web, Node b) = await TwoAsync(s, "", "timeout: quick, retry: once");
            int calls = 0;
            b.App.On(seen => seen.Path == "/second", (_, http) => Interlocked.Increment(ref calls) == 1 ? ScriptedApp.HangAsync(http) : Task.CompletedTask);
            b.App.On(seen => seen.Path == "/never", (_, http) => ScriptedApp.HangAsync(http));
            (await web.Get(Method(b, "second"))).Is(200);
            (await web.Get(Method(b, "never"))).Is(500, "ERR_DIRECT_INVOKE", "timeout");
            Stage.Equal("2 2", $"{Calls(b, "/second")} {Calls(b, "/never")}", "calls");
        }) { Own = Policies },
        new(182, "7.4: an open breaker refuses without a call, until its timeout is over", async s =>
        {
            (Node web, Node b) = await TwoAsync(s, "", "circuitBreaker: two");
            int status = 500;
            b.App.On(seen => seen.Path == "/m", (_, http) =>
            {
                http.Response.StatusCode = Volatile.Read(ref status);
                return Task.CompletedTask;
            });
            (await web.Get(Method(b, "m"))).Is(500).Says("");
            (await web.Get(Method(b, "m"))).Is(500).Says("");
            (await web.Get(Method(b, "m"))).Is(500, "ERR_DIRECT_INVOKE", "circuit breaker is open");
            Stage.Equal(2, Calls(b, "/m"), "calls");
            Volatile.Write(ref status, 200);
            await s.UntilAsync(async () => (await web.Get(Method(b, "m"))).Status == 200, "a call that comes through again");
        }) { Own = Policies },
        new(183, "7.4: an open breaker ends the retries", async s =>
        {
            (Node web, Node b) = await TwoAsync(s, "", "retry: thrice, circuitBreaker: two");
            b.App.On(seen => seen.Path == "/m", 500);
            (await web.Get(Method(b, "m"))).Is(500);
            Stage.Equal(2, Calls(b, "/m"), "calls");
        }) { Own = Policies },
        new(184, "7.4: DefaultAppRetryPolicy is for apps without a target, and goes before DefaultRetryPolicy", async s =>
        {
            const string byName = "DefaultAppRetryPolicy: { policy: constant, duration: 10ms, maxRetries: 1 }\n      DefaultRetryPolicy: { policy: constant, duration: 10ms, maxRetries: 2 }";
            (Node web, Node b) = await TwoAsync(s, byName, null);
            Node c = await s.AddAsync(s.World, s.Setup("-c"));
            foreach (Node node in (Node[])[b, c]) node.App.On(seen => seen.Path == "/m", 500);
            (await web.Get(Method(b, "m"))).Is(500);
            (await web.Get(Method(c, "m"))).Is(500);
            (await web.Post($"/v1.0/actors/Named/{s.Mark}/method/m")).Is(200);
            Stage.Equal("2 4", $"{Calls(b, "/m")} {Calls(c, "/m")}", "calls of the app without and of the one with a target");
            Stage.Equal(3, web.App.All.Count(seen => seen.Path == $"/actors/Named/{s.Mark}/method/m"), "turns under DefaultRetryPolicy");
        }) { Own = Policies },
        new(185, "7.4: actors: a timeout is 500 ERR_ACTOR_INVOKE_METHOD; a breaker of scope id is the actor's own", async s =>
        {
            (Node web, _) = await TwoAsync(s, "", null);
            web.App.On(seen => seen.Path.StartsWith("/actors/Slow/", StringComparison.Ordinal), (_, http) => ScriptedApp.HangAsync(http));
            web.App.On(seen => seen.Path.StartsWith("/actors/Broken/bad", StringComparison.Ordinal), 500);
            (await web.Post("/v1.0/actors/Slow/1/method/m")).Is(500, "ERR_ACTOR_INVOKE_METHOD");
            for (int i = 0; i < 3; i++) (await web.Post("/v1.0/actors/Broken/bad/method/m")).Is(500, "ERR_ACTOR_INVOKE_METHOD");
            Stage.Equal(2, web.App.All.Count(seen => seen.Path == "/actors/Broken/bad/method/m"), "calls until the breaker is open");
            (await web.Post("/v1.0/actors/Broken/good/method/m")).Is(200);
        }) { Own = Policies },
    ];

    /// <summary>The apps <c>web</c> and <c>b</c> of a check; <c>c</c> has a target of its own.</summary>
    private static async Task<(Node Web, Node B)> TwoAsync(Stage s, string retries, string? target)
    {
        string resiliency = $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: { name: own }
            spec:
              policies:
                timeouts: { quick: 300ms }
                retries:
                  once: { policy: constant, duration: 10ms, maxRetries: 1 }
                  thrice: { policy: constant, duration: 10ms, maxRetries: 3 }
                  only503: { policy: constant, duration: 10ms, maxRetries: 3, matching: { httpStatusCodes: "503" } }
                  {{(retries.Length > 0 ? retries.ReplaceLineEndings("\n") : "none: { policy: constant, maxRetries: 0 }")}}
                circuitBreakers:
                  two: { maxRequests: 1, timeout: 1s, trip: "consecutiveFailures >= 2" }
              targets:
                apps:
                  {{s.Mark}}-c: { retry: thrice }
                  {{(target is null ? "nobody: { retry: once }" : $"{s.Mark}-b: {{ {target} }}")}}
                actors:
                  Slow: { timeout: quick }
                  Broken: { circuitBreaker: two, circuitBreakerScope: id }
            """;
        await s.WorldAsync(Resources.Bus(), Resources.Store(), resiliency);
        int turns = 0;
        Node web = await s.AddAsync(s.World, s.Setup() with
        {
            Configuration = """{"entities":["Slow","Broken","Named"]}""",
            Script = app => app.On(seen => seen.Path.StartsWith("/actors/Named/", StringComparison.Ordinal), (_, http) =>
            {
                http.Response.StatusCode = Interlocked.Increment(ref turns) < 3 ? 500 : 200;
                return Task.CompletedTask;
            }),
        });
        return (web, await s.AddAsync(s.World, s.Setup("-b")));
    }

    private static string Method(Node node, string method) => $"/v1.0/invoke/{node.AppId}/method/{method}";

    private static int Calls(Node node, string path) => node.App.All.Count(seen => seen.Path == path);

    /// <summary>A body whose length is not told.</summary>
    private sealed class Unsized : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(Encoding.ASCII.GetBytes("x")).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
