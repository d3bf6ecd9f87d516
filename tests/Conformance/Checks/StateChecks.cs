using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>State stores.</summary>
internal static class StateChecks
{
    private const string Store = "/v1.0/state/store";

    public static IReadOnlyList<Check> List { get; } =
    [
        new(64, "save is 204; get is 200 with the value, JSON and an ETag without quotes", async s =>
        {
            await SaveAsync(s, """{"n":1}""");
            Reply reply = (await s.Web.Get($"{Store}/{s.Mark}")).Is(200).Says("""{"n":1}""");
            Stage.Equal("application/json", reply.Header("Content-Type"), "Content-Type");
            Stage.Equal("1", reply.Header("ETag"), "ETag");
        }),
        new(65, "a missing key is 204", async s => (await s.Web.Get($"{Store}/{s.Mark}")).Is(204)),
        new(66, "in Redis: a hash {app}||{key} with data and version", async s =>
        {
            await SaveAsync(s, "1");
            Stage.Equal("1,1", string.Join(',', await s.Redis.ExecuteAsync("HMGET", "web||" + s.Mark, "data", "version")), "data, version");
            await SaveAsync(s, "2");
            Stage.Equal("2,2", string.Join(',', await s.Redis.ExecuteAsync("HMGET", "web||" + s.Mark, "data", "version")), "data, version");
        }) { Redis = true },
        new(67, "an old ETag is 409 ERR_STATE_SAVE", async s =>
        {
            await SaveAsync(s, "1");
            await SaveAsync(s, "2");
            (await SaveAsync(s, "3", "1")).Is(409, "ERR_STATE_SAVE", "possible etag mismatch");
        }),
        new(68, "an ETag that is no number is 400", async s =>
        {
            await SaveAsync(s, "1");
            (await SaveAsync(s, "2", "abc")).Is(400, "ERR_STATE_SAVE", "invalid etag value");
        }),
        new(69, "delete with If-Match: 409 when wrong, 204 when right or nothing is there", async s =>
        {
            await SaveAsync(s, "1");
            (await s.Web.Delete($"{Store}/{s.Mark}", ("If-Match", "9"))).Is(409, "ERR_STATE_DELETE");
            (await s.Web.Delete($"{Store}/{s.Mark}", ("If-Match", "1"))).Is(204);
            (await s.Web.Delete($"{Store}/{s.Mark}")).Is(204);
        }),
        new(70, "a key with || is 400 ERR_MALFORMED_REQUEST", async s =>
        {
            (await s.Web.Post(Store, """[{"key":"a||b","value":1}]""")).Is(400, "ERR_MALFORMED_REQUEST", "can't contain '||'");
            (await s.Web.Get($"{Store}/a%7C%7Cb")).Is(400, "ERR_MALFORMED_REQUEST");
        }),
        new(71, "an unknown store is 400; no store at all is 500 ERR_STATE_STORE_NOT_CONFIGURED", async s =>
        {
            Node web = await s.NodeAsync(s.Setup());
            (await web.Get("/v1.0/state/nope/k")).Is(400, "ERR_STATE_STORE_NOT_FOUND", "state store nope is not found");
            Node without = await s.NodeAsync(s.Setup("-none"), Resources.Bus());
            (await without.Get("/v1.0/state/nope/k")).Is(500, "ERR_STATE_STORE_NOT_CONFIGURED");
        }) { Own = "a sidecar without stores" },
        new(72, "an item without key is 400", async s => (await s.Web.Post(Store, """[{"value":1}]""")).Is(400, "ERR_MALFORMED_REQUEST", "\"key\" is a required field")),
        new(73, "ttlInSeconds: the key is gone afterwards; in-memory says when", async s =>
        {
            foreach (string store in (string[])["memory", "store"])
            {
                (await s.Web.Post($"/v1.0/state/{store}", Expiring(s, 1))).Is(204);
                if (store == "memory") Stage.True((await s.Web.Get($"/v1.0/state/memory/{s.Mark}")).Is(200).Header("metadata.ttlExpireTime").Length > 0, "metadata.ttlExpireTime");
                await s.UntilAsync(async () => (await s.Web.Get($"/v1.0/state/{store}/{s.Mark}")).Status == 204, "the end of the key in " + store);
            }
        }),
        new(74, "in Redis a save without TTL keeps the running one", async s =>
        {
            (await s.Web.Post(Store, Expiring(s, 100))).Is(204);
            await SaveAsync(s, "2");
            Stage.True(int.Parse((await s.Redis.ExecuteAsync("TTL", "web||" + s.Mark))[0]!, System.Globalization.CultureInfo.InvariantCulture) > 50, "a TTL that still runs");
        }) { Redis = true },
        new(75, "bulk get answers a missing key with the key only", async s =>
        {
            await SaveAsync(s, "1");
            JsonElement found = (await s.Web.Post($"{Store}/bulk", $$"""{"keys":["{{s.Mark}}","{{s.Mark}}-zz"]}""")).Is(200).Json;
            Stage.Equal(2, found.GetArrayLength(), "elements");
            JsonElement missing = found.EnumerateArray().First(item => item.GetProperty("key").GetString() == s.Mark + "-zz");
            Stage.Equal(1, missing.EnumerateObject().Count(), "members of the missing one");
            JsonElement there = found.EnumerateArray().First(item => item.GetProperty("key").GetString() == s.Mark);
            Stage.Equal("1 1", $"{there.GetProperty("data").GetRawText()} {there.GetProperty("etag").GetString()}", "data and etag");
        }),
        new(76, "a transaction applies all; a wrong ETag is 500 and applies nothing in-memory", async s =>
        {
            await SaveAsync(s, "1");
            (await s.Web.Post($"{Store}/transaction", Operations($"{s.Mark}-new", s.Mark))).Is(204);
            (await s.Web.Get($"{Store}/{s.Mark}-new")).Is(200).Says("5");
            (await s.Web.Get($"{Store}/{s.Mark}")).Is(204);
            const string memory = "/v1.0/state/memory";
            (await s.Web.Post(memory, $$"""[{"key":"{{s.Mark}}","value":1}]""")).Is(204);
            string wrong = Operations(s.Mark + "-new", s.Mark).Replace("\"}}]", "\",\"etag\":\"zz\",\"options\":{\"concurrency\":\"first-write\"}}}]", StringComparison.Ordinal);
            (await s.Web.Post($"{memory}/transaction", wrong)).Is(500, "ERR_STATE_TRANSACTION");
            (await s.Web.Get($"{memory}/{s.Mark}-new")).Is(204);
        }),
        new(77, "an operation in upper case is 400 ERR_NOT_SUPPORTED_STATE_OPERATION", async s =>
            (await s.Web.Post($"{Store}/transaction", """{"operations":[{"operation":"UPSERT","request":{"key":"k","value":1}}]}"""))
                .Is(400, "ERR_NOT_SUPPORTED_STATE_OPERATION")),
        new(78, "keyPrefix name and none decide the stored key", async s =>
        {
            (await s.Web.Post("/v1.0/state/store-name", $$"""[{"key":"{{s.Mark}}","value":1}]""")).Is(204);
            (await s.Web.Post("/v1.0/state/store-none", $$"""[{"key":"{{s.Mark}}","value":2}]""")).Is(204);
            Stage.Equal("1", (await s.Redis.ExecuteAsync("HGET", "store-name||" + s.Mark, "data"))[0], "data under the store's name");
            Stage.Equal("2", (await s.Redis.ExecuteAsync("HGET", s.Mark, "data"))[0], "data under the plain key");
        }) { Redis = true },
    ];

    private static async Task<Reply> SaveAsync(Stage s, string value, string? etag = null)
    {
        string demanded = etag is null ? "" : $$""","etag":"{{etag}}","options":{"concurrency":"first-write"}""";
        Reply reply = await s.Web.Post(Store, $$"""[{"key":"{{s.Mark}}","value":{{value}}{{demanded}}}]""");
        return etag is null ? reply.Is(204) : reply;
    }

    private static string Expiring(Stage s, int seconds) => $$$"""[{"key":"{{{s.Mark}}}","value":1,"metadata":{"ttlInSeconds":"{{{seconds}}}"}}]""";

    private static string Operations(string upserted, string deleted) =>
        "{\"operations\":[{\"operation\":\"upsert\",\"request\":{\"key\":\"" + upserted + "\",\"value\":5}},{\"operation\":\"delete\",\"request\":{\"key\":\"" + deleted + "\"}}]}";
}
