using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Rules common to the whole API.</summary>
internal static class CommonChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(1, "healthz answers 204 without a body when everything is up", async s => (await s.Web.Get("/v1.0/healthz")).Is(204)),
        new(2, "healthz?appid= of another app is 500 ERR_HEALTH_APPID_NOT_MATCH", async s =>
            (await s.Web.Get("/v1.0/healthz?appid=other")).Is(500, "ERR_HEALTH_APPID_NOT_MATCH")),
        new(3, "before the app listens, healthz/outbound is 204 and healthz 500", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with { Listens = false });
            (await web.Get("/v1.0/healthz/outbound")).Is(204);
            (await web.Get("/v1.0/healthz")).Is(500, "ERR_HEALTH_NOT_READY");
            await web.App.ListenAsync(web.AppPort, s.Stopping);
            await s.UntilAsync(async () => (await web.Get("/v1.0/healthz")).Status == 204, "healthz 204 once the app listens");
        }) { Own = "the app must not listen yet" },
        new(4, "an unknown path without dapr-app-id is 404 ERR_DIRECT_INVOKE", async s => (await s.Web.Get("/v1.0/nonsense")).Is(404, "ERR_DIRECT_INVOKE")),
        new(5, "a known path with a wrong verb is 404 ERR_DIRECT_INVOKE", async s => (await s.Web.Get("/v1.0/publish/bus/t")).Is(404, "ERR_DIRECT_INVOKE")),
        new(6, "DAPR_API_TOKEN: 401 without the header, but not on healthz", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with { ApiToken = "s3cret" });
            (await web.Get("/v1.0/metadata")).Is(401).Says("invalid api token");
            (await web.Get("/v1.0/metadata", ("dapr-api-token", "s3cret"))).Is(200);
            (await web.Get("/v1.0/healthz")).Is(204);
        }) { Own = "DAPR_API_TOKEN" },
        new(7, "an invoked app does not see the caller's API token", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with { ApiToken = "s3cret" });
            (await web.Get($"/v1.0/invoke/{web.AppId}/method/token", ("dapr-api-token", "s3cret"))).Is(200);
            Stage.Equal("", web.App.All.Single(seen => seen.Path == "/token").Header("dapr-api-token"), "dapr-api-token seen by the app");
        }) { Own = "DAPR_API_TOKEN" },
        new(8, "APP_API_TOKEN goes with every call into the app, not with health probes", AppTokenAsync) { Own = "APP_API_TOKEN and health checks" },
        new(9, "an escaped slash in a key is part of the key", async s =>
        {
            (await s.Web.Post("/v1.0/state/store", $$"""[{"key":"a/{{s.Mark}}","value":7}]""")).Is(204);
            (await s.Web.Get($"/v1.0/state/store/a%2F{s.Mark}")).Is(200).Says("7");
        }),
        new(10, "PUT metadata/{key} shows up under extended", async s =>
        {
            (await s.Web.Put($"/v1.0/metadata/{s.Mark}", "red")).Is(204);
            Stage.Equal("red", (await s.Web.Get("/v1.0/metadata")).Is(200).Json.GetProperty("extended").GetProperty(s.Mark).GetString(), "extended");
        }),
        new(11, "metadata has the app id, and ACTOR among the capabilities of a store that can", async s =>
        {
            JsonElement metadata = (await s.Web.Get("/v1.0/metadata")).Is(200).Json;
            Stage.Equal("web", metadata.GetProperty("id").GetString(), "id");
            JsonElement store = metadata.GetProperty("components").EnumerateArray().First(component => component.GetProperty("name").GetString() == "store");
            Stage.True(store.GetProperty("capabilities").EnumerateArray().Any(one => one.GetString() == "ACTOR"), $"ACTOR in {store}");
        }),
        new(12, "an API that is not on the allow-list is 404 ERR_DIRECT_INVOKE; health stays", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with { AllowedApis = ["state"] });
            (await web.Publish("t", "1")).Is(404, "ERR_DIRECT_INVOKE");
            (await web.Get("/v1.0/healthz")).Is(204);
            (await web.Get("/v1.0/state/store/missing")).Is(204);
        }) { Own = "an API allow-list" },
        new(13, "POST shutdown is 204 and ends the sidecar", async s =>
        {
            Node web = await s.NodeAsync(s.Setup());
            (await web.Post("/v1.0/shutdown")).Is(204);
            await s.UntilAsync(() => IsGoneAsync(web), "the end of the sidecar");
        }) { Own = "the sidecar ends" },
    ];

    private static async Task AppTokenAsync(Stage s)
    {
        string topic = s.Mark;
        Node web = await s.NodeAsync(s.Setup() with
        {
            AppToken = "t", Health = true,
            Subscriptions = $$"""[{"pubsubname":"bus","topic":"{{topic}}","route":"/delivery"}]""",
            Configuration = """{"entities":["Tokened"]}""",
        });
        (await web.Publish(topic, "1")).Is(204);
        (await web.Get($"/v1.0/invoke/{web.AppId}/method/invoked")).Is(200);
        (await web.Post("/v1.0/actors/Tokened/1/method/m")).Is(200);
        string[] calls = ["/dapr/config", "/dapr/subscribe", "/delivery", "/invoked", "/actors/Tokened/1/method/m"];
        await s.UntilAsync(() => calls.All(path => web.App.All.Any(seen => seen.Path == path)), "all calls");
        foreach (string path in calls) Stage.Equal("t", web.App.All.First(seen => seen.Path == path).Header("dapr-api-token"), "token of " + path);
        Stage.Equal("", web.App.All.First(seen => seen.Path == "/healthz").Header("dapr-api-token"), "token of the health probe");
    }

    internal static async Task<bool> IsGoneAsync(Node node)
    {
        try
        {
            await node.Get("/v1.0/healthz");
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
