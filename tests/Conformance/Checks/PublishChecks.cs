using System.Globalization;
using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>The envelope a publish makes.</summary>
internal static class PublishChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(14, "JSON is wrapped into a CloudEvent with every field", async s =>
        {
            JsonElement e = await StoredAsync(s, $$"""{"a":1,"m":"{{s.Mark}}"}""", "application/json");
            Stage.Equal(1, e.GetProperty("data").GetProperty("a").GetInt32(), "data.a");
            Expect(e, ("datacontenttype", "application/json"), ("source", "web"), ("type", "com.dapr.event.sent"), ("specversion", "1.0"));
            Expect(e, ("topic", "conf-plain"), ("pubsubname", "bus"), ("traceid", Text(e, "traceparent")));
            Stage.True(Guid.TryParse(Text(e, "id"), out _), $"a UUID as id, got {e}");
            Stage.True(DateTimeOffset.TryParse(Text(e, "time"), CultureInfo.InvariantCulture, out _) && Text(e, "time").Contains('T'), $"an RFC 3339 time, got {e}");
        }),
        new(15, "without Content-Type the data is a text", async s =>
        {
            string body = $$"""{"a":"{{s.Mark}}"}""";
            Expect(await StoredAsync(s, body, null), ("datacontenttype", "text/plain"), ("data", body));
        }),
        new(16, "application/json with a charset is JSON and keeps the charset", async s =>
        {
            JsonElement e = await StoredAsync(s, $$"""{"a":"{{s.Mark}}"}""", "application/json; charset=utf-8");
            Stage.Equal(JsonValueKind.Object, e.GetProperty("data").ValueKind, "kind of data");
            Expect(e, ("datacontenttype", "application/json; charset=utf-8"));
        }),
        new(17, "application/vnd.x+json is a text", async s =>
            Stage.Equal(JsonValueKind.String, (await StoredAsync(s, $"\"{s.Mark}\"", "application/vnd.x+json")).GetProperty("data").ValueKind, "kind of data")),
        new(18, "application/octet-stream becomes data_base64", async s =>
        {
            JsonElement e = await StoredAsync(s, "\u0001\u0002\u0003", "application/octet-stream", $"?metadata.cloudevent.id={s.Mark}");
            Expect(e, ("data_base64", "AQID"));
            Stage.True(!e.TryGetProperty("data", out _), "no data");
        }),
        new(19, "JSON that cannot be read becomes a text", async s => Expect(await StoredAsync(s, "{oops " + s.Mark, "application/json"), ("data", "{oops " + s.Mark))),
        new(20, "a large JSON number is delivered digit for digit", async s =>
        {
            JsonElement e = await StoredAsync(s, $$"""{"n":12345678901234567890,"m":"{{s.Mark}}"}""", "application/json");
            Stage.Equal("12345678901234567890", e.GetProperty("data").GetProperty("n").GetRawText(), "number");
        }),
        new(21, "a CloudEvent keeps its fields; topic is overwritten, time and traceid are added", async s =>
        {
            string body = $$"""{"id":"{{s.Mark}}","source":"me","type":"t","specversion":"1.0","topic":"wrong","data":1}""";
            JsonElement e = await StoredAsync(s, body, "application/cloudevents+json");
            Expect(e, ("topic", "conf-plain"), ("id", s.Mark), ("source", "me"));
            Stage.True(e.TryGetProperty("time", out _) && e.TryGetProperty("traceid", out _), $"time and traceid, got {e}");
        }),
        new(22, "a CloudEvent without id stays without", async s =>
        {
            string body = $$"""{"source":"me","type":"t","specversion":"1.0","data":"{{s.Mark}}"}""";
            Stage.True(!(await StoredAsync(s, body, "application/cloudevents+json")).TryGetProperty("id", out _), "no id");
        }),
        new(23, "a CloudEvent that is no JSON is 500 ERR_PUBSUB_CLOUD_EVENTS_SER", async s =>
            (await s.Web.Publish("conf-plain", "{\"}", "application/cloudevents+json")).Is(500, "ERR_PUBSUB_CLOUD_EVENTS_SER", "cannot create cloudevent")),
        new(24, "metadata.cloudevent.* override fields", async s =>
        {
            string query = $"?metadata.cloudevent.type=T&metadata.cloudevent.source=S&metadata.cloudevent.id={s.Mark}";
            Expect(await StoredAsync(s, "1", "application/json", query), ("type", "T"), ("source", "S"), ("id", s.Mark));
        }),
        new(25, "rawPayload stores exactly the bytes", async s =>
        {
            (await s.Web.Publish($"{s.Mark}?metadata.rawPayload=true", "as it is", "text/plain")).Is(204);
            IReadOnlyList<string?> stored = await s.Redis.ExecuteAsync("XRANGE", s.Mark, "-", "+");
            Stage.Equal("as it is", stored[stored.ToList().IndexOf("data") + 1], "field data in the stream");
        }) { Redis = true },
        new(26, "rawPayload that is no boolean is 400 ERR_PUBSUB_REQUEST_METADATA", async s =>
            (await s.Web.Publish("conf-plain?metadata.rawPayload=maybe", "1")).Is(400, "ERR_PUBSUB_REQUEST_METADATA", "actual is 'maybe'")),
        new(33, "a topic may have slashes", async s =>
        {
            (await s.Web.Publish($"a/{s.Mark}", "1")).Is(204);
            Stage.Equal("1", (await s.Redis.ExecuteAsync("XLEN", "a/" + s.Mark))[0], "length of the stream");
        }) { Redis = true },
    ];

    /// <summary>Publishes on <c>conf-plain</c> and answers the event as it was stored.</summary>
    private static async Task<JsonElement> StoredAsync(Stage s, string body, string? type, string query = "")
    {
        (await s.Web.Publish("conf-plain" + query, body, type)).Is(204);
        return (await s.ArrivedAsync("/plain")).Json;
    }

    private static string Text(JsonElement e, string name) => e.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    private static void Expect(JsonElement e, params (string Name, string Value)[] fields)
    {
        foreach ((string name, string value) in fields) Stage.Equal(value, Text(e, name), name);
    }
}
