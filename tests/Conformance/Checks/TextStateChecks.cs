using System.Globalization;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>Rules of state that stand in the text and tables only.</summary>
internal static class TextStateChecks
{
    private const string Store = "/v1.0/state/store";
    private const string Memory = "/v1.0/state/memory";

    public static IReadOnlyList<Check> List { get; } =
    [
        new(147, "3.1: several items are saved; a missing value is null; an empty array is 204", async s =>
        {
            (await s.Web.Send("PUT", Store, $$"""[{"key":"{{s.Mark}}-1","value":[1]},{"KEY":"{{s.Mark}}-2"}]""", "application/json")).Is(204);
            (await s.Web.Get($"{Store}/{s.Mark}-1")).Is(200).Says("[1]");
            (await s.Web.Get($"{Store}/{s.Mark}-2")).Is(200).Says("null");
            (await s.Web.Post(Store, "[]")).Is(204);
        }),
        new(148, "3.1: unknown concurrency or consistency is 500 ERR_STATE_SAVE; bad JSON is 400 ERR_MALFORMED_REQUEST", async s =>
        {
            (await s.Web.Post(Store, """[{"key":"k","value":1,"options":{"concurrency":"third-write"}}]""")).Is(500, "ERR_STATE_SAVE");
            (await s.Web.Post(Store, """[{"key":"k","value":1,"options":{"consistency":"none"}}]""")).Is(500, "ERR_STATE_SAVE");
            (await s.Web.Post(Store, """[{"key":""")).Is(400, "ERR_MALFORMED_REQUEST");
            (await s.Web.Post(Store + "/bulk", "{")).Is(400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body:");
            (await s.Web.Post(Store + "/transaction", "{")).Is(400, "ERR_MALFORMED_REQUEST", "failed deserializing HTTP body:");
        }),
        new(149, "3.1: items before one without a key are not saved either", async s =>
        {
            (await s.Web.Post(Store, $$"""[{"key":"{{s.Mark}}","value":1},{"value":2}]""")).Is(400, "ERR_MALFORMED_REQUEST", "\"key\" is a required field");
            (await s.Web.Get($"{Store}/{s.Mark}")).Is(204);
        }),
        new(150, "3.4: no keys make an empty array; parallelism may be anything", async s =>
        {
            (await s.Web.Post(Store + "/bulk", """{"keys":[]}""")).Is(200).Says("[]");
            (await s.Web.Send("PUT", Store + "/bulk", $$"""{"keys":["{{s.Mark}}"],"parallelism":-1}""", "application/json")).Is(200);
        }),
        new(151, "3.5: no operations are 204; metadata of the URL reaches each operation", async s =>
        {
            (await s.Web.Post(Store + "/transaction", """{"operations":[]}""")).Is(204);
            (await s.Web.Post(Store + "/transaction?metadata.ttlInSeconds=100", $$$"""{"operations":[{"operation":"upsert","request":{"Key":"{{{s.Mark}}}","value":1}}]}""")).Is(204);
            Stage.True(await TtlAsync(s) is > 0 and <= 100, "a time to live");
        }) { Redis = true },
        new(152, "3.6: keyPrefix with another text, or with ||", async s =>
        {
            Node web = await s.NodeAsync(s.Setup(), Resources.Component("store", "state.redis", $"{{ name: redisHost, envRef: REDIS_HOST }}, {{ name: KEYPREFIX, value: \"{s.Mark.ToUpperInvariant()}\" }}"));
            (await web.Post(Store, """[{"key":"k","value":1}]""")).Is(204);
            Stage.Equal("1", (await s.Redis.ExecuteAsync("HGET", $"{s.Mark}||k", "data"))[0], "data under the lower-case prefix");
            try
            {
                await s.WorldAsync(Resources.Component("broken", "state.in-memory", "{ name: keyPrefix, value: \"a||b\" }"));
                throw new CheckFailedException("expected that a prefix with || ends the start");
            }
            catch (WorldFailedException e)
            {
                Stage.True(e.Message.Contains("keyPrefix", StringComparison.Ordinal), $"a message that names keyPrefix, got '{e.Message}'");
            }
        }) { Own = "components of its own", Redis = true },
        new(153, "3.7: a store without queries is 500 ERR_STATE_STORE_NOT_SUPPORTED", async s =>
            (await s.Web.Post("/v1.0-alpha1/state/memory/query", """{"filter":{"EQ":{"a":1}}}""")).Is(500, "ERR_STATE_STORE_NOT_SUPPORTED")),
        new(154, "3.8: in Redis an ETag on a missing key creates it, and last-write ignores it", async s =>
        {
            (await s.Web.Post(Store, $$"""[{"key":"{{s.Mark}}","value":1,"etag":"7"}]""")).Is(204);
            (await s.Web.Post(Store, $$$"""[{"key":"{{{s.Mark}}}","value":2,"etag":"99","options":{"concurrency":"last-write"}}]""")).Is(204);
            (await s.Web.Get($"{Store}/{s.Mark}")).Is(200).Says("2");
        }),
        new(155, "3.8: in Redis first-write without ETag on an existing key is 500, and from then on every save without", async s =>
        {
            string first = $$$"""[{"key":"{{{s.Mark}}}","value":1,"options":{"concurrency":"first-write"}}]""";
            (await s.Web.Post(Store, first)).Is(204);
            (await s.Web.Post(Store, first)).Is(500, "ERR_STATE_SAVE");
            (await s.Web.Post(Store, $$"""[{"key":"{{s.Mark}}","value":2}]""")).Is(500, "ERR_STATE_SAVE");
        }),
        new(156, "3.8: in Redis a time to live of 0 or below ends a running one; what is no number is 500", async s =>
        {
            (await s.Web.Post(Store, Saving(s, "100"))).Is(204);
            Stage.True(await TtlAsync(s) > 0, "a time to live");
            (await s.Web.Post(Store, Saving(s, "-1"))).Is(204);
            Stage.Equal(-1, await TtlAsync(s), "time to live");
            (await s.Web.Post(Store, Saving(s, "soon"))).Is(500, "ERR_STATE_SAVE");
        }) { Redis = true },
        new(157, "3.9: in-memory: first-write on a live key and an ETag on a missing one are 409; each save resets the time to live", async s =>
        {
            (await s.Web.Post(Memory, $$"""[{"key":"{{s.Mark}}-none","value":1,"etag":"x"}]""")).Is(409, "ERR_STATE_SAVE", "possible etag mismatch");
            (await s.Web.Post(Memory, Saving(s, "100"))).Is(204);
            Stage.True((await s.Web.Get($"{Memory}/{s.Mark}")).Header("metadata.ttlExpireTime").Length > 0, "metadata.ttlExpireTime");
            (await s.Web.Post(Memory, $$$"""[{"key":"{{{s.Mark}}}","value":1,"options":{"concurrency":"first-write"}}]""")).Is(409, "ERR_STATE_SAVE");
            (await s.Web.Post(Memory, $$"""[{"key":"{{s.Mark}}","value":2}]""")).Is(204);
            Stage.Equal("", (await s.Web.Get($"{Memory}/{s.Mark}")).Is(200).Header("metadata.ttlExpireTime"), "metadata.ttlExpireTime");
        }),
    ];

    private static string Saving(Stage s, string ttl) => $$$"""[{"key":"{{{s.Mark}}}","value":1,"metadata":{"ttlInSeconds":"{{{ttl}}}"}}]""";

    private static async Task<int> TtlAsync(Stage s) => int.Parse((await s.Redis.ExecuteAsync("TTL", "web||" + s.Mark))[0]!, CultureInfo.InvariantCulture);
}
