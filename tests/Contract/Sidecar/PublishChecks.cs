using System.Text.Json;
using DaprTrading.LocalRuntime;
using DaprTrading.Tests.Contract.Sidecar.Fakes;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class PublishChecks
{
    [Fact]
    public async Task Check014_Json_IsWrappedInAnEnvelope()
    {
        await using World world = await World.StartAsync();
        await (await world.PublishAsync("orders")).ShouldBeEmpty204();
        string stored = world.Bus.Texts("orders").Single();
        JsonElement envelope = stored.Json();
        envelope.GetProperty("data").GetProperty("a").GetInt32().Should().Be(1);
        envelope.Text("datacontenttype").Should().Be("application/json");
        envelope.Text("source").Should().Be("web");
        envelope.Text("type").Should().Be("com.dapr.event.sent");
        envelope.Text("specversion").Should().Be("1.0");
        envelope.Text("topic").Should().Be("orders");
        envelope.Text("pubsubname").Should().Be("bus");
        Guid.TryParse(envelope.Text("id"), out _).Should().BeTrue();
        envelope.Text("time").Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$");
        envelope.Text("traceid").Should().Be(envelope.Text("traceparent")).And.MatchRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$");
        envelope.Text("tracestate").Should().BeEmpty();
        envelope.EnumerateObject().Select(p => p.Name).Should().BeInAscendingOrder(StringComparer.Ordinal);
        world.Sidecar.Statistics.Published.Should().Be(1);
    }

    [Theory]
    [InlineData(null, "text/plain")]
    [InlineData("application/vnd.x+json", "application/vnd.x+json")]
    public async Task Check015And017_OtherTypes_AreStrings(string? contentType, string stored)
    {
        await using World world = await World.StartAsync();
        await (await world.PublishAsync("orders", contentType: contentType)).ShouldBeEmpty204();
        JsonElement envelope = world.Bus.Texts("orders").Single().Json();
        envelope.Text("datacontenttype").Should().Be(stored);
        envelope.Text("data").Should().Be("{\"a\":1}");
    }

    [Fact]
    public async Task Check016_JsonWithCharset_IsAnObjectAndKeepsTheCharset()
    {
        await using World world = await World.StartAsync();
        await world.PublishAsync("orders", contentType: "application/json; charset=utf-8");
        JsonElement envelope = world.Bus.Texts("orders").Single().Json();
        envelope.GetProperty("data").ValueKind.Should().Be(JsonValueKind.Object);
        envelope.Text("datacontenttype").Should().Be("application/json; charset=utf-8");
    }

    [Fact]
    public async Task Check018_OctetStream_IsBase64()
    {
        await using World world = await World.StartAsync();
        await world.PublishAsync("orders", "\u0001\u0002\u0003", "application/octet-stream");
        JsonElement envelope = world.Bus.Texts("orders").Single().Json();
        envelope.Text("data_base64").Should().Be("AQID");
        envelope.TryGetProperty("data", out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("{oops")]
    [InlineData("")]
    [InlineData("{} {}")]
    public async Task Check019_BrokenJson_IsAString(string body)
    {
        await using World world = await World.StartAsync();
        await (await world.PublishAsync("orders", body)).ShouldBeEmpty204();
        world.Bus.Texts("orders").Single().Json().Text("data").Should().Be(body);
    }

    [Fact]
    public async Task Check020_LongNumber_KeepsItsDigits()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = """[{"pubsubname":"bus","topic":"n","route":"/n"}]""");
        await world.PublishAsync("n", """{"n":12345678901234567890}""");
        await Eventually.True(() => world.App.Calls.Count == 1);
        world.App.Calls[0].Body.Should().Contain("\"data\":{\"n\":12345678901234567890}");
    }

    [Fact]
    public async Task Check021_OwnCloudEvent_IsCompleted()
    {
        await using World world = await World.StartAsync();
        const string own = """{"id":"x","source":"me","type":"t","specversion":"1.0","topic":"wrong","data":1}""";
        await (await world.PublishAsync("orders", own, "application/cloudevents+json")).ShouldBeEmpty204();
        JsonElement envelope = world.Bus.Texts("orders").Single().Json();
        envelope.Text("topic").Should().Be("orders");
        envelope.Text("id").Should().Be("x");
        envelope.Text("source").Should().Be("me");
        envelope.Text("type").Should().Be("t");
        envelope.GetProperty("data").GetInt32().Should().Be(1);
        envelope.Text("time").Should().NotBeEmpty();
        envelope.Text("traceid").Should().Be(envelope.Text("traceparent")).And.NotBeEmpty();
    }

    [Fact]
    public async Task Check022_OwnCloudEventWithoutId_GetsNone()
    {
        await using World world = await World.StartAsync();
        await (await world.PublishAsync("orders", """{"data":1}""", "application/cloudevents+json")).ShouldBeEmpty204();
        JsonElement envelope = world.Bus.Texts("orders").Single().Json();
        envelope.TryGetProperty("id", out _).Should().BeFalse();
        envelope.Text("source").Should().Be("Dapr");
    }

    [Fact]
    public async Task Check023_BrokenCloudEvent_Answers500()
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await world.PublishAsync("orders", "{\"}", "application/cloudevents+json");
        (await response.ShouldBeError(500, "ERR_PUBSUB_CLOUD_EVENTS_SER")).Should().Be("cannot create cloudevent");
    }

    [Fact]
    public async Task Check024_CloudEventMetadata_OverridesFields()
    {
        await using World world = await World.StartAsync();
        await world.PublishAsync("orders?metadata.cloudevent.type=T&metadata.cloudevent.source=S&metadata.cloudevent.id=I&metadata.cloudevent.subject=U");
        JsonElement envelope = world.Bus.Texts("orders").Single().Json();
        new[] { envelope.Text("type"), envelope.Text("source"), envelope.Text("id"), envelope.Text("subject") }.Should().Equal("T", "S", "I", "U");
    }

    [Fact]
    public async Task Check025_RawPayload_IsStoredAsItIs()
    {
        await using World world = await World.StartAsync();
        await (await world.PublishAsync("orders?metadata.rawPayload=true", "any bytes", "text/plain")).ShouldBeEmpty204();
        world.Bus.Texts("orders").Should().Equal("any bytes");
    }

    [Fact]
    public async Task Check026_RawPayloadNotBoolean_Answers400()
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await world.PublishAsync("orders?metadata.rawPayload=maybe");
        (await response.ShouldBeError(400, "ERR_PUBSUB_REQUEST_METADATA")).Should().Contain("actual is 'maybe'");
    }

    [Fact]
    public async Task Check027_UnknownComponent_Answers404()
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await world.Client.PostAsync("/v1.0/publish/nope/t", World.Content("{}"));
        (await response.ShouldBeError(404, "ERR_PUBSUB_NOT_FOUND")).Should().Be("pubsub nope is not found");
    }

    [Theory]
    [InlineData("publishingScopes", "web=a", "web", "b", 403)]
    [InlineData("publishingScopes", "web=a", "web", "a", 204)]
    [InlineData("publishingScopes", "web=a", "other", "b", 204)]
    [InlineData("publishingScopes", "web=a, c ;x=y", "web", "c", 204)]
    [InlineData("PublishingScopes", "web=", "web", "a", 403)]
    [InlineData("allowedTopics", "a", "web", "b", 403)]
    [InlineData("allowedTopics", "a", "other", "b", 403)]
    [InlineData("allowedTopics", "a,b", "web", "b", 204)]
    [InlineData("protectedTopics", "p", "web", "p", 403)]
    [InlineData("protectedTopics", "p", "web", "b", 204)]
    public async Task Check028To030_Scopes_DecideWhoMayPublish(string name, string value, string appId, string topic, int status)
    {
        await using World world = await World.StartAsync(setup: w => w.Bus.Settings[name] = value);
        HttpClient client = appId == "web" ? world.Client : (await world.AddAsync(appId)).Client;
        HttpResponseMessage response = await client.PostAsync($"/v1.0/publish/bus/{topic}", World.Content("{}"));
        if (status == 204)
        {
            await response.ShouldBeEmpty204();
            return;
        }

        (await response.ShouldBeError(403, "ERR_PUBSUB_FORBIDDEN")).Should().Be($"topic {topic} is not allowed for app id {appId}");
        JsonElement details = (await response.JsonAsync()).GetProperty("details");
        details[0].Text("resource_name").Should().Be("bus");
        details[1].Text("reason").Should().Be("DAPR_PUBSUB_FORBIDDEN");
        world.Bus.Published.Should().BeEmpty();
    }

    [Fact]
    public async Task Check031_ComponentOutOfScope_Answers404()
    {
        await using World world = await World.StartAsync(setup: w => w.Registry.Scopes["bus"] = ["other"]);
        await (await world.PublishAsync("t")).ShouldBeError(404, "ERR_PUBSUB_NOT_FOUND");
    }

    [Theory]
    [InlineData("metadata.ttlInSeconds=1", 1)]
    [InlineData("metadata.TTLINSECONDS=2m", 120)]
    [InlineData("metadata.ttl=0", 0)]
    public async Task Check032_TimeToLive_BecomesExpiration(string query, int seconds)
    {
        await using World world = await World.StartAsync();
        await world.PublishAsync("orders?" + query);
        DateTimeOffset expiration = DateTimeOffset.Parse(world.Bus.Texts("orders").Single().Json().Text("expiration"));
        expiration.Should().BeCloseTo(TimeProvider.System.GetUtcNow().AddSeconds(seconds), TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("metadata.ttlInSeconds=-1")]
    [InlineData("metadata.ttlInSeconds=soon")]
    public async Task TimeToLive_NegativeOrUnreadable_MeansNone(string query)
    {
        await using World world = await World.StartAsync();
        await world.PublishAsync("orders?" + query);
        world.Bus.Texts("orders").Single().Json().TryGetProperty("expiration", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Check033_TopicWithSlashes_IsTheRestOfThePath()
    {
        await using World world = await World.StartAsync();
        await world.PublishAsync("a/b");
        world.Bus.Published.Single().Topic.Should().Be("a/b");
    }

    [Fact]
    public async Task Check034_BodyOverTheLimit_Answers500()
    {
        await using World world = await World.StartAsync(options: o => o with { MaxBodySize = 100 });
        HttpResponseMessage response = await world.PublishAsync("t", new string('x', 200), "text/plain");
        (await response.ShouldBeError(500, "ERR_PUBSUB_PUBLISH_MESSAGE")).Should().Contain("topic t in pubsub bus").And.EndWith("stream too large");
    }

    [Fact]
    public async Task BrokerRefuses_Answers500()
    {
        await using World world = await World.StartAsync(setup: w => w.Bus.Refuse = _ => new InvalidOperationException("broker down"));
        HttpResponseMessage response = await world.PublishAsync("t");
        (await response.ShouldBeError(500, "ERR_PUBSUB_PUBLISH_MESSAGE")).Should().Be("error when publishing to topic t in pubsub bus: broker down");
    }

    [Fact]
    public async Task TracingOff_LeavesTraceFieldsEmpty()
    {
        await using World world = await World.StartAsync(options: o => o with { SamplingRate = 0 });
        HttpResponseMessage response = await world.PublishAsync("t");
        JsonElement envelope = world.Bus.Texts("t").Single().Json();
        envelope.Text("traceid").Should().BeEmpty();
        envelope.Text("traceparent").Should().BeEmpty();
        response.Headers.Contains("traceparent").Should().BeFalse();
    }

    [Fact]
    public async Task OtherMetadata_TravelsWithTheMessage()
    {
        await using World world = await World.StartAsync();
        await world.PublishAsync("t?metadata.foo=bar&metadata.foo=second");
        world.Bus.Published.Single().Metadata["foo"].Should().Be("bar");
    }
}
