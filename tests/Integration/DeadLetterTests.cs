using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>What no service can handle is seen on <c>GET /api/status</c> until it is sent back.</summary>
[Collection(SharedSystem.Name)]
public sealed class DeadLetterTests(SystemFixture fixture) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task DeadLetters_AreShownOnStatus_UntilTheyAreRepublished()
    {
        using var limit = new CancellationTokenSource(Limit);
        string symbol = fixture.NewSymbol();
        string mended = $$$"""
            {"specversion":"1.0","id":"mended-{{{symbol}}}","source":"operator","type":"t","topic":"bars","pubsubname":"pubsub","datacontenttype":"application/json",
             "data":{"symbol":"{{{symbol}}}","bars":[{"time":1700000000000,"open":1,"high":2,"low":1,"close":2,"volume":5,"source":"mended","sequence":1,"ingestedAt":1700000000000}]}}
            """;

        string poison = $$"""{"specversion":"1.0","id":"poison-{{symbol}}","source":"careless","type":"t","datacontenttype":"application/json","data":null}""";
        await PublishAsync("bars", poison, limit.Token);
        await PublishAsync("bars-dead?metadata.rawPayload=true", mended, limit.Token);

        JsonElement both = await StatusAsync(ids => ids.Contains("poison-" + symbol) && ids.Contains("mended-" + symbol), "both to be shown");
        both.GetProperty("byTopic").GetProperty("bars").GetInt32().Should().BeGreaterThanOrEqualTo(2);
        both.GetProperty("total").GetInt32().Should().BeGreaterThanOrEqualTo(2);
        JsonElement shown = Recent(both).Single(letter => letter.GetProperty("id").GetString() == "poison-" + symbol);
        shown.GetProperty("topic").GetString().Should().Be("bars");
        shown.GetProperty("app").GetString().Should().Be("careless");
        shown.GetProperty("content").GetString().Should().Be("null");
        shown.GetProperty("time").GetInt64().Should().BePositive();
        Recent(both).Single(letter => letter.GetProperty("id").GetString() == "mended-" + symbol).GetProperty("content").GetString().Should().Contain(symbol);
        await Eventually.GetAsync(
            async ct => (await fixture.System.RunAsync(ct, "dead-letters", "--limit", "1000")).Output,
            kept => kept.Contains("poison-" + symbol) && kept.Contains("mended-" + symbol), Limit, "both to be kept");

        CommandResult republished = await fixture.System.RunAsync(limit.Token, "dead-letters", "--republish");

        republished.Output.Should().Contain("Republished: bars");
        (await fixture.Producer.PointsAsync(symbol, 1, Limit)).Should().ContainSingle();
        await StatusAsync(ids => ids.Contains("poison-" + symbol) && !ids.Contains("mended-" + symbol), "only what fails again to be shown");
        await Eventually.GetAsync(
            async ct => (await fixture.System.RunAsync(ct, "dead-letters", "--limit", "1000")).Output,
            kept => kept.Contains("poison-" + symbol) && !kept.Contains("mended-" + symbol), Limit, "only what fails again to be kept");
    }

    private Task<JsonElement> StatusAsync(Func<HashSet<string?>, bool> satisfied, string what) => Eventually.GetAsync(
        async ct => (await fixture.Producer.GetAsync("/api/status", ct)).GetProperty("deadLetters"),
        dead => satisfied([.. Recent(dead).Select(letter => letter.GetProperty("id").GetString())]), Limit, what);

    private static JsonElement[] Recent(JsonElement dead) => [.. dead.GetProperty("recent").EnumerateArray()];

    private async Task PublishAsync(string topic, string cloudEvent, CancellationToken cancellationToken)
    {
        int sidecar = (await fixture.System.InstancesAsync("ingestion", cancellationToken))[0].GetProperty("sidecarPort").GetInt32();
        using var content = new StringContent(cloudEvent, Encoding.UTF8, new MediaTypeHeaderValue("application/cloudevents+json"));
        using HttpResponseMessage response = await _http.PostAsync(
            new Uri($"http://127.0.0.1:{sidecar}/v1.0/publish/pubsub/{topic}"), content, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
