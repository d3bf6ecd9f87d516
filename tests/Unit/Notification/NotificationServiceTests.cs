using System.Net.Http.Json;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Notification;
using DaprTrading.Notification.Alerts;
using DaprTrading.Notification.History;
using DaprTrading.ServiceDefaults;
using DaprTrading.Tests.Unit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Notification;

/// <summary>The whole service over HTTP, with a stub of a sidecar.</summary>
public sealed class NotificationServiceTests : IAsyncLifetime
{
    private static readonly IndicatorPoint Point = new()
    {
        N = 5, Time = 5_000, Open = 99, High = 99, Low = 99, Close = 99, Volume = 1, Source = "s", IngestedAt = 5_000,
    };

    private readonly HttpClient _http = new();
    private StubSidecar _sidecar = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await StubSidecar.StartAsync();
        _app = await StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First() + "/");
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sidecar.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Signals_OneThatCannotBe_IsDroppedAndTheOthersAreTold()
    {
        string[] statuses = await DeliverAsync("signals", Signal(1), Signal(2) with { Reasons = null! }, Signal(3));

        statuses.Should().Equal("SUCCESS", "DROP", "SUCCESS");
        _sidecar.Published.Should().HaveCount(2);
    }

    [Fact]
    public async Task Points_OneThatCannotBe_IsDroppedAndTheOthersAreTold()
    {
        await AddRuleAsync(coolDownBars: 0);

        string[] statuses = await DeliverAsync("indicators",
            new IndicatorBatch("A", null, null!), Crossing("B", 6), new IndicatorBatch("C", null, [null!]));

        statuses.Should().Equal("DROP", "SUCCESS", "DROP");
        _sidecar.Published.Should().ContainSingle().Which.Should().Contain("B: price crossed above 100");
    }

    /// <summary>A broker may take some of a request: the others are told when their events come again.</summary>
    [Fact]
    public async Task Signals_BrokerDoesNotTakeOne_OnlyThatComesAgain()
    {
        _sidecar.Refuses = "signal:A:2:x";
        string[] first = await DeliverAsync("signals", Signal(1), Signal(2), Signal(3));
        _sidecar.Refuses = null;

        string[] second = await DeliverAsync("signals", Signal(2));

        first.Should().Equal("SUCCESS", "RETRY", "SUCCESS");
        second.Should().Equal("SUCCESS");
        (await HistoryAsync()).Should().Equal("signal:A:2:x", "signal:A:3:x", "signal:A:1:x");
    }

    [Fact]
    public async Task Points_HeldBackByACoolDownAndDeliveredAgainLater_AreHeldBackAgain()
    {
        await AddRuleAsync(coolDownBars: 5);

        foreach (long n in (long[])[10, 14, 22, 14, 10]) await DeliverAsync("indicators", Crossing("A", n));

        (await HistoryAsync()).Select(id => id.Split(':')[^1]).Should().Equal("22", "10");
    }

    [Fact]
    public async Task Stop_SignalsLeftOutInTheLastSecond_AreTold()
    {
        await DeliverAsync("signals", [.. Enumerable.Range(1, 30).Select(n => Signal(n) with { IngestedAt = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() / 2 })]);

        await _app.StopAsync();

        _sidecar.Published.Should().HaveCount(21).And.ContainSingle(text => text.Contains("10 further signals", StringComparison.Ordinal));
    }

    private static TradingSignal Signal(long n) => new($"A:{n}:x", "A", Side.Buy, "x", 0.5, 10, n, n * 1000, ["because"], "s", n * 1000);

    private static IndicatorBatch Crossing(string symbol, long n) => new(
        symbol, Point with { N = n - 1 }, [Point with { N = n, Close = 101, Time = n * 1000, IngestedAt = 5_000 + n }]);

    private async Task<WebApplication> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["URLS"] = "http://127.0.0.1:0", ["DAPR_HTTP_ENDPOINT"] = _sidecar.Endpoint,
        });
        builder.AddServiceDefaults(AppIds.Notification, NotificationJson.Default);
        builder.Logging.ClearProviders();
        builder.Services.AddNotification(builder.Configuration);
        WebApplication app = builder.Build();
        app.UseServiceDefaults();
        app.MapNotificationSubscriptions();
        app.MapNoticeEndpoints();
        app.MapAlertEndpoints();
        app.MapServiceDefaults();
        await app.StartAsync();
        return app;
    }

    private async Task AddRuleAsync(int coolDownBars)
    {
        using HttpResponseMessage added = await _http.PostAsJsonAsync(
            new Uri("alerts", UriKind.Relative), new { kind = "price-above", threshold = 100, cooldownBars = coolDownBars });
        added.EnsureSuccessStatusCode();
    }

    private async Task<string[]> HistoryAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonElement>(new Uri("notifications", UriKind.Relative))).EnumerateArray().Select(notice => notice.GetProperty("id").GetString()!)];

    private async Task<string[]> DeliverAsync<T>(string topic, params T[] data)
    {
        var body = new
        {
            id = "1", topic, pubsubname = "pubsub", type = "com.dapr.event.sent.bulk", metadata = new { },
            entries = data.Select((each, i) => new
            {
                entryId = $"{i}", contentType = "application/cloudevents+json", metadata = new { },
                @event = new { id = $"{i}", source = "t", type = "t", specversion = "1.0", datacontenttype = "application/json", data = each },
            }),
        };
        using HttpResponseMessage response = await _http.PostAsJsonAsync(new Uri($"events/pubsub/{topic}", UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return [.. answer.GetProperty("statuses").EnumerateArray().Select(entry => entry.GetProperty("status").GetString()!)];
    }
}
