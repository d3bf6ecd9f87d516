using System.Net;
using System.Text.Json;
using DaprTrading.LocalRuntime;
using DaprTrading.Tests.Contract.Sidecar.Fakes;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class StateChecks
{
    [Fact]
    public async Task Check064_SaveThenGet_AnswersValueAndETag()
    {
        await using World world = await World.StartAsync();
        await (await SaveAsync(world, """[{"key":"k","value":{"n":1}}]""")).ShouldBeEmpty204();
        HttpResponseMessage response = await world.Client.GetAsync("/v1.0/state/store/k");
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).Should().Be("{\"n\":1}");
        response.Content.Headers.ContentType!.ToString().Should().Be("application/json");
        response.Headers.NonValidated["ETag"].ToString().Should().Be("1");
    }

    [Fact]
    public async Task Check065_MissingKey_Answers204()
    {
        await using World world = await World.StartAsync();
        await (await world.Client.GetAsync("/v1.0/state/store/none")).ShouldBeEmpty204();
    }

    [Fact]
    public async Task Check067And068_ETags_DecideBetween409And400()
    {
        await using World world = await World.StartAsync();
        await SaveAsync(world, """[{"key":"k","value":1}]""");
        await SaveAsync(world, """[{"key":"k","value":2}]""");
        HttpResponseMessage stale = await SaveAsync(world, """[{"key":"k","value":3,"etag":"1","options":{"concurrency":"first-write"}}]""");
        (await stale.ShouldBeError(409, "ERR_STATE_SAVE")).Should().Contain("possible etag mismatch. error from state store");
        HttpResponseMessage invalid = await SaveAsync(world, """[{"key":"k","value":3,"etag":"abc","options":{"concurrency":"first-write"}}]""");
        (await invalid.ShouldBeError(400, "ERR_STATE_SAVE")).Should().Contain("invalid etag value");
        await (await SaveAsync(world, """[{"key":"k","value":3,"etag":"2","options":{"concurrency":"first-write","consistency":"strong"}}]""")).ShouldBeEmpty204();
        world.Store.Seen[^1].Should().BeEquivalentTo(new { Concurrency = StateConcurrency.FirstWrite, StrongConsistency = true, ETag = "2" });
    }

    [Fact]
    public async Task Check069_Delete_HonoursIfMatch()
    {
        await using World world = await World.StartAsync();
        await SaveAsync(world, """[{"key":"k","value":1}]""");
        await (await DeleteAsync(world, "k", "7")).ShouldBeError(409, "ERR_STATE_DELETE");
        await (await DeleteAsync(world, "k", "1")).ShouldBeEmpty204();
        await (await DeleteAsync(world, "k", null)).ShouldBeEmpty204();
    }

    [Fact]
    public async Task Check070_KeyWithBars_Answers400()
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await SaveAsync(world, """[{"key":"a||b","value":1}]""");
        (await response.ShouldBeError(400, "ERR_MALFORMED_REQUEST")).Should().EndWith("input key/keyPrefix 'a||b' can't contain '||'");
        (await response.JsonAsync()).GetProperty("details").EnumerateArray().Should().Contain(d => d.Text("@type").EndsWith("ErrorInfo") && d.Text("reason") == "DAPR_STATE_ILLEGAL_KEY");
        await (await world.Client.GetAsync("/v1.0/state/store/a%7C%7Cb")).ShouldBeError(400, "ERR_MALFORMED_REQUEST");
    }

    [Theory]
    [InlineData("GET", "/v1.0/state/nope/k")]
    [InlineData("POST", "/v1.0/state/nope")]
    [InlineData("POST", "/v1.0/state/nope/bulk")]
    [InlineData("POST", "/v1.0/state/nope/transaction")]
    public async Task Check071_UnknownStore_Answers400OrWithoutAny500(string verb, string path)
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage unknown = await world.Client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path));
        (await unknown.ShouldBeError(400, "ERR_STATE_STORE_NOT_FOUND")).Should().Be("state store nope is not found");
        await using World bare = await World.StartAsync(setup: w => w.Registry = new FakeRegistry(w.Bus));
        HttpResponseMessage none = await bare.Client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path));
        (await none.ShouldBeError(500, "ERR_STATE_STORE_NOT_CONFIGURED")).Should().Be("state store nope is not configured");
    }

    [Theory]
    [InlineData("""[{"value":1}]""", 400, "ERR_MALFORMED_REQUEST", "\"key\" is a required field")]
    [InlineData("""[{"key":"","value":1}]""", 400, "ERR_MALFORMED_REQUEST", "\"key\" is a required field")]
    [InlineData("""{"key":"a"}""", 400, "ERR_MALFORMED_REQUEST", null)]
    [InlineData("[{", 400, "ERR_MALFORMED_REQUEST", null)]
    [InlineData("""[{"key":"a","metadata":{"ttlInSeconds":1}}]""", 400, "ERR_MALFORMED_REQUEST", null)]
    [InlineData("""[{"key":"a","options":{"concurrency":"any"}}]""", 500, "ERR_STATE_SAVE", null)]
    [InlineData("""[{"key":"a","options":{"consistency":"any"}}]""", 500, "ERR_STATE_SAVE", null)]
    public async Task Check072_BrokenSaves_AreRefused(string body, int status, string code, string? message)
    {
        await using World world = await World.StartAsync();
        string text = await (await SaveAsync(world, body)).ShouldBeError(status, code);
        if (message is not null) text.Should().Be(message);
        world.Store.Keys.Should().BeEmpty();
    }

    [Fact]
    public async Task BodyThatIsNoUtf8_Answers400()
    {
        await using World world = await World.StartAsync();
        var content = new ByteArrayContent([.. "[{\"key\":\""u8, 0xFF, 0xFE, .. "\"}]"u8]);
        await (await world.Client.PostAsync("/v1.0/state/store", content)).ShouldBeError(400, "ERR_MALFORMED_REQUEST");
    }

    [Fact]
    public async Task Save_EmptyManyAndNull()
    {
        await using World world = await World.StartAsync();
        await (await SaveAsync(world, "[]")).ShouldBeEmpty204();
        string items = string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"KEY":"{{i}}","value":{{i}}}"""));
        await (await SaveAsync(world, $"[{items},{{\"key\":\"null\"}}]")).ShouldBeEmpty204();
        world.Store.Keys.Should().HaveCount(101);
        (await world.Client.GetStringAsync("/v1.0/state/store/null")).Should().Be("null");
    }

    [Fact]
    public async Task Save_UrlMetadataOverridesTheItems()
    {
        await using World world = await World.StartAsync();
        await world.Client.PostAsync("/v1.0/state/store?metadata.ttlInSeconds=9", World.Content("""[{"key":"k","value":1,"metadata":{"ttlInSeconds":"5","x":"y"}}]"""));
        world.Store.Seen.Single().Metadata.Should().BeEquivalentTo(new Dictionary<string, string> { ["ttlInSeconds"] = "9", ["x"] = "y" });
    }

    [Fact]
    public async Task BodyOverTheLimit_Answers400()
    {
        await using World world = await World.StartAsync(options: o => o with { MaxBodySize = 10 });
        await (await SaveAsync(world, """[{"key":"k","value":1}]""")).ShouldBeError(400, "ERR_MALFORMED_REQUEST");
    }

    [Fact]
    public async Task Check075_BulkGet_NamesMissingKeys()
    {
        await using World world = await World.StartAsync();
        await SaveAsync(world, """[{"key":"k","value":{"n":1}}]""");
        HttpResponseMessage response = await world.Client.PostAsync("/v1.0/state/store/bulk", World.Content("""{"keys":["k","zz"],"parallelism":10}"""));
        (await response.Content.ReadAsStringAsync()).Should().Be("""[{"key":"k","data":{"n":1},"etag":"1"},{"key":"zz"}]""");
        HttpResponseMessage empty = await world.Client.PostAsync("/v1.0/state/store/bulk", World.Content("""{"keys":[]}"""));
        (await empty.Content.ReadAsStringAsync()).Should().Be("[]");
    }

    [Fact]
    public async Task Check076_Transaction_IsAppliedOrAnswers500()
    {
        await using World world = await World.StartAsync();
        await SaveAsync(world, """[{"key":"b","value":1}]""");
        await (await TransactAsync(world, """{"operations":[{"operation":"upsert","request":{"key":"a","value":1}},{"operation":"delete","request":{"key":"b"}}]}""")).ShouldBeEmpty204();
        world.Store.Keys.Should().Equal("web||a");
        HttpResponseMessage stale = await TransactAsync(world, """{"operations":[{"operation":"upsert","request":{"key":"c","value":1}},{"operation":"upsert","request":{"key":"a","value":2,"etag":"9"}}]}""");
        (await stale.ShouldBeError(500, "ERR_STATE_TRANSACTION")).Should().StartWith("error while executing state transaction: ");
        world.Store.Keys.Should().Equal("web||a");
        await (await TransactAsync(world, "{}")).ShouldBeEmpty204();
    }

    [Fact]
    public async Task Check077_UnknownOperation_Answers400()
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await TransactAsync(world, """{"operations":[{"operation":"UPSERT","request":{"key":"a"}}]}""");
        (await response.ShouldBeError(400, "ERR_NOT_SUPPORTED_STATE_OPERATION")).Should().Be("operation type UPSERT not supported");
    }

    [Fact]
    public async Task Transaction_WithoutSupport_Answers500()
    {
        var plain = new MemoryStore("store", "ETAG");
        await using World world = await World.StartAsync(setup: w => w.Registry = new FakeRegistry(plain));
        (await (await TransactAsync(world, "{}")).ShouldBeError(500, "ERR_STATE_STORE_NOT_SUPPORTED")).Should().Be("state store store doesn't support transactions");
    }

    [Theory]
    [InlineData(null, "web||k")]
    [InlineData("appid", "web||k")]
    [InlineData("Name", "store||k")]
    [InlineData("namespace", "web||k")]
    [InlineData("namespace", "web||k", "")]
    [InlineData("namespace", "prod.web||k", "prod")]
    [InlineData("appid", "web||k", "prod")]
    [InlineData("none", "k")]
    [InlineData("Fixed", "fixed||k")]
    public async Task Check078_KeyPrefix_DecidesTheStoredKey(string? prefix, string stored, string? nameSpace = null)
    {
        await using World world = await World.StartAsync(
            setup: w =>
            {
                if (prefix is not null) w.Store.Settings["keyPrefix"] = prefix;
            },
            options: given => given with { NamespaceVariable = nameSpace });
        await SaveAsync(world, """[{"key":"k","value":1}]""");
        world.Store.Keys.Should().Equal(stored);
        (await world.Client.GetStringAsync("/v1.0/state/store/k")).Should().Be("1");
    }

    [Fact]
    public async Task Query_IsNotSupported()
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await world.Client.PostAsync("/v1.0-alpha1/state/store/query", World.Content("{}"));
        (await response.ShouldBeError(500, "ERR_STATE_STORE_NOT_SUPPORTED")).Should().Be("state store does not support querying");
    }

    private static Task<HttpResponseMessage> SaveAsync(World world, string body) => world.Client.PostAsync("/v1.0/state/store", World.Content(body));

    private static Task<HttpResponseMessage> TransactAsync(World world, string body) =>
        world.Client.PostAsync("/v1.0/state/store/transaction", World.Content(body));

    private static Task<HttpResponseMessage> DeleteAsync(World world, string key, string? etag)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1.0/state/store/{key}");
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-Match", etag);
        return world.Client.SendAsync(request);
    }
}
