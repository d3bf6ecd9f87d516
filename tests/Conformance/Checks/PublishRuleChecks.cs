using System.Globalization;
using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Who may publish what, limits, and bulk publishing.</summary>
internal static class PublishRuleChecks
{
    public static IReadOnlyList<Check> List { get; } =
    [
        new(27, "an unknown component is 404 ERR_PUBSUB_NOT_FOUND", async s =>
            (await s.Web.Post("/v1.0/publish/nope/t", "1")).Is(404, "ERR_PUBSUB_NOT_FOUND", "pubsub nope is not found")),
        new(28, "publishingScopes let an app publish its topics only", async s =>
        {
            (await s.Web.Post("/v1.0/publish/bus-scoped/conf-b", "1")).Is(403, "ERR_PUBSUB_FORBIDDEN", "topic conf-b is not allowed for app id web");
            (await s.Web.Post("/v1.0/publish/bus-scoped/conf-a", "1")).Is(204);
        }),
        new(29, "an empty publishing scope forbids every topic", async s =>
            (await s.Web.Post("/v1.0/publish/bus-nothing/conf-a", "1")).Is(403, "ERR_PUBSUB_FORBIDDEN")),
        new(30, "allowedTopics forbid every other topic", async s =>
        {
            (await s.Web.Post("/v1.0/publish/bus-allowed/conf-b", "1")).Is(403, "ERR_PUBSUB_FORBIDDEN");
            (await s.Web.Post("/v1.0/publish/bus-allowed/conf-a", "1")).Is(204);
        }),
        new(31, "a component scoped to other apps is not found", async s =>
            (await s.Web.Post("/v1.0/publish/bus-of-others/t", "1")).Is(404, "ERR_PUBSUB_NOT_FOUND")),
        new(32, "ttlInSeconds sets expiration, and an expired event is not delivered", ExpiryAsync) { Redis = true },
        new(34, "a body over the limit is 500 ERR_PUBSUB_PUBLISH_MESSAGE", async s =>
            (await s.Web.Publish("conf-plain", new string('x', (4 * 1024 * 1024) + 1), "text/plain")).Is(500, "ERR_PUBSUB_PUBLISH_MESSAGE", "stream too large")),
        new(35, "a bulk publish makes one event with an id of its own per entry", async s =>
        {
            (await BulkAsync(s, Entry("1", s.Mark), Entry("2", s.Mark))).Is(204);
            await s.UntilAsync(() => s.App.Of(s.Mark, "/plain").Count == 2, "two deliveries");
            Stage.Equal(2, s.App.Of(s.Mark, "/plain").Select(seen => seen.Json.GetProperty("id").GetString()).Distinct().Count(), "distinct ids");
        }),
        new(36, "a duplicate entryId is 400 and nothing is published", async s =>
        {
            (await BulkAsync(s, Entry("1", s.Mark), Entry("1", s.Mark))).Is(400, "ERR_PUBSUB_EVENTS_SER");
            (await s.Web.Publish("conf-plain", $"\"{s.Mark}-after\"")).Is(204);
            await s.ArrivedAsync("/plain", s.Mark + "-after");
            Stage.Equal(1, s.App.Of(s.Mark, "/plain").Count, "events published");
        }),
        new(37, "a bulk entry without contentType is 400 ERR_PUBSUB_EVENTS_SER", async s =>
            (await BulkAsync(s, """{"entryId":"1","event":1}""")).Is(400, "ERR_PUBSUB_EVENTS_SER")),
        new(38, "a bulk body that is no array is 400 ERR_PUBSUB_EVENTS_SER", async s =>
            (await s.BulkAsync("bus/conf-plain", "{}")).Is(400, "ERR_PUBSUB_EVENTS_SER", "error when unmarshaling the request for topic")),
        new(39, "a bulk publish that fails is 500 with the failed entries", async s =>
        {
            // A key of another type makes the stream refuse the entry.
            await s.Redis.ExecuteAsync("SET", s.Mark, "no stream");
            Reply reply = (await s.BulkAsync($"bus/{s.Mark}", $"[{Entry("7", "x")}]")).Is(500, "ERR_PUBSUB_PUBLISH_MESSAGE");
            JsonElement failed = reply.Json.GetProperty("failedEntries")[0];
            Stage.Equal("7", failed.GetProperty("entryId").GetString(), "entryId");
            Stage.True(failed.GetProperty("error").GetString()!.Length > 0, "an error");
        }) { Redis = true },
    ];

    /// <summary>An event whose expiration passed while nobody was subscribed is acknowledged without a call.</summary>
    private static async Task ExpiryAsync(Stage s)
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        (await s.Web.Publish($"{s.Mark}?metadata.ttlInSeconds=100", "1")).Is(204);
        IReadOnlyList<string?> stored = await s.Redis.ExecuteAsync("XRANGE", s.Mark, "-", "+");
        using JsonDocument e = JsonDocument.Parse(stored[stored.ToList().IndexOf("data") + 1]!);
        DateTimeOffset expiration = DateTimeOffset.Parse(e.RootElement.GetProperty("expiration").GetString()!, CultureInfo.InvariantCulture);
        double seconds = (expiration - before).TotalSeconds;
        Stage.True(seconds is > 98 and < 130, $"an expiration in 100 s, got {seconds} s");

        // A time to live of 0 has passed at once.
        (await s.Web.Publish("conf-plain?metadata.ttlInSeconds=0", $"\"{s.Mark}-old\"")).Is(204);
        (await s.Web.Publish("conf-plain", $"\"{s.Mark}-new\"")).Is(204);
        await s.ArrivedAsync("/plain", s.Mark + "-new");
        Stage.Equal(0, s.App.Of(s.Mark + "-old", "/plain").Count, "deliveries of the expired event");
    }

    private static Task<Reply> BulkAsync(Stage s, params string[] entries) => s.BulkAsync("bus/conf-plain", $"[{string.Join(',', entries)}]");

    private static string Entry(string id, string text) => $$"""{"entryId":"{{id}}","event":"{{text}}","contentType":"application/json"}""";
}
