using System.Text.Json;
using DaprTrading.Tests.Contract.Sidecar.Fakes;
using Polly;
using Polly.Retry;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class BulkPublishChecks
{
    private const string Two = """[{"entryId":"1","event":{"o":7},"contentType":"application/json"},{"entryId":"2","event":"text","contentType":"text/plain"}]""";

    [Theory]
    [InlineData("/v1.0/publish/bulk/bus/orders")]
    [InlineData("/v1.0-alpha1/publish/bulk/bus/orders")]
    public async Task Check035_TwoEntries_BecomeTwoEvents(string path)
    {
        await using World world = await World.StartAsync();
        await (await world.Client.PostAsync(path, World.Content(Two))).ShouldBeEmpty204();
        JsonElement[] events = [.. world.Bus.Texts("orders").Select(text => text.Json())];
        events.Should().HaveCount(2);
        events.Select(e => e.Text("id")).Should().OnlyHaveUniqueItems();
        events.Select(e => e.Text("traceparent")).Should().OnlyHaveUniqueItems();
        events.Select(e => e.Text("traceparent")[3..35]).Distinct().Should().ContainSingle("they are children of one span");
        events[0].GetProperty("data").GetProperty("o").GetInt32().Should().Be(7);
        events[1].Text("data").Should().Be("text");
        world.Sidecar.Statistics.Published.Should().Be(2);
    }

    [Fact]
    public async Task OctetStreamEntry_KeepsItsBase64()
    {
        await using World world = await World.StartAsync();
        await BulkAsync(world, """[{"entryId":"3","event":"AQID","contentType":"application/octet-stream"}]""");
        world.Bus.Texts("t").Single().Json().Text("data_base64").Should().Be("AQID");
    }

    [Theory]
    [InlineData("""[{"entryId":"1","event":1,"contentType":"application/json"},{"entryId":"1","event":2,"contentType":"application/json"}]""", "duplicated")]
    [InlineData("""[{"event":1,"contentType":"application/json"}]""", "not present")]
    [InlineData("""[{"entryId":"1","event":1}]""", "contentType")]
    [InlineData("""[{"entryId":"1","event":1,"contentType":"image/png"}]""", "contentType")]
    [InlineData("""[{"entryId":"1","event":1,"contentType":"text/plain"}]""", "string")]
    [InlineData("""[{"entryId":"1","event":"?","contentType":"application/octet-stream"}]""", "base64")]
    [InlineData("""{"entryId":"1"}""", "array")]
    [InlineData("[", "JSON")]
    public async Task Check036To038_BrokenRequests_Answer400AndPublishNothing(string body, string reason)
    {
        await using World world = await World.StartAsync();
        HttpResponseMessage response = await BulkAsync(world, body);
        (await response.ShouldBeError(400, "ERR_PUBSUB_EVENTS_SER")).Should().StartWith("error when unmarshaling the request for topic").And.Contain(reason);
        world.Bus.Published.Should().BeEmpty();
    }

    [Fact]
    public async Task Check039_OneEntryFails_IsNamed()
    {
        await using World world = await World.StartAsync(setup: w => w.Bus.Refuse = m => Text(m.Data).Contains("\"text\"") ? new InvalidOperationException("no room") : null);
        HttpResponseMessage response = await BulkAsync(world, Two);
        ((int)response.StatusCode).Should().Be(500);
        const string expected = """{"failedEntries":[{"entryId":"2","error":"no room"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""";
        (await response.Content.ReadAsStringAsync()).Should().Be(expected);
        response.Headers.GetValues("metadata.responseData").Should().Equal(expected);
        response.Headers.GetValues("metadata.error").Should().Equal("no room");
        world.Bus.Published.Should().ContainSingle();
    }

    [Fact]
    public async Task OutboundRetry_ResendsOnlyWhatFailed()
    {
        int refusals = 2;
        await using World world = await World.StartAsync(setup: w =>
        {
            w.Policies.Outbound = Retry(5);
            w.Bus.Refuse = m => Text(m.Data).Contains("\"text\"") && Interlocked.Decrement(ref refusals) >= 0 ? new InvalidOperationException("busy") : null;
        });
        await (await BulkAsync(world, Two)).ShouldBeEmpty204();
        world.Bus.Published.Should().HaveCount(2);
    }

    [Fact]
    public async Task RawPayloadOnTheUrl_AppliesToAllEntries()
    {
        await using World world = await World.StartAsync();
        await world.Client.PostAsync("/v1.0/publish/bulk/bus/t?metadata.rawPayload=true", World.Content(Two));
        world.Bus.Texts("t").Should().Equal("{\"o\":7}", "text");
    }

    [Fact]
    public async Task UrlMetadata_ReachesOnlyEntriesWithMetadataOfTheirOwn()
    {
        await using World world = await World.StartAsync();
        const string body = """
            [{"entryId":"1","event":1,"contentType":"application/json","metadata":{"own":"1"}},{"entryId":"2","event":2,"contentType":"application/json"}]
            """;
        await world.Client.PostAsync("/v1.0/publish/bulk/bus/t?metadata.ttlInSeconds=60", World.Content(body));
        world.Bus.Texts("t").Select(text => text.Json().TryGetProperty("expiration", out _)).Should().Equal(true, false);
        world.Bus.Published[0].Metadata.Keys.Should().BeEquivalentTo("ttlInSeconds", "own");
    }

    [Fact]
    public async Task ScopesAndComponents_AreChecked()
    {
        await using World world = await World.StartAsync(setup: w => w.Bus.Settings["publishingScopes"] = "web=");
        await (await BulkAsync(world, Two)).ShouldBeError(403, "ERR_PUBSUB_FORBIDDEN");
        await (await world.Client.PostAsync("/v1.0/publish/bulk/nope/t", World.Content(Two))).ShouldBeError(404, "ERR_PUBSUB_NOT_FOUND");
    }

    private static Task<HttpResponseMessage> BulkAsync(World world, string body) =>
        world.Client.PostAsync("/v1.0/publish/bulk/bus/t", World.Content(body));

    private static string Text(ReadOnlyMemory<byte> data) => System.Text.Encoding.UTF8.GetString(data.Span);

    private static ResiliencePipeline Retry(int times) => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = times, Delay = TimeSpan.FromMilliseconds(1) }).Build();
}
