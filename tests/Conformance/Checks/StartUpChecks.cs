using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Start-up, health, resources, traces.</summary>
internal static class StartUpChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(107, "the app sees /dapr/config, then /dapr/subscribe, then deliveries", async s =>
        {
            IWorld world = await s.WorldAsync();
            Node early = await s.AddAsync(world, s.Setup("-early"));
            (await early.Publish(s.Mark, "1")).Is(204);
            Node web = await s.AddAsync(world, s.Setup() with { Subscriptions = Subscriptions(s) });
            await s.ArrivedAsync(web.App, "/in", s.Mark);
            Stage.Equal("/dapr/config /dapr/subscribe /in", string.Join(' ', web.App.All.Select(seen => seen.Path)), "calls in order");
        }) { Own = "an app that starts" },
        new(108, "an unhealthy app gets nothing; healthy again it does, without being asked again", HealthAsync) { Own = "app health checks" },
        new(109, "a component that fails ends the start, unless ignoreErrors", async s =>
        {
            try
            {
                await s.WorldAsync(Resources.Component("broken", "pubsub.redis"));
                throw new CheckFailedException("expected that a component without redisHost ends the start");
            }
            catch (WorldFailedException e)
            {
                Stage.True(e.Message.Contains("broken", StringComparison.Ordinal), $"a message that names the component, got '{e.Message}'");
            }

            Node web = await s.NodeAsync(s.Setup(), Resources.Component("broken", "pubsub.redis", spec: ", ignoreErrors: true"));
            (await web.Post("/v1.0/publish/broken/t", "1")).Is(404, "ERR_PUBSUB_NOT_FOUND");
        }) { Own = "a broken component" },
        new(110, "secrets of a file: nested names, components that use them, the API", SecretsAsync) { Own = "a secret store" },
        new(111, "an app of a run file without daprHTTPPort gets a free port and its own env wins", _ => Task.CompletedTask)
        {
            NotOverHttp = "concerns the run file: see RunFileTests and RuntimeTests in tests/Contract",
        },
        new(112, "one trace goes through invocation, envelope and delivery, with spans of their own", TraceAsync),
    ];

    private static string Subscriptions(Stage s) => $$"""[{"pubsubname":"bus","topic":"{{s.Mark}}","route":"/in"}]""";

    private static async Task HealthAsync(Stage s)
    {
        int status = 200;
        IWorld world = await s.WorldAsync();
        Node web = await s.AddAsync(world, s.Setup() with
        {
            Health = true,
            Subscriptions = Subscriptions(s),
            Script = app => app.On(seen => seen.Path == "/healthz", (_, http) =>
            {
                http.Response.StatusCode = Volatile.Read(ref status);
                return Task.CompletedTask;
            }),
        });
        (await web.Publish(s.Mark, "1")).Is(204);
        await s.UntilAsync(() => web.App.All.Any(seen => seen.Path == "/in"), "the first event");

        Volatile.Write(ref status, 503);
        string method = $"/v1.0/invoke/{web.AppId}/method/m";
        await s.UntilAsync(async () => (await web.Get(method)).Status == 500, "500 for invocations");
        (await web.Get(method)).Is(500, "ERR_DIRECT_INVOKE", "app is not in a healthy state");
        (await web.Publish(s.Mark, "\"while unhealthy\"")).Is(204);
        int probes = web.App.All.Count(seen => seen.Path == "/healthz");
        await s.UntilAsync(() => web.App.All.Count(seen => seen.Path == "/healthz") > probes + 2, "more probes");
        Stage.Equal(0, web.App.Of("while unhealthy").Count, "deliveries while unhealthy");

        Volatile.Write(ref status, 200);
        await s.ArrivedAsync(web.App, "/in", "while unhealthy");
        Stage.Equal(1, web.App.All.Count(seen => seen.Path == "/dapr/subscribe"), "questions for subscriptions");
    }

    private static async Task SecretsAsync(Stage s)
    {
        string file = Path.Combine(Path.GetTempPath(), s.Mark + ".json");
        await File.WriteAllTextAsync(file, """{"redis":{"password":"p"},"list":["a"]}""", s.Stopping);
        try
        {
            string secrets = Resources.Component("files", "secretstores.local.file", $"{{ name: secretsFile, value: \"{file}\" }}, {{ name: nestedSeparator, value: \":\" }}");
            string user = Resources.Component(
                "user", "state.in-memory", "{ name: keyPrefix, secretKeyRef: { name: \"redis:password\" } }") + "\nauth: { secretStore: files }";
            Node web = await s.NodeAsync(s.Setup(), secrets, user);
            (await web.Get("/v1.0/secrets/files/redis:password")).Is(200).Says("""{"redis:password":"p"}""");
            (await web.Get("/v1.0/secrets/files/list:0")).Is(200).Says("""{"list:0":"a"}""");
            (await web.Get("/v1.0/secrets/files/nothing")).Is(500, "ERR_SECRET_GET");
            (await web.Get("/v1.0/secrets/files/bulk")).Is(200).Says("""{"list:0":{"list:0":"a"},"redis:password":{"redis:password":"p"}}""");
            (await web.Get("/v1.0/secrets/nope/x")).Is(401, "ERR_SECRET_STORE_NOT_FOUND");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task TraceAsync(Stage s)
    {
        const string id = "4bf92f3577b34da6a3ce929d0e0e4736";
        s.App.On(seen => seen.Path == $"/invoked/{s.Mark}", async (seen, _) =>
            await s.Web.Post("/v1.0/publish/bus/conf-plain", $"\"{s.Mark}\"", ("traceparent", seen.Header("traceparent"))));
        (await s.Web.Post($"/v1.0/invoke/web/method/invoked/{s.Mark}", null, ("traceparent", $"00-{id}-00f067aa0ba902b7-01"))).Is(200);
        Seen delivery = await s.ArrivedAsync("/plain");
        string[] parents =
        [
            s.App.Of(s.Mark, $"/invoked/{s.Mark}")[0].Header("traceparent"), delivery.Json.GetProperty("traceparent").GetString()!, delivery.Header("traceparent"),
        ];
        foreach (string parent in parents) Stage.True(parent.StartsWith($"00-{id}-", StringComparison.Ordinal), $"the trace {id}, got '{parent}'");
        Stage.Equal(3, parents.Select(parent => parent.Split('-')[2]).Distinct().Count(), "distinct spans");
    }
}
