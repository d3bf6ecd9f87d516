using System.Net;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Sidecars;
using DaprTrading.Tests.Contract.Sidecar.Fakes;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class CommonApiChecks
{
    [Fact]
    public async Task Check001_HealthzWithEverythingUp_Answers204()
    {
        await using World world = await World.StartAsync();
        await (await world.Client.GetAsync("/v1.0/healthz")).ShouldBeEmpty204();
    }

    [Fact]
    public async Task Check002_HealthzForAnotherApp_Answers500()
    {
        await using World world = await World.StartAsync();
        await (await world.Client.GetAsync("/v1.0/healthz?appid=other")).ShouldBeError(500, "ERR_HEALTH_APPID_NOT_MATCH");
        await (await world.Client.GetAsync("/v1.0/healthz?appid=web")).ShouldBeEmpty204();
    }

    [Fact]
    public async Task Check003_AppNotListening_OutboundIsReadyHealthzIsNot()
    {
        await using World world = await World.StartAsync();
        int closed = FreePort();
        var sidecar = (LocalSidecar)await world.Host.StartAsync(
            new SidecarOptions { AppId = "late", AppPort = closed, Uuid = "u", PodName = "p" }, default);
        HttpClient client = world.ClientOf(sidecar);
        await (await client.GetAsync("/v1.0/healthz/outbound")).ShouldBeEmpty204();
        await (await client.GetAsync("/v1.0/healthz")).ShouldBeError(500, "ERR_HEALTH_NOT_READY");
        await using ScriptedApp app = await ScriptedApp.StartAsync(port: closed);
        await Eventually.True(() => sidecar.Ready);
        await (await client.GetAsync("/v1.0/healthz")).ShouldBeEmpty204();
    }

    [Theory]
    [InlineData("GET", "/v1.0/nonsense")]
    [InlineData("GET", "/v1.0/publish/bus/t")]
    [InlineData("POST", "/v1.0/publish/bus/")]
    [InlineData("POST", "/v1.0/publish/bus")]
    [InlineData("GET", "/v1.0/invoke/x/method")]
    [InlineData("PATCH", "/v1.0/state/store")]
    [InlineData("GET", "/")]
    public async Task Check004And005_NoRouteOrWrongVerb_Answers404DirectInvoke(string verb, string path)
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await world.Client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path));
        (await response.ShouldBeError(404, "ERR_DIRECT_INVOKE")).Should().Be("failed getting app id either from the URL path or the header dapr-app-id");
    }

    [Fact]
    public async Task Check006_ApiToken_IsDemandedEverywhereButForHealth()
    {
        await using World world = await World.StartAsync(options: o => o with { ApiToken = "s3cret" });
        HttpResponseMessage refused = await world.Client.GetAsync("/v1.0/metadata");
        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await refused.Content.ReadAsStringAsync()).Should().Be("invalid api token");
        (await Get(world, "/v1.0/metadata", "dapr-api-token", "wrong!")).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await Get(world, "/v1.0/metadata", "dapr-api-token", "s3cret")).StatusCode.Should().Be(HttpStatusCode.OK);
        await (await world.Client.GetAsync("/v1.0/healthz")).ShouldBeEmpty204();
        await (await world.Client.GetAsync("/v1.0/healthz/outbound")).ShouldBeEmpty204();
    }

    [Fact]
    public async Task Check007And008_Tokens_ClientsIsRemovedAppsIsAdded()
    {
        await using World world = await World.StartAsync(
            app => app.Subscriptions = """[{"pubsubname":"bus","topic":"t","route":"/t"}]""", options: o => o with { ApiToken = "s3cret", AppToken = "t" });
        await Get(world, "/v1.0/invoke/web/method/x", "dapr-api-token", "s3cret");
        world.Bus.Seed("t", "{}"u8.ToArray());
        await Eventually.True(() => world.App.Calls.Count == 2);
        world.App.All.Select(seen => seen.Path).Should().Contain(["/dapr/config", "/dapr/subscribe", "/x", "/t"]);
        world.App.All.Should().OnlyContain(seen => seen.Headers["dapr-api-token"] == "t");
    }

    [Fact]
    public async Task Check009_EscapedSlashInKey_FindsTheKey()
    {
        await using World world = await World.StartAsync();
        await (await world.Client.PostAsync("/v1.0/state/store", World.Content("""[{"key":"a/b","value":1},{"key":"c d","value":2}]"""))).ShouldBeEmpty204();
        (await world.Client.GetStringAsync("/v1.0/state/store/a%2Fb")).Should().Be("1");
        (await world.Client.GetStringAsync("/v1.0/state/store/c+d")).Should().Be("2");
    }

    [Fact]
    public async Task Check010And011_Metadata_ShowsAppComponentsAndPairs()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = """[{"pubsubname":"bus","topic":"t","route":"/t"}]""");
        await (await world.Client.PutAsync("/v1.0/metadata/color", World.Content("red", "text/plain"))).ShouldBeEmpty204();
        var metadata = await (await world.Client.GetAsync("/v1.0/metadata")).JsonAsync();
        metadata.Text("id").Should().Be("web");
        metadata.GetProperty("extended").Text("color").Should().Be("red");
        var store = metadata.GetProperty("components").EnumerateArray().Single(c => c.Text("name") == "store");
        store.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()).Should().Contain("ACTOR");
        var subscription = metadata.GetProperty("subscriptions").EnumerateArray().Single();
        subscription.Text("type").Should().Be("PROGRAMMATIC");
        subscription.Text("deadLetterTopic").Should().BeEmpty();
        subscription.GetProperty("rules")[0].Text("path").Should().Be("/t");
        metadata.GetProperty("actorRuntime").Text("runtimeStatus").Should().Be("RUNNING");
        metadata.GetProperty("actors")[0].GetProperty("count").GetInt32().Should().Be(2);
    }

    [Fact]
    public async Task Check012_AllowList_ClosesTheOtherApis()
    {
        await using World world = await World.StartAsync(options: o => o with { AllowedApis = [new ApiRule("state", "v1", "http")] });
        await (await world.PublishAsync("t")).ShouldBeError(404, "ERR_DIRECT_INVOKE");
        await (await world.Client.GetAsync("/v1.0/healthz")).ShouldBeEmpty204();
        await (await world.Client.GetAsync("/v1.0/state/store/k")).ShouldBeEmpty204();
        await (await world.Client.GetAsync("/v1.0/invoke/web/method/x")).ShouldBeError(404, "ERR_DIRECT_INVOKE");
    }

    [Fact]
    public async Task DenyList_WinsOverAllowList()
    {
        var state = new ApiRule("state", "v1", "http");
        await using World world = await World.StartAsync(options: o => o with { AllowedApis = [state], DeniedApis = [state] });
        await (await world.Client.GetAsync("/v1.0/state/store/k")).ShouldBeError(404, "ERR_DIRECT_INVOKE");
    }

    [Fact]
    public async Task Check013_Shutdown_Answers204AndStopsTheSidecar()
    {
        await using World world = await World.StartAsync();
        await (await world.Client.PostAsync("/v1.0/shutdown", null)).ShouldBeEmpty204();
        await Eventually.True(() => world.Host.Sidecars.Count == 0);
        await Eventually.True(() => world.Actors.Events.Contains("gone web graceful"));
    }

    [Theory]
    [InlineData("/v1.0/bindings/x")]
    [InlineData("/v1.0/configuration/store")]
    [InlineData("/v1.0-alpha1/lock/store")]
    [InlineData("/v1.0-beta1/workflows/dapr/x/start")]
    [InlineData("/v1.0-alpha1/jobs/x")]
    public async Task ApisOutOfScope_Answer501(string path)
    {
        await using World world = await World.StartAsync();
        await (await world.Client.PostAsync(path, World.Content("{}"))).ShouldBeError(501, "ERR_API_UNIMPLEMENTED");
    }

    [Fact]
    public async Task Actors_GetTheUnescapedSegments()
    {
        await using World world = await World.StartAsync();
        (await world.Client.GetStringAsync("/v1.0//actors/T/a%2Fb/./method/m")).Should().Be("T|a/b|method|m");
    }

    [Fact]
    public async Task InvalidEscape_Answers400PlainText()
    {
        await using World world = await World.StartAsync();
        string answer = await RawHttp.SendAsync(world.Sidecar.HttpPort, "GET /v1.0/state/store/a%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        answer.Should().StartWith("HTTP/1.1 400").And.Contain("text/plain").And.NotContain("Server:");
    }

    [Fact]
    public async Task Http2WithPriorKnowledge_IsAccepted()
    {
        await using World world = await World.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1.0/metadata") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        HttpResponseMessage response = await world.Client.SendAsync(request);
        response.Version.Should().Be(HttpVersion.Version20);
        (await response.JsonAsync()).Text("id").Should().Be("web");
    }

    [Fact]
    public async Task Check110_Secrets_AnswerValuesAndErrors()
    {
        await using World world = await World.StartAsync(setup: w => w.Registry = new FakeRegistry(w.Bus, new FakeSecrets()));
        (await world.Client.GetStringAsync("/v1.0/secrets/secrets/redis:password")).Should().Be("""{"redis:password":"p"}""");
        (await world.Client.GetStringAsync("/v1.0/secrets/secrets/bulk")).Should().Be("""{"redis:password":{"redis:password":"p"}}""");
        await (await world.Client.GetAsync("/v1.0/secrets/nope/x")).ShouldBeError(401, "ERR_SECRET_STORE_NOT_FOUND");
        await (await world.Client.GetAsync("/v1.0/secrets/secrets/unknown")).ShouldBeError(500, "ERR_SECRET_GET");
    }

    [Fact]
    public async Task Secrets_WithoutAnyStore_Answer500()
    {
        await using World world = await World.StartAsync();
        await (await world.Client.GetAsync("/v1.0/secrets/secrets/x")).ShouldBeError(500, "ERR_SECRET_STORES_NOT_CONFIGURED");
    }

    private static async Task<HttpResponseMessage> Get(World world, string path, string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(header, value);
        return await world.Client.SendAsync(request);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
