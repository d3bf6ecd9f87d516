using System.Net;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Conformance.Checks;

/// <summary>Service invocation.</summary>
internal static class InvocationChecks
{
    /// <summary>What takes the path of a method apart before it is passed on came as a security fix.</summary>
    public static readonly Releases Paths = new("1.15.14, 1.16.14, 1.17.5");

    public static IReadOnlyList<Check> List { get; } =
    [
        new(79, "verb, path and query reach the app; its status and body come back", async s =>
        {
            s.App.Answer(s.Mark, 409, "conflict");
            foreach (string verb in (string[])["PUT", "PATCH", "DELETE"])
            {
                (await s.Web.Send(verb, $"/v1.0/invoke/web/method/a/{s.Mark}?x=1", "body", "text/plain")).Is(409).Says("conflict");
                Stage.True(s.App.All.Any(seen => seen.Method == verb && seen.Target == $"/a/{s.Mark}?x=1" && seen.Body == "body"), $"a {verb} of /a/{s.Mark}?x=1");
            }
        }),
        new(80, "the header dapr-app-id names the app and is taken away", async s =>
        {
            (await s.Web.Get($"/hello/{s.Mark}", ("dapr-app-id", "web"))).Is(200);
            Seen seen = s.App.Of(s.Mark).Single();
            Stage.Equal($"GET /hello/{s.Mark}", $"{seen.Method} {seen.Target}", "request");
            Stage.Equal("", seen.Header("dapr-app-id"), "dapr-app-id");
        }),
        new(81, "the called app sees who calls it and the trace, and no hop-by-hop headers", async s =>
        {
            IWorld world = await s.WorldAsync();
            Node web = await s.AddAsync(world, s.Setup());
            Node b = await s.AddAsync(world, s.Setup("-b"));
            (await web.Get($"/v1.0/invoke/{b.AppId}/method/m", ("Keep-Alive", "timeout=5"))).Is(200);
            Seen seen = b.App.All.Single(one => one.Path == "/m");
            Stage.Equal(web.AppId, seen.Header("dapr-caller-app-id"), "dapr-caller-app-id");
            Stage.Equal(b.AppId, seen.Header("dapr-callee-app-id"), "dapr-callee-app-id");
            Stage.True(seen.Header("traceparent").Length == 55, "a traceparent");
            Stage.True(seen.Header("X-Forwarded-For").Length > 0 && seen.Header("Forwarded").Length > 0, "forwarded headers");
            Stage.Equal("", seen.Header("Connection") + seen.Header("Keep-Alive"), "hop-by-hop headers");
        }) { Own = "two sidecars" },
        new(82, "a redirect is passed on", async s =>
        {
            s.App.On(seen => seen.Has(s.Mark), (_, http) =>
            {
                http.Response.StatusCode = 302;
                http.Response.Headers.Location = "/elsewhere";
                return Task.CompletedTask;
            });
            Stage.Equal("/elsewhere", (await s.Web.Get($"/v1.0/invoke/web/method/{s.Mark}")).Is(302).Header("Location"), "Location");
        }),
        new(83, "an unknown app is 500 ERR_DIRECT_INVOKE", async s =>
            (await s.Web.Get($"/v1.0/invoke/{s.Mark}/method/m")).Is(500, "ERR_DIRECT_INVOKE", $"failed to invoke, id: {s.Mark}, err:")),
        new(84, "the app's 500 is passed on after one call", async s =>
        {
            s.App.Answer(s.Mark, 500, "broken");
            (await s.Web.Get($"/v1.0/invoke/web/method/{s.Mark}")).Is(500).Says("broken");
            Stage.Equal(1, s.App.Of(s.Mark).Count, "calls");
        }),
        new(85, "a trailing slash is lost; an escaped ? is 500", async s =>
        {
            (await s.Web.Get($"/v1.0/invoke/web/method/{s.Mark}/")).Is(200);
            Stage.Equal("/" + s.Mark, s.App.Of(s.Mark).Single().Target, "target");
            (await s.Web.Get("/v1.0/invoke/web/method/a%3Fb")).Is(500, "ERR_DIRECT_INVOKE");
        }) { Since = Paths },
        new(86, "a chunked body streams: the app has the first bytes before the last are sent", StreamAsync) { Own = "an app that reads while the client sends" },
        new(87, "app-max-concurrency 1: slow calls run one after the other", async s =>
        {
            int running = 0, most = 0;
            Node web = await s.NodeAsync(s.Setup() with
            {
                MaxConcurrency = 1,
                Script = app => app.On(seen => seen.Path == "/slow", async (_, _) =>
                {
                    most = Math.Max(most, Interlocked.Increment(ref running));
                    await PauseAsync(TimeSpan.FromMilliseconds(100));
                    Interlocked.Decrement(ref running);
                }),
            });
            Reply[] replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => web.Get($"/v1.0/invoke/{web.AppId}/method/slow")));
            foreach (Reply reply in replies) reply.Is(200);
            Stage.Equal(1, most, "calls at once");
        }) { Own = "--app-max-concurrency" },
    ];

    private static async Task StreamAsync(Stage s)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Node web = await s.NodeAsync(s.Setup() with
        {
            Script = app =>
            {
                app.Streams = "/stream";
                app.On(seen => seen.Path == "/stream", async (_, http) =>
                {
                    byte[] buffer = new byte[16];
                    int read = await http.Request.Body.ReadAsync(buffer);
                    if (read > 0) begun.TrySetResult();
                    while (read > 0) read = await http.Request.Body.ReadAsync(buffer);
                });
            },
        });
        (await web.Send("POST", $"/v1.0/invoke/{web.AppId}/method/stream", new EndlessContent(begun.Task), "text/plain", [], s.Stopping)).Is(200);
        Stage.True(begun.Task.IsCompletedSuccessfully, "the first bytes at the app");
    }

    private static async Task PauseAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    /// <summary>A body whose second half is sent only after the app has read of the first.</summary>
    private sealed class EndlessContent(Task firstRead) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("first"u8.ToArray());
            await stream.FlushAsync();
            await firstRead.WaitAsync(TimeSpan.FromSeconds(10));
            await stream.WriteAsync("last"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
