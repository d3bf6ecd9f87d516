using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals;
using DaprTrading.Signals.Context;
using DaprTrading.Signals.Evaluation;
using DaprTrading.Signals.History;
using DaprTrading.Signals.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Signals;

/// <summary>The whole service over HTTP, with a fake sidecar.</summary>
public sealed class SignalsServiceTests : IAsyncLifetime
{
    private static readonly IndicatorPoint Before = new()
    {
        N = 40, Time = 1_000, Open = 1, High = 1, Low = 1, Close = 100, Volume = 1, Source = "s", IngestedAt = 0, Rsi14 = 25,
    };

    private readonly HttpClient _http = new();
    private FakeSidecar _sidecar = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await FakeSidecar.StartAsync();
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["URLS"] = "http://127.0.0.1:0", ["DAPR_HTTP_ENDPOINT"] = _sidecar.Endpoint,
            ["Signals:CoolDowns:Patience"] = "00:00:00",
        });
        builder.AddServiceDefaults(AppIds.Signals, SignalsJson.Default);
        builder.Logging.ClearProviders();
        builder.AddSignals();
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapIndicatorSubscription();
        _app.MapMarketEventSubscription();
        _app.MapSignalEndpoints();
        _app.MapStrategyEndpoints();
        _app.MapContextEndpoints();
        _app.MapServiceDefaults();
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First() + "/");
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sidecar.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Delivery_OfACrossing_PublishesAndLogsOnce()
    {
        var batch = new IndicatorBatch("ACME", Before, [Before with { N = 41, Rsi14 = 35 }]);

        string first = await DeliverAsync("indicators", batch);
        string again = await DeliverAsync("indicators", batch);

        first.Should().Contain("SUCCESS");
        again.Should().Contain("SUCCESS");
        _sidecar.Published.Should().Equal("ACME:41:rsi-recross", "ACME:41:rsi-recross");
        JsonElement signals = await GetAsync("signals?symbol=acme");
        signals.GetArrayLength().Should().Be(1, "the log recognises the repeat");
        signals[0].GetProperty("side").GetString().Should().Be("buy");
        signals[0].GetProperty("reasons")[0].GetString().Should().Be("RSI(14) rose through 30 from 25.0 to 35.0");
    }

    [Fact]
    public async Task Delivery_BrokerDoesNotTakeASignal_IsNotAcknowledged()
    {
        _sidecar.FailOneEntry = true;

        string answer = await DeliverAsync("indicators", new IndicatorBatch("ACME", Before, [Before with { N = 41, Rsi14 = 35 }]));

        answer.Should().Contain("RETRY");
        (await GetAsync("signals")).GetArrayLength().Should().Be(0);
    }

    [Fact]
    public async Task Strategies_PutAndGet_ChangeWhatIsASignal()
    {
        using HttpResponseMessage put = await PutAsync("""{"rsiRecross":{"enabled":false},"macdCross":{"minConfidence":0.5}}""");
        await DeliverAsync("indicators", new IndicatorBatch("ACME", Before, [Before with { N = 41, Rsi14 = 35, IngestedAt = await EffectiveFromAsync(put) }]));

        put.StatusCode.Should().Be(HttpStatusCode.OK);
        _sidecar.Published.Should().BeEmpty();
        JsonElement settings = await GetAsync("strategies");
        settings.GetProperty("rsiRecross").GetProperty("enabled").GetBoolean().Should().BeFalse();
        settings.GetProperty("macdCross").GetProperty("minConfidence").GetDouble().Should().Be(0.5);
        settings.GetProperty("emaCross").GetProperty("enabled").GetBoolean().Should().BeTrue();
    }

    [Fact]
    public async Task Strategies_PutAStrategyThatIsOffByDefault_RunsItWithItsParameters()
    {
        using HttpResponseMessage put = await PutAsync("""{"rsiRecross":{"trendFilter":true},"macdCross":{"zeroSide":"reversal"},"smaRegime":{"enabled":true}}""");
        IndicatorPoint below = Before with { Rsi14 = null, Sma50 = 99, Sma200 = 100 };
        await DeliverAsync("indicators", new IndicatorBatch("ACME", below, [below with { N = 41, Sma50 = 101, IngestedAt = await EffectiveFromAsync(put) }]));

        put.StatusCode.Should().Be(HttpStatusCode.OK);
        _sidecar.Published.Should().Equal("ACME:41:sma-regime");
        JsonElement settings = await GetAsync("strategies");
        settings.GetProperty("macdCross").GetProperty("zeroSide").GetString().Should().Be("reversal");
        settings.GetProperty("rsiRecross").GetProperty("trendFilter").GetBoolean().Should().BeTrue();
        settings.GetProperty("bollingerReentry").GetProperty("enabled").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task Delivery_WithACoolDown_IsDecidedByThePointsOfTheAggregator()
    {
        using HttpResponseMessage put = await PutAsync("""{"rsiRecross":{"coolDown":3}}""");
        long from = await EffectiveFromAsync(put);
        double[] rsi = [50, 25, 35, 25, 35, 36, 37, 25, 26, 35];
        IndicatorPoint[] points = [.. rsi.Select((value, i) => Before with { N = i + 1, Rsi14 = value, IngestedAt = from + i })];
        var tooSoon = new IndicatorBatch("ACME", points[3], [points[4]]);
        var inTime = new IndicatorBatch("ACME", points[8], [points[9]]);

        string unknown = await DeliverAsync("indicators", tooSoon);
        _sidecar.Points["ACME"] = points[..2];
        string behind = await DeliverAsync("indicators", tooSoon);
        _sidecar.Points["ACME"] = points;
        string there = await DeliverAsync("indicators", tooSoon);
        string later = await DeliverAsync("indicators", inTime);

        unknown.Should().Contain("RETRY");
        behind.Should().Contain("RETRY");
        there.Should().Contain("SUCCESS");
        later.Should().Contain("SUCCESS");
        _sidecar.Published.Should().Equal("ACME:10:rsi-recross");
        _sidecar.Invoked.Should().Equal([
            .. Enumerable.Repeat("/v1.0/invoke/aggregator/method/symbols/ACME/indicators?fromN=1&limit=3", 3),
            "/v1.0/invoke/aggregator/method/symbols/ACME/indicators?fromN=6&limit=3",
        ]);
    }

    [Fact]
    public async Task Delivery_WithACoolDownWhileTheAggregatorFails_ComesAgain()
    {
        using HttpResponseMessage put = await PutAsync("""{"rsiRecross":{"coolDown":100}}""");
        var batch = new IndicatorBatch("ACME", Before, [Before with { N = 41, Rsi14 = 35, IngestedAt = await EffectiveFromAsync(put) }]);
        _sidecar.Points["ACME"] = [.. Enumerable.Range(1, 40).Select(n => Before with { N = n })];
        _sidecar.AggregatorFails = true;

        string failed = await DeliverAsync("indicators", batch);
        _sidecar.AggregatorFails = false;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!(await DeliverAsync("indicators", batch)).Contains("SUCCESS", StringComparison.Ordinal))
            await timer.WaitForNextTickAsync(limit.Token);

        failed.Should().Contain("RETRY");
        _sidecar.Published.Should().Equal("ACME:41:rsi-recross");
    }

    [Fact]
    public async Task Delivery_OfConsecutiveBatchesWithACoolDown_AsksNobody()
    {
        using HttpResponseMessage put = await PutAsync("""{"rsiRecross":{"coolDown":3}}""");
        long from = await EffectiveFromAsync(put);
        double[] rsi = [50, 25, 35, 25, 35, 36, 37, 25, 35];
        IndicatorPoint[] points = [.. rsi.Select((value, i) => Before with { N = i + 1, Rsi14 = value, IngestedAt = from + i })];

        for (int i = 0; i < points.Length; i++)
            await DeliverAsync("indicators", new IndicatorBatch("ACME", i == 0 ? null : points[i - 1], [points[i]]));

        _sidecar.Published.Should().Equal("ACME:3:rsi-recross", "ACME:9:rsi-recross");
        _sidecar.Invoked.Should().BeEmpty();
    }

    [Theory]
    [InlineData("""{"rsiRecross":{"oversold":80}}""", "rsiRecross.oversold")]
    [InlineData("""{"smaRegime":{"coolDown":101}}""", "smaRegime.coolDown")]
    [InlineData("""{"smaRegime":{"coolDown":1.5}}""", "smaRegime.coolDown")]
    [InlineData("""{"compositeVote":{"threshold":5}}""", "compositeVote.threshold")]
    [InlineData("""{"macdCross":{"zeroSide":"sideways"}}""", "macdCross.zeroSide")]
    [InlineData("""{"rsiRecross":{"oversold":"low"}}""", "rsiRecross.oversold")]
    [InlineData("""{"rsiRecros":{"oversold":20}}""", "rsiRecros")]
    [InlineData("""{"rsiRecross":{"oversol":20}}""", "rsiRecross.oversol")]
    [InlineData("""{"rsiRecross":7}""", "rsiRecross")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("nonsense", null)]
    public async Task Strategies_PutSomethingInvalid_IsAProblem(string body, string? field)
    {
        using HttpResponseMessage response = await PutAsync(body);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        if (field is not null)
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Should().Equal(field);
        }

        (await GetAsync("strategies")).GetProperty("version").GetInt32().Should().Be(1);
    }

    [Fact]
    public async Task Strategies_TheirOwnDocumentSentBack_IsRead()
    {
        using HttpResponseMessage first = await PutAsync("""{"rsiRecross":{"oversold":20}}""");
        string document = (await GetAsync("strategies")).GetRawText();

        using HttpResponseMessage second = await PutAsync(document);
        using HttpResponseMessage part = await PutAsync("{}");

        second.StatusCode.Should().Be(HttpStatusCode.OK);
        (await second.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("version").GetInt32().Should().Be(2, "nothing was changed");
        (await part.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("rsiRecross").GetProperty("oversold").GetDouble()
            .Should().Be(30, "what is left out is the default");
    }

    [Fact]
    public async Task Context_OfASymbolWithMarketEvents_IsShown()
    {
        var news = new MarketEvent(MarketEventKinds.NewsSentiment, "ACME", 5, "s", 1, 0) { SentimentScore = 0.5, SentimentMagnitude = 0.8 };

        await DeliverAsync("market-events", new MarketEventBatch([news]), "broadcast");

        (await GetAsync("context/ACME")).GetProperty("sentiment").GetProperty("score").GetDouble().Should().Be(0.5);
        using HttpResponseMessage unknown = await _http.GetAsync(new Uri("context/OTHER", UriKind.Relative));
        unknown.StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Strategies_ChangedTwice_AreInTheHistoryAndOnTheSignals()
    {
        using HttpResponseMessage first = await PutAsync("""{"rsiRecross":{"oversold":20}}""", "\"1\"");
        using HttpResponseMessage lost = await PutAsync("""{"rsiRecross":{"oversold":25}}""", "\"1\"");
        using HttpResponseMessage second = await PutAsync("""{"rsiRecross":{"oversold":28}}""", first.Headers.ETag!.ToString());
        await DeliverAsync("indicators", new IndicatorBatch("ACME", Before, [Before with { N = 41, Rsi14 = 35, IngestedAt = await EffectiveFromAsync(second) }]));

        lost.StatusCode.Should().Be(HttpStatusCode.Conflict);
        lost.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        JsonElement history = await GetAsync("strategies/history");
        history.EnumerateArray().Select(version => version.GetProperty("version").GetInt32()).Should().Equal(3, 2, 1);
        history[0].GetProperty("changes")[0].GetProperty("field").GetString().Should().Be("rsiRecross.oversold");
        (await GetAsync("signals?symbol=ACME"))[0].GetProperty("settingsVersion").GetInt32().Should().Be(3);
    }

    [Fact]
    public async Task Strategies_StoredBeforeThereWereVersions_AreRead()
    {
        using var stored = new StringContent("""[{"key":"strategies","value":{"rsiRecross":{"enabled":false}}}]""", Encoding.UTF8, "application/json");
        using HttpResponseMessage saved = await _http.PostAsync(new Uri(_sidecar.Endpoint + "/v1.0/state/statestore"), stored);

        JsonElement settings = await GetAsync("strategies");

        settings.GetProperty("version").GetInt32().Should().Be(1);
        settings.GetProperty("rsiRecross").GetProperty("enabled").GetBoolean().Should().BeFalse();
        settings.GetProperty("macdCross").GetProperty("zeroSide").GetString().Should().Be("any", "that is what settings without a side meant");
        (await DeliverAsync("indicators", new IndicatorBatch("ACME", Before, [Before with { N = 41, Rsi14 = 35 }]))).Should().Contain("SUCCESS");
        _sidecar.Published.Should().BeEmpty();
    }

    private static async Task<long> EffectiveFromAsync(HttpResponseMessage put) =>
        (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("effectiveFrom").GetInt64();

    private async Task<JsonElement> GetAsync(string path) => await _http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    private async Task<HttpResponseMessage> PutAsync(string body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri("strategies", UriKind.Relative));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await _http.SendAsync(request);
    }

    private async Task<string> DeliverAsync<T>(string topic, T data, string pubsub = "pubsub")
    {
        var body = new
        {
            id = "1", topic, pubsubname = pubsub, type = "com.dapr.event.sent.bulk", metadata = new { },
            entries = new[]
            {
                new
                {
                    entryId = "e0", contentType = "application/cloudevents+json",
                    @event = new { id = "0", source = "s", type = "com.dapr.event.sent", specversion = "1.0", datacontenttype = "application/json", data },
                },
            },
        };
        using HttpResponseMessage response = await _http.PostAsJsonAsync(new Uri($"events/{pubsub}/{topic}", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}
