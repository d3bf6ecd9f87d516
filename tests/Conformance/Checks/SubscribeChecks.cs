using System.Text;
using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Subscriptions, routing and the delivery request.</summary>
internal static class SubscribeChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(40, "an app without /dapr/subscribe is healthy and has no subscriptions", async s =>
        {
            Node web = await s.NodeAsync(s.Setup());
            (await web.Get("/v1.0/healthz")).Is(204);
            JsonElement metadata = (await web.Get("/v1.0/metadata")).Is(200).Json;
            Stage.True(!metadata.TryGetProperty("subscriptions", out JsonElement found) || found.GetArrayLength() == 0, "no subscriptions");
        }) { Own = "an app without subscriptions" },
        new(41, "member names of a subscription in other casing, a route without slash", async s =>
        {
            (await s.Web.Publish("conf-case", $"\"{s.Mark}\"")).Is(204);
            Stage.Equal("POST", (await s.ArrivedAsync("/case")).Method, "method");
        }),
        new(42, "a delivery is a POST of the stored envelope with its headers", async s =>
        {
            Node web = await SubscriberAsync(s);
            (await web.Publish(s.Mark, "1")).Is(204);
            Seen seen = await s.ArrivedAsync(web.App, "/in", s.Mark);
            Stage.Equal("POST", seen.Method, "method");
            Stage.Equal("application/cloudevents+json", seen.Header("Content-Type"), "Content-Type");
            Stage.Equal("bus", seen.Header("Pubsubname"), "Pubsubname");
            IReadOnlyList<string?> stored = await s.Redis.ExecuteAsync("XRANGE", s.Mark, "-", "+");
            Stage.Equal(stored[stored.ToList().IndexOf("data") + 1], seen.Body, "body");
        }) { Own = "a stream with one event", Redis = true },
        new(43, "metadata of the publish comes back as headers", async s =>
        {
            (await s.Web.Publish("conf-plain?metadata.foo=bar", $"\"{s.Mark}\"")).Is(204);
            Stage.Equal("bar", (await s.ArrivedAsync("/plain")).Header("Foo"), "header Foo");
        }),
        new(44, "a raw subscription wraps the bytes", async s =>
        {
            string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(s.Mark));
            (await s.Web.Publish("conf-raw?metadata.rawPayload=true", s.Mark, "text/plain")).Is(204);
            JsonElement e = (await s.ArrivedAsync("/raw", base64)).Json;
            Stage.Equal(base64, e.GetProperty("data_base64").GetString(), "data_base64");
            Stage.Equal("application/octet-stream", e.GetProperty("datacontenttype").GetString(), "datacontenttype");
            Stage.Equal("Dapr", e.GetProperty("source").GetString(), "source");
            Stage.True(!e.TryGetProperty("time", out _), "no time");
        }),
        new(45, "a rule routes by type; without a match the default, without default nothing", async s =>
        {
            (await PublishTypeAsync(s, "conf-rules", "a", "")).Is(204);
            (await PublishTypeAsync(s, "conf-rules", "b", "-other")).Is(204);
            await s.ArrivedAsync("/a");
            await s.ArrivedAsync("/d", s.Mark + "-other");
            (await PublishTypeAsync(s, "conf-strict", "b", "-nobody")).Is(204);
            (await PublishTypeAsync(s, "conf-strict", "a", "-strict")).Is(204);
            await s.ArrivedAsync("/strict", s.Mark + "-strict");
            Stage.Equal(0, s.App.Of(s.Mark + "-nobody").Count, "calls for the event nobody takes");
        }),
        new(46, "the first rule that holds wins", async s =>
        {
            (await s.Web.Publish("conf-order", $"\"{s.Mark}\"")).Is(204);
            await s.ArrivedAsync("/first");
            (await s.Web.Publish("conf-order", $"\"{s.Mark}-after\"")).Is(204);
            await s.ArrivedAsync("/first", s.Mark + "-after");
            Stage.Equal(0, s.App.Of(s.Mark, "/second").Count, "calls of the second rule");
        }),
        new(47, "an invalid CEL rule stops every subscription of the app", async s =>
        {
            IWorld world = await s.WorldAsync(Resources.Bus(), Resources.Store(), Resources.Subscription(s.Mark + "-declared", "/declared"));
            Node web = await s.AddAsync(world, s.Setup() with
            {
                Subscriptions = $$$"""
                    [{"pubsubname":"bus","topic":"{{{s.Mark}}}","route":"/good"},
                     {"pubsubname":"bus","topic":"{{{s.Mark}}}-bad","routes":{"rules":[{"match":"event.type ==","path":"/bad"}]}}]
                    """,
            });
            Node other = await s.AddAsync(world, s.Setup("-other") with { Subscriptions = Subscriptions(s.Mark) });
            (await web.Get("/v1.0/healthz")).Is(204);
            (await web.Publish(s.Mark, "1")).Is(204);
            (await web.Publish(s.Mark + "-declared", "1")).Is(204);
            await s.ArrivedAsync(other.App, "/in", s.Mark);
            await s.ArrivedAsync(other.App, "/declared", s.Mark);
            Stage.Equal(0, web.App.All.Count(seen => seen.Method == "POST"), "deliveries");
        }) { Own = "an app with a broken subscription" },
        new(57, "a programmatic subscription replaces a declarative one", async s =>
        {
            (await s.Web.Publish("conf-both", $"\"{s.Mark}\"")).Is(204);
            await s.ArrivedAsync("/programmatic");
            (await s.Web.Publish("conf-both", $"\"{s.Mark}-after\"")).Is(204);
            await s.ArrivedAsync("/programmatic", s.Mark + "-after");
            Stage.Equal(0, s.App.Of(s.Mark, "/declarative").Count, "calls of the declarative route");
        }),
        new(58, "replicas share the events of a topic; another app gets them all", async s =>
        {
            IWorld world = await s.WorldAsync();
            NodeSetup setup = s.Setup() with { Subscriptions = Subscriptions(s.Mark) };
            Node one = await s.AddAsync(world, setup);
            Node two = await s.AddAsync(world, setup);
            Node other = await s.AddAsync(world, setup with { AppId = s.Mark + "-other" });
            for (int i = 0; i < 20; i++) (await one.Publish(s.Mark, $"\"{s.Mark}#{i}#\"")).Is(204);
            await s.UntilAsync(() => other.App.Of(s.Mark, "/in").Count == 20, "20 events at the other app");
            await s.UntilAsync(() => one.App.Of(s.Mark, "/in").Count + two.App.Of(s.Mark, "/in").Count == 20, "20 events at the replicas together");
            for (int i = 0; i < 20; i++) Stage.Equal(1, one.App.Of($"#{i}#", "/in").Count + two.App.Of($"#{i}#", "/in").Count, $"deliveries of event {i}");
        }) { Own = "three sidecars" },
        new(59, "an event older than the first subscription is delivered", async s =>
        {
            IWorld world = await s.WorldAsync();
            Node early = await s.AddAsync(world, s.Setup("-early"));
            (await early.Publish(s.Mark, $"\"{s.Mark}\"")).Is(204);
            Node late = await s.AddAsync(world, s.Setup() with { Subscriptions = Subscriptions(s.Mark) });
            await s.ArrivedAsync(late.App, "/in", s.Mark);
        }) { Own = "an app that subscribes late" },
    ];

    private static string Subscriptions(string topic) => $$"""[{"pubsubname":"bus","topic":"{{topic}}","route":"/in"}]""";

    private static Task<Node> SubscriberAsync(Stage s) => s.NodeAsync(s.Setup() with { Subscriptions = Subscriptions(s.Mark) });

    private static Task<Reply> PublishTypeAsync(Stage s, string topic, string type, string suffix) =>
        s.Web.Publish($"{topic}?metadata.cloudevent.type={type}", $"\"{s.Mark}{suffix}\"");
}
