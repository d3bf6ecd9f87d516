using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Rules common to the API that stand in the text and tables only; the number in front is the section.</summary>
internal static class TextCommonChecks
{
    private static readonly string TooLarge = new('x', (4 * 1024 * 1024) + 1);

    public static IReadOnlyList<Check> List { get; } =
    [
        new(113, "0.1: a known path with a wrong verb and dapr-app-id is an invocation of the whole path", async s =>
        {
            (await s.Web.Send("PATCH", $"/v1.0/state/{s.Mark}", "x", "text/plain", ("dapr-app-id", "web"))).Is(200);
            Stage.Equal($"PATCH /v1.0/state/{s.Mark}", s.App.Of(s.Mark).Select(seen => $"{seen.Method} {seen.Target}").Single(), "request");
        }),
        new(114, "0.1: a known path with dapr-app-id is no invocation", async s =>
            (await s.Web.Get($"/v1.0/state/store/{s.Mark}", ("dapr-app-id", "web"))).Is(204)),
        new(115, "0.1: double and trailing slashes are lost, a plus is a blank", async s =>
        {
            (await s.Web.Post("/v1.0//state//store/", $$"""[{"key":"a {{s.Mark}}","value":1}]""")).Is(204);
            (await s.Web.Get($"/v1.0/state/store/a+{s.Mark}/")).Is(200).Says("1");
            (await s.Web.Get($"/v1.0/state/store/a%20{s.Mark}")).Is(200).Says("1");
        }),
        new(116, "0.1: the first value of a repeated metadata parameter counts", async s =>
        {
            (await s.Web.Publish($"conf-plain?metadata.cloudevent.id={s.Mark}-1&metadata.cloudevent.id={s.Mark}-2", "1")).Is(204);
            Stage.Equal(s.Mark + "-1", (await s.ArrivedAsync("/plain")).Json.GetProperty("id").GetString(), "id");
        }),
        new(117, "0.1: an empty topic is 404 ERR_DIRECT_INVOKE", async s =>
        {
            (await s.Web.Post("/v1.0/publish/bus/", "1")).Is(404, "ERR_DIRECT_INVOKE");
            (await s.Web.Post("/v1.0/publish/bus", "1")).Is(404, "ERR_DIRECT_INVOKE");
        }),
        new(118, "0.2: 204 has no Content-Type; errors of publishing and state have details of dapr.io", async s =>
        {
            Stage.Equal("", (await s.Web.Publish("conf-nobody", "1")).Is(204).Header("Content-Type"), "Content-Type");
            foreach (string path in (string[])["/v1.0/publish/nope/t", "/v1.0/state/nope"])
            {
                Reply reply = await s.Web.Post(path, "[]");
                Stage.Equal("application/json", reply.Header("Content-Type"), "Content-Type");
                JsonElement info = reply.Json.GetProperty("details").EnumerateArray().First(one => one.GetProperty("@type").GetString() == "type.googleapis.com/google.rpc.ErrorInfo");
                Stage.Equal("dapr.io", info.GetProperty("domain").GetString(), "domain");
                Stage.True(info.GetProperty("reason").GetString()!.StartsWith("DAPR_", StringComparison.Ordinal), $"a reason in {info}");
            }
        }),
        new(119, "0.3: a body over the limit is reported by each API in its own way, never as 413", async s =>
        {
            (await s.Web.Post("/v1.0/state/store", TooLarge)).Is(400, "ERR_MALFORMED_REQUEST", "stream too large");
            (await s.Web.Post("/v1.0/state/store/bulk", TooLarge)).Is(400, "ERR_MALFORMED_REQUEST", "stream too large");
            (await s.Web.Post("/v1.0/state/store/transaction", TooLarge)).Is(400, "ERR_MALFORMED_REQUEST", "stream too large");
            (await s.Web.Post($"/v1.0/actors/T/{s.Mark}/method/m", TooLarge)).Is(400, "ERR_BAD_REQUEST", "failed to read body");
            (await s.Web.Post("/v1.0/invoke/web/method/m", TooLarge)).Is(500, "ERR_DIRECT_INVOKE", "stream too large");
            (await s.Web.Put($"/v1.0/metadata/{s.Mark}", TooLarge)).Is(400, "ERR_BODY_READ", "stream too large");
        }),
        new(120, "0.3: headers over the limit are 431", async s => (await s.Web.Get("/v1.0/metadata", ("x-long", new string('x', 20_000)))).Is(431)),
        new(121, "0.5: what is on the deny-list is 404 ERR_DIRECT_INVOKE, the rest is there", async s =>
        {
            Node web = await s.NodeAsync(s.Setup(), Resources.Bus(), Resources.Store(), Resources.Configuration("api: { denied: [ { name: publish, version: v1, protocol: http } ] }"));
            (await web.Publish("t", "1")).Is(404, "ERR_DIRECT_INVOKE");
            (await web.Get("/v1.0/state/store/missing")).Is(204);
        }) { Own = "an API deny-list" },
        new(122, "6.3: metadata has the app's connection, its subscriptions, the actor runtime and versions", MetadataAsync),
        new(123, "6.4: a forced shutdown ends the sidecar without waiting for deliveries", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with
            {
                Subscriptions = $$"""[{"pubsubname":"bus","topic":"{{s.Mark}}","route":"/slow"}]""",
                Script = app => app.On(seen => seen.Path == "/slow", (_, http) => ScriptedApp.HangAsync(http)),
            });
            (await web.Publish(s.Mark, "1")).Is(204);
            await s.UntilAsync(() => web.App.All.Any(seen => seen.Path == "/slow"), "a delivery under way");
            long began = TimeProvider.System.GetTimestamp();
            (await web.Post("/v1.0/shutdown", null, ("dapr-force-shutdown", "true"))).Is(204);
            await s.UntilAsync(() => CommonChecks.IsGoneAsync(web), "the end of the sidecar");
            Stage.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(4), "an end before the five seconds of a graceful one");
        }) { Own = "the sidecar ends" },
        new(124, "6.5: a start-up question that is disabled is not asked", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with { DisabledInitEndpoints = ["config", "subscribe"] });
            Stage.Equal(0, web.App.All.Count(seen => seen.Path.StartsWith("/dapr/", StringComparison.Ordinal)), "start-up questions");
        }) { Own = "--disable-init-endpoints" },
        new(125, "7.6: an unset variable is an empty secret, those of Dapr itself are withheld", async s =>
        {
            Node web = await s.NodeAsync(s.Setup(), Resources.Component("env", "secretstores.local.env"));
            (await web.Get("/v1.0/secrets/env/SURELY_NOT_SET")).Is(200).Says("""{"SURELY_NOT_SET":""}""");
            (await web.Get("/v1.0/secrets/env/DAPR_API_TOKEN")).Is(200).Says("""{"DAPR_API_TOKEN":""}""");
            (await web.Get("/v1.0/secrets/env/APP_API_TOKEN")).Is(200).Says("""{"APP_API_TOKEN":""}""");
            (await (await s.NodeAsync(s.Setup("-without"))).Get("/v1.0/secrets/env/X")).Is(500, "ERR_SECRET_STORES_NOT_CONFIGURED");
        }) { Own = "secretstores.local.env" },
        new(126, "7.7: secret scopes: what is not allowed is 403 ERR_PERMISSION_DENIED and left out of bulk", async s =>
        {
            Node web = await s.NodeAsync(s.Setup(), Resources.Component("env", "secretstores.local.env"), Resources.Component("open", "secretstores.local.env"),
                Resources.Configuration("secrets: { scopes: [ { storeName: env, defaultAccess: deny, allowedSecrets: [ REDIS_HOST ] }, { storeName: open, deniedSecrets: [ REDIS_HOST ] } ] }"));
            (await web.Get("/v1.0/secrets/env/REDIS_HOST")).Is(200);
            (await web.Get("/v1.0/secrets/env/OTHER")).Is(403, "ERR_PERMISSION_DENIED", "access denied by policy to get \"OTHER\" from \"env\"");
            (await web.Get("/v1.0/secrets/open/REDIS_HOST")).Is(403, "ERR_PERMISSION_DENIED");
            (await web.Get("/v1.0/secrets/open/OTHER")).Is(200);
            Stage.Equal("REDIS_HOST", string.Join(',', (await web.Get("/v1.0/secrets/env/bulk")).Is(200).Json.EnumerateObject().Select(one => one.Name)), "bulk");
            Stage.True(!(await web.Get("/v1.0/secrets/open/bulk")).Is(200).Json.TryGetProperty("REDIS_HOST", out _), "a bulk without the denied one");
        }) { Own = "a configuration with secret scopes" },
        new(127, "12.1: answers carry traceparent; a sampling rate of 0 switches tracing off", async s =>
        {
            Node on = await s.NodeAsync(s.Setup("-on"));
            Stage.Equal(55, (await on.Get("/v1.0/metadata")).Is(200).Header("traceparent").Length, "length of traceparent");
            Stage.Equal("", (await on.Get("/v1.0/healthz")).Header("traceparent"), "traceparent of healthz");
            Node off = await s.NodeAsync(s.Setup() with { Subscriptions = $$"""[{"pubsubname":"bus","topic":"{{s.Mark}}","route":"/in"}]""" },
                Resources.Bus(), Resources.Store(), Resources.Configuration("tracing: { samplingRate: \"0\" }"));
            Stage.Equal("", (await off.Publish(s.Mark, $"\"{s.Mark}\"")).Is(204).Header("traceparent"), "traceparent");
            JsonElement e = (await s.ArrivedAsync(off.App, "/in")).Json;
            Stage.Equal("|", e.GetProperty("traceid").GetString() + "|" + e.GetProperty("traceparent").GetString(), "traceid and traceparent");
        }) { Own = "a configuration with a sampling rate" },
        new(128, "12.2: the metrics port counts what passes, under Dapr's names", MetricsAsync) { Own = "a metrics port" },
    ];

    private static async Task MetadataAsync(Stage s)
    {
        JsonElement metadata = (await s.Web.Get("/v1.0/metadata")).Is(200).Json;
        Stage.Equal(metadata.GetProperty("runtimeVersion").GetString(), metadata.GetProperty("extended").GetProperty("daprRuntimeVersion").GetString(), "daprRuntimeVersion");
        JsonElement app = metadata.GetProperty("appConnectionProperties");
        Stage.Equal($"{s.App.Port} http", $"{app.GetProperty("port").GetInt32()} {app.GetProperty("protocol").GetString()}", "port and protocol of the app");
        Stage.True(!app.TryGetProperty("health", out _), "no health without health checks");
        JsonElement actors = metadata.GetProperty("actorRuntime");
        Stage.Equal("RUNNING True", $"{actors.GetProperty("runtimeStatus").GetString()} {actors.GetProperty("hostReady").GetBoolean()}", "actor runtime");
        Stage.True(actors.GetProperty("activeActors").EnumerateArray().Any(type => type.GetProperty("type").GetString() == "T"), "the hosted type");
        JsonElement[] subscriptions = [.. metadata.GetProperty("subscriptions").EnumerateArray()];
        JsonElement rules = subscriptions.First(one => one.GetProperty("topic").GetString() == "conf-rules");
        Stage.Equal("PROGRAMMATIC|/a|/d|", $"{rules.GetProperty("type").GetString()}|{string.Join('|', rules.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("path").GetString()))}|{rules.GetProperty("deadLetterTopic").GetString()}", "a subscription with rules");
        Stage.Equal(1, rules.GetProperty("rules").EnumerateArray().Count(rule => rule.TryGetProperty("match", out _)), "rules with match");
        JsonElement raw = subscriptions.First(one => one.GetProperty("topic").GetString() == "conf-raw");
        Stage.Equal("true", raw.GetProperty("metadata").GetProperty("rawPayload").GetString(), "metadata of a raw subscription");
        Stage.Equal("conf-dead-letters", subscriptions.First(one => one.GetProperty("topic").GetString() == "conf-dead").GetProperty("deadLetterTopic").GetString(), "deadLetterTopic");
    }

    private static async Task MetricsAsync(Stage s)
    {
        Node web = await s.NodeAsync(s.Setup() with
        {
            Metrics = true, Configuration = """{"entities":["Measured"]}""",
            Subscriptions = $$"""[{"pubsubname":"bus","topic":"{{s.Mark}}","route":"/in"}]""",
        });
        (await web.Publish(s.Mark, "1")).Is(204);
        (await web.Post("/v1.0/state/store", $$"""[{"key":"{{s.Mark}}","value":1}]""")).Is(204);
        (await web.Get($"/v1.0/state/store/{s.Mark}")).Is(200);
        (await web.Get($"/v1.0/invoke/{web.AppId}/method/m")).Is(200);
        (await web.Post("/v1.0/actors/Measured/1/method/m")).Is(200);
        await s.ArrivedAsync(web.App, "/in", s.Mark);
        string app = $"{{app_id=\"{web.AppId}\"";
        string[] wanted =
        [
            $"dapr_http_server_request_count{app},method=\"POST\",path=\"/v1.0/publish\",status=\"204\"}} 1", $"dapr_http_server_latency_count{app}", $"dapr_http_server_latency_bucket{app}",
            $"dapr_http_client_completed_count{app}", $"dapr_http_client_roundtrip_latency_sum{app}",
            $"dapr_component_pubsub_egress_count{app},component=\"bus\",namespace=\"default\",success=\"true\",topic=\"{s.Mark}\"}} 1",
            $"dapr_component_pubsub_ingress_count{app},component=\"bus\",namespace=\"default\",process_status=\"success\",status=\"success\",topic=\"{s.Mark}\"}} 1",
            $"dapr_component_state_count{app},component=\"store\",namespace=\"default\",operation=\"set\",success=\"true\"}} 1", $"dapr_component_state_latencies_count{app}",
            $"dapr_runtime_service_invocation_req_sent_total{app}", $"dapr_runtime_component_loaded{app},type=\"state.redis\"}} 1",
            $"dapr_runtime_actor_pending_actor_calls{app},actor_type=\"Measured\"}} 0",
        ];
        using var client = new HttpClient();
        string text = "";
        await s.UntilAsync(async () =>
        {
            text = await client.GetStringAsync(new Uri($"http://{web.Http.Host}:{web.MetricsPort}/metrics"), s.Stopping);
            return Array.TrueForAll(wanted, line => text.Contains(line, StringComparison.Ordinal));
        }, "all of " + string.Join("\n", wanted));
        Stage.True(text.Contains("# TYPE dapr_http_server_latency histogram\n", StringComparison.Ordinal), "the type of a latency");
    }
}
