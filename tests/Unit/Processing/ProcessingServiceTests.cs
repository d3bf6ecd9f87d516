using System.Net.Http.Json;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Processing;
using DaprTrading.Processing.Bars;
using DaprTrading.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Processing;

/// <summary>The whole service over HTTP, with a fake sidecar: from a bulk delivery through the actor to what is published and stored.</summary>
public sealed class ProcessingServiceTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private FakeSidecar _sidecar = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await FakeSidecar.StartAsync();
        await StartAppAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sidecar.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Delivery_OfBarsInOrder_StoresThenPublishes()
    {
        List<Bar> bars = SampleBars.Of(1, 5);

        string[] statuses = await DeliverAsync(new BarBatch("ACME", bars[..2]), new BarBatch("ACME", bars[2..]));

        statuses.Should().Equal("SUCCESS", "SUCCESS");
        _sidecar.Asked.Should().Equal("save", "publish");
        PublishedNumbers().Should().Equal(1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task Delivery_OfRepeats_PublishesAndStoresNothing()
    {
        List<Bar> bars = SampleBars.Of(1, 5);
        await DeliverAsync(new BarBatch("ACME", bars));
        _sidecar.Asked.Clear();

        string[] statuses = await DeliverAsync(new BarBatch("ACME", bars));

        statuses.Should().Equal("SUCCESS");
        _sidecar.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task Delivery_BrokerDoesNotTakeThePoints_ComesAgainAndIsStoredOnce()
    {
        List<Bar> bars = SampleBars.Of(1, 5);
        _sidecar.FailPublish = true;

        string[] failed = await DeliverAsync(new BarBatch("ACME", bars));
        _sidecar.FailPublish = false;
        string[] repeated = await DeliverAsync(new BarBatch("ACME", bars));

        failed.Should().Equal("RETRY");
        repeated.Should().Equal("SUCCESS");
        _sidecar.Asked.Where(asked => asked == "save").Should().ContainSingle();
        PublishedNumbers().Should().Equal(1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task Delivery_StateIsNotTaken_PublishesNothingUntilItIs()
    {
        List<Bar> bars = SampleBars.Of(1, 40);
        await DeliverAsync(new BarBatch("ACME", bars[..30]));
        _sidecar.FailSave = true;

        string[] failed = await DeliverAsync(new BarBatch("ACME", bars[30..]));
        int publishedMeanwhile = _sidecar.Published.Count;
        _sidecar.FailSave = false;
        await DeliverAsync(new BarBatch("ACME", bars[30..]));

        failed.Should().Equal("RETRY");
        publishedMeanwhile.Should().Be(1);
        PublishedNumbers().Should().Equal(Enumerable.Range(1, 40).Select(n => (long)n));
    }

    [Fact]
    public async Task Delivery_StoredButNotPublishedAndTheProcessStartsAnew_PublishesThosePointsBeforeOthers()
    {
        List<Bar> bars = SampleBars.Of(1, 40);
        await DeliverAsync(new BarBatch("ACME", bars[..30]));
        _sidecar.FailPublish = true;
        string[] failed = await DeliverAsync(new BarBatch("ACME", bars[30..]));
        _sidecar.FailPublish = false;
        await _app.DisposeAsync();
        await StartAppAsync();

        await DeliverAsync(new BarBatch("ACME", SampleBars.Of(2, 5, "other")));

        failed.Should().Equal("RETRY");
        JsonElement[] published = [.. _sidecar.Published];
        published.Select(batch => batch.GetProperty("points").GetArrayLength()).Should().Equal(30, 10, 5);
        published[1].GetProperty("previous").GetProperty("n").GetInt64().Should().Be(30);
        PublishedNumbers().Should().Equal(Enumerable.Range(1, 45).Select(n => (long)n));
    }

    [Theory]
    [InlineData("""{"symbol":5,"bars":[]}""")]
    [InlineData("""{"symbol":"ACME","bars":"none"}""")]
    [InlineData("""{"symbol":"ACME","bars":[{"time":"now"}]}""")]
    [InlineData("""{"symbol":"ACME","bars":[{"time":1,"open":1e999,"high":1e999,"low":1,"close":1,"volume":1,"source":"s","sequence":1,"ingestedAt":1}]}""")]
    [InlineData("""{"symbol":"ACME","bars":[{"time":1,"open":1,"high":1,"low":1,"close":1,"volume":1,"source":"s","sequence":99999999999999999999,"ingestedAt":1}]}""")]
    [InlineData("""{"symbol":"\ud800","bars":[null]}""")]
    [InlineData("""{}""")]
    [InlineData("""[1,2]""")]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("\"plain text\"")]
    public async Task Delivery_WithAnEventThatIsNoBars_DropsItAndAppliesTheOthers(string poison)
    {
        string good = JsonSerializer.Serialize(new BarBatch("ACME", SampleBars.Of(1, 3)), ContractsJson.Default.BarBatch);

        string[] statuses = await DeliverAsync(good, poison, good.Replace("ACME", "OTHER", StringComparison.Ordinal));

        statuses.Should().Equal("SUCCESS", "DROP", "SUCCESS");
        PublishedNumbers().Order().Should().Equal(1, 1, 2, 2, 3, 3);
    }

    [Fact]
    public async Task Delivery_WithAnEventNestedWithoutEnd_DropsItAndAppliesTheOthers()
    {
        string good = JsonSerializer.Serialize(new BarBatch("ACME", SampleBars.Of(1, 3)), ContractsJson.Default.BarBatch);

        string[] statuses = await DeliverAsync(good, $$"""{"symbol":{{new string('[', 5_000)}}{{new string(']', 5_000)}}}""");

        statuses.Should().Equal("SUCCESS", "DROP");
    }

    [Fact]
    public async Task Delivery_Of40Megabytes_IsTaken()
    {
        string bars = JsonSerializer.Serialize(new BarBatch("ACME", SampleBars.Of(1, 500)), ContractsJson.Default.BarBatch);

        string[] statuses = await DeliverAsync([.. Enumerable.Repeat(bars, 500)]);

        statuses.Should().OnlyContain(status => status == "SUCCESS");
        PublishedNumbers().Should().HaveCount(500);
    }

    [Fact]
    public async Task Delivery_Of100Bars_StoresOnceAndPublishesOnce()
    {
        List<Bar> bars = SampleBars.Of(1, 400);
        await DeliverAsync(new BarBatch("ACME", bars[..300]));
        _sidecar.Asked.Clear();

        await DeliverAsync(new BarBatch("ACME", bars[300..]));

        _sidecar.Asked.Should().Equal("save", "publish");
    }

    [Fact]
    public async Task Reminder_OfAGap_IsThereWhileBarsWaitAndTakenBackAfterwards()
    {
        List<Bar> bars = SampleBars.Of(1, 3);
        await DeliverAsync(new BarBatch("ACME", [bars[0], bars[2]]));
        _sidecar.Asked.Should().Equal("remind gap", "save", "publish");
        await DeliverAsync(new BarBatch("ACME", [bars[1]]));
        _sidecar.Asked.Clear();

        using HttpResponseMessage response = await _http.PutAsJsonAsync(
            new Uri(_sidecar.App!, "actors/SymbolActor/ACME/method/remind/gap"), new { dueTime = "0h0m2s0ms", period = "0h0m2s0ms", data = "" });

        response.EnsureSuccessStatusCode();
        _sidecar.Asked.Should().Equal("unremind gap");
        PublishedNumbers().Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task Reminder_OfAnOverdueGap_PublishesWhatWaited()
    {
        List<Bar> bars = SampleBars.Of(1, 3);
        await DeliverAsync(new BarBatch("ACME", [bars[0], bars[2]]));

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (_sidecar.Published.Count < 2 && await timer.WaitForNextTickAsync(limit.Token))
        {
            using HttpResponseMessage response = await _http.PutAsJsonAsync(
                new Uri(_sidecar.App!, "actors/SymbolActor/ACME/method/remind/gap"), new { dueTime = "", period = "0h0m2s0ms", data = "" });
            response.EnsureSuccessStatusCode();
        }

        PublishedNumbers().Should().Equal(1, 2);
        _sidecar.Asked.Should().EndWith(["save", "publish", "unremind gap"]);
    }

    [Fact]
    public async Task DeadLetter_OfTheMissingBar_EndsTheWaitAtOnce()
    {
        List<Bar> bars = SampleBars.Of(1, 4);
        await DeliverAsync(new BarBatch("ACME", [bars[0], bars[2]]));
        Bar poison = bars[1] with { Close = -1, Time = long.MaxValue };

        string[] statuses = await DeliverToAsync("bars-dead", [Json(new BarBatch("ACME", [poison])), Json(new BarBatch("no symbol", [poison])), "{}"]);
        string[] late = await DeliverAsync(new BarBatch("ACME", [bars[1]]));

        statuses.Concat(late).Should().AllBe("SUCCESS");
        _sidecar.Published.SelectMany(batch => batch.GetProperty("points").EnumerateArray()).Select(point => point.GetProperty("close").GetDouble())
            .Should().Equal(bars[0].Close, bars[2].Close, bars[1].Close);
    }

    private static string Json(BarBatch batch) => JsonSerializer.Serialize(batch, ContractsJson.Default.BarBatch);

    private IEnumerable<long> PublishedNumbers() =>
        _sidecar.Published.SelectMany(batch => batch.GetProperty("points").EnumerateArray()).Select(point => point.GetProperty("n").GetInt64());

    private async Task StartAppAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["URLS"] = "http://127.0.0.1:0",
            ["DAPR_HTTP_ENDPOINT"] = _sidecar.Endpoint,
            ["Processing:Ordering:GapTimeout"] = "00:00:00.200",
        });
        builder.AddServiceDefaults(AppIds.Processing, ProcessingJson.Default);
        builder.Logging.ClearProviders();
        builder.AddProcessing();
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapBarSubscription();
        _app.MapActorsHandlers();
        await _app.StartAsync();
        _sidecar.App = new Uri(_app.Urls.First() + "/");
    }

    private Task<string[]> DeliverAsync(params BarBatch[] batches) =>
        DeliverAsync([.. batches.Select(Json)]);

    private Task<string[]> DeliverAsync(params string[] events) => DeliverToAsync("bars", events);

    private async Task<string[]> DeliverToAsync(string topic, string[] events)
    {
        IEnumerable<string> entries = events.Select((data, i) =>
            $$$"""{"entryId":"e{{{i}}}","contentType":"application/cloudevents+json","metadata":{},"event":{"id":"{{{i}}}","source":"ingestion","type":"com.dapr.event.sent","specversion":"1.0","datacontenttype":"application/json","data":{{{data}}}}}""");
        using var body = new StringContent(
            $$"""{"id":"1","topic":"bars","pubsubname":"pubsub","type":"com.dapr.event.sent.bulk","metadata":{},"entries":[{{string.Join(',', entries)}}]}""",
            System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.PostAsync(new Uri(_sidecar.App!, "events/pubsub/" + topic), body);
        response.EnsureSuccessStatusCode();
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. answer.RootElement.GetProperty("statuses").EnumerateArray().Select(status => status.GetProperty("status").GetString()!)];
    }
}
