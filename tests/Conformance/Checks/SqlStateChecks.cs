using System.Globalization;
using System.Text.Json;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Conformance.Checks;

/// <summary>The stores on SQLite and PostgreSQL, as far as they differ from Redis.</summary>
internal static class SqlStateChecks
{
    private const string Own = "a PostgreSQL store";

    public static IReadOnlyList<Check> List { get; } =
    [
        new(186, "3.9: SQLite: a save with an ETag changes only what has it, and never makes a key", s => ETagsAsync(s, s.Web, "sqlite")),
        new(187, "3.9: SQLite: first-write on a live key is 409", s => FirstWriteAsync(s, s.Web, "sqlite", 409)),
        new(188, "3.9: SQLite: each save sets the time to live anew; get tells its end", s => TimeToLiveAsync(s, s.Web, "sqlite")),
        new(189, "3.9: SQLite: a transaction applies all or nothing", s => TransactionAsync(s, s.Web, "sqlite")),
        new(190, "3.9: PostgreSQL: a save with an ETag changes only what has it, and never makes a key", async s => await ETagsAsync(s, await NodeAsync(s), "sql")) { Own = Own, Postgres = true },
        new(191, "3.9: PostgreSQL: first-write on a live key is 500", async s => await FirstWriteAsync(s, await NodeAsync(s), "sql", 500)) { Own = Own, Postgres = true },
        new(192, "3.9: PostgreSQL: each save sets the time to live anew; get tells its end", async s => await TimeToLiveAsync(s, await NodeAsync(s), "sql")) { Own = Own, Postgres = true },
        new(193, "3.9: PostgreSQL: a transaction applies all or nothing", async s => await TransactionAsync(s, await NodeAsync(s), "sql")) { Own = Own, Postgres = true },
    ];

    private static Task<Node> NodeAsync(Stage s) => s.NodeAsync(
        s.Setup(), Resources.Component("sql", "state.postgresql", $"{{ name: connectionString, value: \"{s.Postgres}\" }}, {{ name: tablePrefix, value: conformance_ }}", version: "v2"));

    private static async Task ETagsAsync(Stage s, Node web, string store)
    {
        foreach (string never in (string[])["b8f7a2f0-5a39-4b3d-9d5e-111111111111", "no-uuid"]) (await SaveAsync(s, web, store, "1", never)).Is(409, "ERR_STATE_SAVE", "possible etag mismatch");
        (await web.Get(At(s, store))).Is(204);
        (await SaveAsync(s, web, store, "1")).Is(204);
        string first = (await web.Get(At(s, store))).Is(200).Header("ETag");
        Stage.True(Guid.TryParse(first, out _), $"a UUID as ETag, got '{first}'");
        (await SaveAsync(s, web, store, "2", first)).Is(204);
        (await SaveAsync(s, web, store, "3", first)).Is(409, "ERR_STATE_SAVE");
        Reply now = (await web.Get(At(s, store))).Is(200).Says("2");
        (await web.Delete(At(s, store), ("If-Match", first))).Is(409, "ERR_STATE_DELETE");
        (await web.Delete(At(s, store), ("If-Match", now.Header("ETag")))).Is(204);
        (await web.Delete(At(s, store), ("If-Match", now.Header("ETag")))).Is(409, "ERR_STATE_DELETE");
    }

    private static async Task FirstWriteAsync(Stage s, Node web, string store, int status)
    {
        string first = $$$"""[{"key":"{{{s.Mark}}}","value":1,"options":{"concurrency":"first-write"}}]""";
        (await web.Post(Path(store), first)).Is(204);
        (await web.Post(Path(store), first)).Is(status, "ERR_STATE_SAVE");
        (await SaveAsync(s, web, store, "2")).Is(204);
    }

    private static async Task TimeToLiveAsync(Stage s, Node web, string store)
    {
        (await web.Post(Path(store), Expiring(s, "100"))).Is(204);
        string end = (await web.Get(At(s, store))).Is(200).Header("metadata.ttlExpireTime");
        Stage.True(DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, out DateTimeOffset at) && at > TimeProvider.System.GetUtcNow().AddSeconds(60), $"an end in 100 s, got '{end}'");
        (await SaveAsync(s, web, store, "2")).Is(204);
        Stage.Equal("", (await web.Get(At(s, store))).Is(200).Header("metadata.ttlExpireTime"), "end after a save without");
        (await web.Post(Path(store), Expiring(s, "100"))).Is(204);
        (await web.Post(Path(store), Expiring(s, "-1"))).Is(204);
        Stage.Equal("", (await web.Get(At(s, store))).Is(200).Header("metadata.ttlExpireTime"), "end after a save with -1");
        (await web.Post(Path(store), Expiring(s, "1"))).Is(204);
        await s.UntilAsync(async () => (await web.Get(At(s, store))).Status == 204, "the end of the key");
    }

    private static async Task TransactionAsync(Stage s, Node web, string store)
    {
        (await SaveAsync(s, web, store, "1")).Is(204);
        string begin = $$$"""{"operations":[{"operation":"upsert","request":{"key":"{{{s.Mark}}}-new","value":5}},{"operation":"upsert","request":{"key":"{{{s.Mark}}}","value":6""";
        (await web.Post(Path(store) + "/transaction", begin + ",\"etag\":\"b8f7a2f0-5a39-4b3d-9d5e-111111111111\"}}]}")).Is(500, "ERR_STATE_TRANSACTION");
        (await web.Get(At(s, store) + "-new")).Is(204);
        (await web.Post(Path(store) + "/transaction", begin + "}}]}")).Is(204);
        JsonElement[] found = [.. (await web.Post(Path(store) + "/bulk", $$"""{"keys":["{{s.Mark}}","{{s.Mark}}-none","{{s.Mark}}-new"]}""")).Is(200).Json.EnumerateArray()];
        string[] pairs = [.. found.Select(one => $"{one.GetProperty("key").GetString()![s.Mark.Length..]}={(one.TryGetProperty("data", out JsonElement data) ? data.GetRawText() : "")}")];
        Stage.Equal("-new=5,-none=,=6", string.Join(',', pairs.Order(StringComparer.Ordinal)), "values");
    }

    private static Task<Reply> SaveAsync(Stage s, Node web, string store, string value, string? etag = null) =>
        web.Post(Path(store), $$"""[{"key":"{{s.Mark}}","value":{{value}}{{(etag is null ? "" : $",\"etag\":\"{etag}\"")}}}]""");

    private static string Expiring(Stage s, string seconds) => $$$"""[{"key":"{{{s.Mark}}}","value":1,"metadata":{"ttlInSeconds":"{{{seconds}}}"}}]""";

    private static string Path(string store) => "/v1.0/state/" + store;

    private static string At(Stage s, string store) => $"{Path(store)}/{s.Mark}";
}
