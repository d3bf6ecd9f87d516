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

        await PublishAsync("bars", "null", raw: false, limit.Token);
        await PublishAsync("bars-dead", mended, raw: true, limit.Token);

        JsonElement two = await StatusAsync(2);
        JsonElement[] recent = [.. two.GetProperty("recent").EnumerateArray()];
        two.GetProperty("byTopic").GetProperty("bars").GetInt32().Should().Be(2);
        JsonElement poison = recent.Single(letter => letter.GetProperty("app").GetString() == "ingestion");
        poison.GetProperty("topic").GetString().Should().Be("bars");
        poison.GetProperty("content").GetString().Should().Be("null");
        poison.GetProperty("time").GetInt64().Should().BePositive();
        recent.Single(letter => letter.GetProperty("app").GetString() == "operator").GetProperty("content").GetString().Should().Contain(symbol);
        await Eventually.GetAsync(
            fixture.System.StatusAsync, status => status.GetProperty("deadLetters").TryGetProperty("bars-dead", out JsonElement kept) && kept.GetInt32() == 2, Limit, "both to be kept");

        CommandResult republished = await fixture.System.RunAsync(limit.Token, "dead-letters", "--republish");

        republished.Output.Should().Contain("bars 2");
        (await fixture.Producer.PointsAsync(symbol, 1, Limit)).Should().ContainSingle();
        JsonElement one = await StatusAsync(1);
        one.GetProperty("recent").EnumerateArray().Should().ContainSingle("the poison came back, the other was handled").Which
            .GetProperty("id").GetString().Should().Be(poison.GetProperty("id").GetString());
    }

    private Task<JsonElement> StatusAsync(int count) => Eventually.GetAsync(
        async ct => (await fixture.Producer.GetAsync("/api/status", ct)).GetProperty("deadLetters"), dead => dead.GetProperty("total").GetInt32() == count, Limit, $"{count} dead letters");

    private async Task PublishAsync(string topic, string body, bool raw, CancellationToken cancellationToken)
    {
        int sidecar = (await fixture.System.InstancesAsync("ingestion", cancellationToken))[0].GetProperty("sidecarPort").GetInt32();
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await _http.PostAsync(
            new Uri($"http://127.0.0.1:{sidecar}/v1.0/publish/pubsub/{topic}{(raw ? "?metadata.rawPayload=true" : "")}"), content, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
