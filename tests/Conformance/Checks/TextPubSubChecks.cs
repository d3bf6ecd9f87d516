using System.Globalization;
using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Rules of publishing and subscribing that stand in the text and tables only.</summary>
internal static class TextPubSubChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(129, "1.1: a time to live may be a Go duration or be called ttl; what is none means none", async s =>
        {
            Stage.True(await ExpiresInAsync(s, "metadata.ttlInSeconds=1h") is > 3500 and < 3700, "an hour");
            Stage.True(await ExpiresInAsync(s, "metadata.ttl=50") is > 40 and < 60, "50 seconds");
            Stage.True(await ExpiresInAsync(s, "metadata.TTLINSECONDS=50") is > 40 and < 60, "50 seconds");
            Stage.Equal(null, await ExpiresInAsync(s, "metadata.ttlInSeconds=-5"), "expiration of a negative one");
            Stage.Equal(null, await ExpiresInAsync(s, "metadata.ttlInSeconds=soon"), "expiration of none");
        }),
        new(130, "1.2: subject only when given; time in whole seconds; traceparent wins over traceid and sets both", async s =>
        {
            const string given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
            JsonElement plain = await PublishedAsync(s, "conf-plain");
            Stage.True(!plain.TryGetProperty("subject", out _), "no subject");
            Stage.True(DateTimeOffset.TryParse(plain.GetProperty("time").GetString(), CultureInfo.InvariantCulture, out DateTimeOffset time) && time.Millisecond == 0, "a time in whole seconds");
            JsonElement set = await PublishedAsync(s, $"conf-plain?metadata.cloudevent.subject=S&metadata.CloudEvent.TraceParent={given}&metadata.cloudevent.traceid=x&metadata.cloudevent.tracestate=a%3Db");
            Stage.Equal($"S {given} {given} a=b", string.Join(' ', Texts(set, "subject", "traceid", "traceparent", "tracestate")), "overridden fields");
        }),
        new(131, "1.2: of the content types only application/json is JSON; protobuf events are binary", async s =>
        {
            foreach (string type in (string[])["application/problem+json", "application/xml", "text/html"])
            {
                JsonElement e = await PublishedAsync(s, "conf-plain", type);
                Stage.Equal(JsonValueKind.String, e.GetProperty("data").ValueKind, "data of " + type);
                Stage.Equal(type, e.GetProperty("datacontenttype").GetString(), "datacontenttype");
            }

            (await s.Web.Publish($"conf-plain?metadata.cloudevent.id={s.Mark}-proto", "abc", "application/cloudevents+protobuf")).Is(204);
            Stage.Equal("YWJj", (await s.ArrivedAsync("/plain", s.Mark + "-proto")).Json.GetProperty("data_base64").GetString(), "data_base64");
        }),
        new(132, "1.3: a CloudEvent gets what it lacks; overrides are ignored; its own traceid stays", async s =>
        {
            (await s.Web.Publish("conf-plain?metadata.cloudevent.type=ignored", $$"""{"id":"{{s.Mark}}","source":null,"traceid":"mine","data":1,"mine":[1]}""", "application/cloudevents+json")).Is(204);
            JsonElement e = (await s.ArrivedAsync("/plain")).Json;
            Stage.Equal("Dapr com.dapr.event.sent 1.0 mine bus", string.Join(' ', Texts(e, "source", "type", "specversion", "traceid", "pubsubname")), "fields");
            Stage.Equal("[1]", e.GetProperty("mine").GetRawText(), "a field of its own");
        }),
        new(133, "1.4: metadata of an entry wins over the URL's, an entry without any gets none", async s =>
        {
            string entries = $$$"""[{"entryId":"1","event":"{{{s.Mark}}}-a","contentType":"application/json","metadata":{"ttlInSeconds":"5000"}},{"entryId":"2","event":"{{{s.Mark}}}-b","contentType":"application/json","metadata":{}},{"entryId":"3","event":"{{{s.Mark}}}-c","contentType":"application/json"}]""";
            (await s.BulkAsync("bus/conf-plain?metadata.ttlInSeconds=500", entries)).Is(204);
            Stage.True(Expiration((await s.ArrivedAsync("/plain", s.Mark + "-a")).Json) > 4000, "the entry's own");
            Stage.True(Expiration((await s.ArrivedAsync("/plain", s.Mark + "-b")).Json) is > 400 and < 600, "the URL's");
            Stage.Equal(null, Expiration((await s.ArrivedAsync("/plain", s.Mark + "-c")).Json), "none");
        }),
        new(134, "1.4: texts need a string, binary a base64 string, other types are 400; v1.0-alpha1 is the same", async s =>
        {
            (await BulkAsync(s, "text/plain", "1")).Is(400, "ERR_PUBSUB_EVENTS_SER");
            (await BulkAsync(s, "application/octet-stream", "\"*\"")).Is(400, "ERR_PUBSUB_EVENTS_SER");
            (await BulkAsync(s, "image/png", "\"AQID\"")).Is(400, "ERR_PUBSUB_EVENTS_SER");
            (await BulkAsync(s, "application/xml", "\"<a/>\"")).Is(204);
            (await s.Web.Post("/v1.0-alpha1/publish/bulk/bus/conf-plain", $$"""[{"entryId":"1","event":"{{s.Mark}}","contentType":"text/plain"}]""")).Is(204);
            Stage.Equal(s.Mark, (await s.ArrivedAsync("/plain")).Json.GetProperty("data").GetString(), "data");
        }),
        new(177, "1.4: bulk publishing is stable: the path without alpha", async s =>
        {
            (await s.Web.Post("/v1.0/publish/bulk/bus/conf-plain", $$"""[{"entryId":"1","event":"{{s.Mark}}","contentType":"text/plain"}]""")).Is(204);
            await s.ArrivedAsync("/plain");
        }) { Since = Stage.Stable },
        new(135, "1.4: failures of a bulk publish are in headers, too", async s =>
        {
            await s.Redis.ExecuteAsync("SET", s.Mark, "no stream");
            Reply reply = (await s.BulkAsync($"bus/{s.Mark}", """[{"entryId":"7","event":1,"contentType":"application/json"}]""")).Is(500, "ERR_PUBSUB_PUBLISH_MESSAGE");
            Stage.True(reply.Header("metadata.responseData").Contains("failedEntries", StringComparison.Ordinal), "metadata.responseData");
            Stage.True(reply.Header("metadata.error").Length > 0, "metadata.error");
        }) { Redis = true },
        new(136, "1.5: the start-up questions carry dapr-app-id", async s =>
        {
            Node web = await s.NodeAsync(s.Setup());
            foreach (string path in (string[])["/dapr/config", "/dapr/subscribe"])
            {
                Stage.Equal(web.AppId, web.App.All.Single(seen => seen.Path == path).Header("dapr-app-id"), "dapr-app-id of " + path);
            }

            Stage.Equal("application/json", web.App.All.Single(seen => seen.Path == "/dapr/subscribe").Header("content-type"), "content-type");
        }) { Own = "an app that starts" },
        new(137, "1.5: without a pub/sub component the app is not asked for subscriptions", async s =>
        {
            Node web = await s.NodeAsync(s.Setup(), Resources.Store());
            Stage.Equal(0, web.App.All.Count(seen => seen.Path == "/dapr/subscribe"), "questions");
        }) { Own = "a sidecar without pub/sub" },
        new(138, "1.5: another status than 200 or 404 leaves the declarative subscriptions", async s =>
        {
            Node web = await s.NodeAsync(
                s.Setup() with { Script = app => app.On(seen => seen.Path == "/dapr/subscribe", 500) }, Resources.Bus(), Resources.Subscription(s.Mark, "/declared"));
            (await web.Publish(s.Mark, $"\"{s.Mark}\"")).Is(204);
            await s.ArrivedAsync(web.App, "/declared");
        }) { Own = "an app that fails" },
        new(139, "1.5: routes.default wins over route; an entry without any is left out; a rule without match always holds", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with
            {
                Subscriptions = $$$"""
                    [{"pubsubname":"bus","topic":"{{{s.Mark}}}-1","route":"/no","routes":{"default":"/yes"}},{"pubsubname":"bus","topic":"{{{s.Mark}}}-2"},
                     {"pubsubname":"bus","topic":"{{{s.Mark}}}-3","routes":{"rules":[{"path":"/always"}],"default":"/no"}}]
                    """,
            });
            (await web.Publish(s.Mark + "-1", $"\"{s.Mark}\"")).Is(204);
            (await web.Publish(s.Mark + "-3", $"\"{s.Mark}\"")).Is(204);
            await s.ArrivedAsync(web.App, "/yes");
            await s.ArrivedAsync(web.App, "/always");
            Stage.Equal(2, (await web.Get("/v1.0/metadata")).Json.GetProperty("subscriptions").GetArrayLength(), "subscriptions");
        }) { Own = "subscriptions of its own" },
        new(140, "1.6: a declarative subscription is for the apps in its scopes", async s =>
        {
            string scoped = Resources.Subscription(s.Mark, "/declared") + $"\nscopes: [ {s.Mark} ]";
            IWorld world = await s.WorldAsync(Resources.Bus(), scoped);
            Node inside = await s.AddAsync(world, s.Setup());
            Node outside = await s.AddAsync(world, s.Setup("-other"));
            Stage.Equal("DECLARATIVE", (await inside.Get("/v1.0/metadata")).Json.GetProperty("subscriptions")[0].GetProperty("type").GetString(), "type");
            Stage.True(!(await outside.Get("/v1.0/metadata")).Json.TryGetProperty("subscriptions", out _), "no subscription of the other app");
        }) { Own = "a scoped subscription" },
        new(141, "1.7: a raw JSON object on a normal subscription is delivered as it is", async s =>
        {
            (await s.Web.Publish("conf-plain?metadata.rawPayload=true", $$"""{"mark":"{{s.Mark}}"}""")).Is(204);
            Stage.Equal($$"""{"mark":"{{s.Mark}}"}""", (await s.ArrivedAsync("/plain")).Body, "body");
        }),
        new(142, "1.8: an expired event goes to the dead-letter topic, if there is one", async s =>
        {
            (await s.Web.Publish("conf-dead?metadata.ttlInSeconds=0", $"\"{s.Mark}\"")).Is(204);
            // Unchanged, so it has expired there, too, and nobody gets it.
            await s.UntilAsync(async () => (await s.Redis.ExecuteAsync("XRANGE", "conf-dead-letters", "-", "+")).Any(text => text?.Contains(s.Mark, StringComparison.Ordinal) == true), "the dead letter");
            Stage.Equal(0, s.App.Of(s.Mark, "/dying").Count, "deliveries");
        }) { Redis = true },
        new(143, "1.8: a rule that fails and no rule that matches both dead-letter the event", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with
            {
                Subscriptions = $$"""
                    [{"pubsubname":"bus","topic":"{{s.Mark}}","routes":{"rules":[{"match":"event.data.x > 1.0","path":"/in"}]},"deadLetterTopic":"{{s.Mark}}-dead"},
                     {"pubsubname":"bus","topic":"{{s.Mark}}-dead","route":"/dead"}]
                    """,
            });
            (await web.Publish(s.Mark, """{"x":0,"which":"no match"}""")).Is(204);
            (await web.Publish(s.Mark, """{"which":"no field"}""")).Is(204);
            (await web.Publish(s.Mark, """{"x":2,"which":"a match"}""")).Is(204);
            await s.ArrivedAsync(web.App, "/dead", "no match");
            await s.ArrivedAsync(web.App, "/dead", "no field");
            await s.ArrivedAsync(web.App, "/in", "a match");
        }) { Own = "subscriptions of its own" },
        new(144, "1.10: 404 gives up all entries of a bulk delivery", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with
            {
                Subscriptions = $$$"""[{"pubsubname":"bus","topic":"{{{s.Mark}}}","route":"/bulk","bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":50},"deadLetterTopic":"{{{s.Mark}}}-dead"},{"pubsubname":"bus","topic":"{{{s.Mark}}}-dead","route":"/dead"}]""",
                Script = app =>
                {
                    app.On(seen => seen.Path == "/bulk", BulkAnswers.AllAsync);
                    app.On(seen => seen.Path == "/bulk" && seen.Has("given-up"), 404);
                },
            });
            (await web.Publish(s.Mark, "\"given-up\"")).Is(204);
            await s.ArrivedAsync(web.App, "/bulk", "given-up");
            (await web.Publish(s.Mark, "\"after\"")).Is(204);
            await s.ArrivedAsync(web.App, "/bulk", "\"after\"");
            Stage.Equal(1, web.App.Of("given-up", "/bulk").Count, "deliveries of the first");
            Stage.Equal(0, web.App.All.Count(seen => seen.Path == "/dead"), "dead letters");
        }) { Own = "subscriptions of its own" },
        new(194, "1.9: a dead-letter topic the app may not publish gets nothing", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with
            {
                Subscriptions = $$"""
                    [{"pubsubname":"bus","topic":"{{s.Mark}}-1","route":"/one","deadLetterTopic":"{{s.Mark}}-forbidden"},
                     {"pubsubname":"bus","topic":"{{s.Mark}}-2","route":"/two","deadLetterTopic":"{{s.Mark}}-allowed"}]
                    """,
                Script = app => app.On(seen => seen.Path is "/one" or "/two", 500),
            }, Resources.Bus(metadata: $", {{ name: publishingScopes, value: \"{s.Mark}={s.Mark}-1,{s.Mark}-2,{s.Mark}-allowed\" }}"));
            (await web.Publish(s.Mark + "-1", "1")).Is(204);
            await s.ArrivedAsync(web.App, "/one", s.Mark);
            (await web.Publish(s.Mark + "-2", "1")).Is(204);
            await s.UntilAsync(async () => (await s.Redis.ExecuteAsync("XLEN", s.Mark + "-allowed"))[0] == "1", "the dead letter that is allowed");
            Stage.Equal("0", (await s.Redis.ExecuteAsync("XLEN", s.Mark + "-forbidden"))[0], "dead letters in the forbidden topic");
        }) { Own = "a component with scopes", Redis = true },
        new(195, "2.1: what a dead consumer has read and not acknowledged is delivered again", async s =>
        {
            await s.Redis.ExecuteAsync("XGROUP", "CREATE", s.Mark, s.Mark, "0", "MKSTREAM");
            await s.Redis.ExecuteAsync("XADD", s.Mark, "*", "data", $$"""{"id":"{{s.Mark}}","data":1}""", "metadata", "{}");
            await s.Redis.ExecuteAsync("XREADGROUP", "GROUP", s.Mark, "dead", "STREAMS", s.Mark, ">");
            Node web = await s.NodeAsync(s.Setup() with { Subscriptions = $$"""[{"pubsubname":"bus","topic":"{{s.Mark}}","route":"/in"}]""" },
                Resources.Bus(metadata: ", { name: processingTimeout, value: 500ms }, { name: redeliverInterval, value: 100ms }"));
            await s.ArrivedAsync(web.App, "/in", s.Mark);
            await s.UntilAsync(async () => (await s.Redis.ExecuteAsync("XPENDING", s.Mark, s.Mark))[0] == "0", "nothing that is not acknowledged");
        }) { Own = "a stream with a consumer that is gone", Redis = true },
        new(145, "1.11: an app that no scope lists may publish anything but what is protected", async s =>
        {
            IWorld world = await s.WorldAsync(Resources.Bus(metadata: $", {{ name: protectedTopics, value: \"p\" }}, {{ name: publishingScopes, value: \"{s.Mark}-listed=p, a\" }}"));
            Node unlisted = await s.AddAsync(world, s.Setup());
            Node listed = await s.AddAsync(world, s.Setup("-listed"));
            (await unlisted.Publish("b", "1")).Is(204);
            (await unlisted.Publish("p", "1")).Is(403, "ERR_PUBSUB_FORBIDDEN", $"topic p is not allowed for app id {s.Mark}");
            (await listed.Publish("p", "1")).Is(204);
            (await listed.Publish("a", "1")).Is(204);
            (await listed.Publish("b", "1")).Is(403, "ERR_PUBSUB_FORBIDDEN");
        }) { Own = "a component with scopes" },
        new(146, "1.11: a subscription outside its scope is not started; the sidecar runs on", async s =>
        {
            Node web = await s.NodeAsync(s.Setup() with
            {
                Subscriptions = $$"""[{"pubsubname":"bus","topic":"{{s.Mark}}-no","route":"/no"},{"pubsubname":"bus","topic":"{{s.Mark}}-yes","route":"/yes"}]""",
            }, Resources.Bus(metadata: $", {{ name: subscriptionScopes, value: \"{s.Mark}={s.Mark}-yes\" }}"));
            (await web.Publish(s.Mark + "-no", "1")).Is(204);
            (await web.Publish(s.Mark + "-yes", "1")).Is(204);
            await s.ArrivedAsync(web.App, "/yes", s.Mark);
            Stage.Equal(0, web.App.All.Count(seen => seen.Path == "/no"), "deliveries outside the scope");
        }) { Own = "a component with scopes" },
    ];

    private static async Task<double?> ExpiresInAsync(Stage s, string query) => Expiration(await PublishedAsync(s, "conf-plain?" + query));

    private static double? Expiration(JsonElement e) => e.TryGetProperty("expiration", out JsonElement end)
        ? (DateTimeOffset.Parse(end.GetString()!, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow()).TotalSeconds
        : null;

    private static async Task<JsonElement> PublishedAsync(Stage s, string topic, string type = "application/json")
    {
        string mark = $"{s.Mark}-{Guid.NewGuid():N}";
        (await s.Web.Publish(topic, $"\"{mark}\"", type)).Is(204);
        return (await s.ArrivedAsync("/plain", mark)).Json;
    }

    private static Task<Reply> BulkAsync(Stage s, string type, string json) =>
        s.BulkAsync("bus/conf-nobody", $$"""[{"entryId":"1","event":{{json}},"contentType":"{{type}}"}]""");

    private static IEnumerable<string> Texts(JsonElement e, params string[] names) => names.Select(name => e.GetProperty(name).GetString() ?? "");
}
