using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Dataset;
using DaprTrading.Dataset.Replays;
using DaprTrading.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Dataset;

/// <summary>The whole service over HTTP, with a fake sidecar: 50 bars of two symbols, ten to a request.</summary>
public sealed class ReplayServiceTests : IAsyncLifetime
{
    private const int Bars = 50;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("dataset-").FullName;
    private HttpClient _http = new();
    private FakeSidecar _sidecar = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        IEnumerable<string> rows = Enumerable.Range(0, Bars).Select(i => $"2020-01-15T10:{i:00}:00Z,1,2,1,2,10,{(i % 2 == 0 ? "A" : "B")}");
        await File.WriteAllLinesAsync(Path.Combine(_folder, "two.csv"), rows.Prepend("timestamp,open,high,low,close,volume,symbol"));
        _sidecar = await FakeSidecar.StartAsync();
        await StartServiceAsync();
    }

    public async Task DisposeAsync()
    {
        await StopServiceAsync();
        await _sidecar.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Start_ToItsEnd_SendsEveryBarOnceInOrder()
    {
        _sidecar.Allow(100);

        string id = await StartAsync();

        JsonElement replay = await UntilAsync(id, found => found.GetProperty("state").GetString() == "completed");
        (replay.GetProperty("position").GetInt64(), replay.GetProperty("total").GetInt64()).Should().Be((Bars, Bars));
        _sidecar.Bars.Where(bar => bar.Symbol == "B").Select(bar => bar.Sequence).Should().Equal(Enumerable.Range(1, Bars / 2).Select(i => (long)i));
        _sidecar.Bars.Should().HaveCount(Bars).And.OnlyContain(bar => bar.Source == "replay-" + id).And.BeInAscendingOrder(bar => bar.Time);
    }

    [Fact]
    public async Task Restart_InTheMiddle_GoesOnWithTheSameNumbers()
    {
        _sidecar.Allow(2);
        string id = await StartAsync();
        await UntilAsync(id, found => found.GetProperty("position").GetInt64() == 20);

        await StopServiceAsync();
        await StartServiceAsync();
        _sidecar.Allow(100);

        await UntilAsync(id, found => found.GetProperty("state").GetString() == "completed");
        // A request that was under way may arrive twice: then its bars are the same, numbers included.
        Received[] bars = [.. _sidecar.Bars.Distinct()];
        bars.Where(bar => bar.Symbol == "A").Select(bar => bar.Sequence).Should().Equal(Enumerable.Range(1, Bars / 2).Select(i => (long)i));
        bars.Should().HaveCount(Bars).And.OnlyContain(bar => bar.Source == "replay-" + id);
    }

    [Fact]
    public async Task Speed_OfARunningReplay_ChangesAndNothingIsLost()
    {
        _sidecar.Allow(100);
        // At the time of the bars it would take 25 minutes.
        string id = await StartAsync("""{"dataset":"two","speed":1}""");
        await UntilAsync(id, found => found.GetProperty("position").GetInt64() > 0);

        (await PostAsync($"replays/{id}/speed", """{"speed":0}""")).Should().Be(HttpStatusCode.OK);

        JsonElement replay = await UntilAsync(id, found => found.GetProperty("state").GetString() == "completed");
        replay.GetProperty("speed").GetDouble().Should().Be(0);
        _sidecar.Bars.Where(bar => bar.Symbol == "A").Select(bar => bar.Sequence).Distinct().Should().Equal(Enumerable.Range(1, Bars / 2).Select(i => (long)i));
        (await PostAsync($"replays/{id}/speed", """{"speed":0}""")).Should().Be(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Seek_BackAndThenARestart_IsOneNewSourceThatBeginsWithOne()
    {
        _sidecar.Allow(2);
        string id = await StartAsync();
        await UntilAsync(id, found => found.GetProperty("position").GetInt64() == 20);
        (await PostAsync($"replays/{id}/pause", "")).Should().Be(HttpStatusCode.OK);

        (await PostAsync($"replays/{id}/seek", """{"position":4}""")).Should().Be(HttpStatusCode.OK);
        await StopServiceAsync();
        await StartServiceAsync();
        _sidecar.Allow(100);
        (await PostAsync($"replays/{id}/resume", "")).Should().Be(HttpStatusCode.OK);

        await UntilAsync(id, found => found.GetProperty("state").GetString() == "completed");
        Received[] again = [.. _sidecar.Bars.Where(bar => bar.Source == $"replay-{id}-1")];
        again.Should().HaveCount(46);
        again.Where(bar => bar.Symbol == "A").Select(bar => bar.Sequence).Should().Equal(Enumerable.Range(1, 23).Select(i => (long)i));
        again[0].Time.Should().Be(Samples.Utc("2020-01-15T10:06") / 1000.0, "bars of a symbol come every two minutes and are sent at their end");
    }

    [Theory]
    [InlineData("replays", """{"dataset":"none"}""", HttpStatusCode.NotFound)]
    [InlineData("replays", """{"dataset":"../two"}""", HttpStatusCode.NotFound)]
    [InlineData("replays", """{"dataset":"two","format":"xml"}""", HttpStatusCode.BadRequest)]
    [InlineData("replays/none/seek", """{"position":1}""", HttpStatusCode.NotFound)]
    [InlineData("replays/none/seek", """{"position":1,"time":2}""", HttpStatusCode.BadRequest)]
    [InlineData("replays/none/seek", """{"position":-1}""", HttpStatusCode.BadRequest)]
    [InlineData("replays/none/speed", """{"speed":2}""", HttpStatusCode.NotFound)]
    [InlineData("replays/none/speed", "{}", HttpStatusCode.BadRequest)]
    [InlineData("replays/none/speed", """{"speed":-1}""", HttpStatusCode.BadRequest)]
    [InlineData("replays/none/speed", """{"speed":1,"barsPerSecond":1}""", HttpStatusCode.BadRequest)]
    public async Task Post_WhatCannotBe_IsRefused(string path, string body, HttpStatusCode status) => (await PostAsync(path, body)).Should().Be(status);

    [Fact]
    public async Task Seek_OfAReplayThatHasEnded_IsAConflict()
    {
        _sidecar.Allow(100);
        string id = await StartAsync();
        await UntilAsync(id, found => found.GetProperty("state").GetString() == "completed");

        (await PostAsync($"replays/{id}/seek", """{"position":0}""")).Should().Be(HttpStatusCode.Conflict);
    }

    private async Task StartServiceAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["URLS"] = "http://127.0.0.1:0", ["DAPR_HTTP_ENDPOINT"] = _sidecar.Endpoint, ["Dataset:Folder"] = _folder, ["Dataset:BatchSize"] = "10",
        });
        builder.AddServiceDefaults(AppIds.Dataset, DatasetJson.Default);
        builder.Logging.ClearProviders();
        builder.AddDataset();
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapReplays();
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First() + "/") };
    }

    private async Task StopServiceAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<string> StartAsync(string request = """{"dataset":"two"}""")
    {
        using HttpResponseMessage response = await _http.PostAsync("replays", Json(request));
        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task<HttpStatusCode> PostAsync(string path, string body)
    {
        using HttpResponseMessage response = await _http.PostAsync(path, Json(body));
        return response.StatusCode;
    }

    private async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> reached)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var steps = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            JsonElement replay = await _http.GetFromJsonAsync<JsonElement>("replays/" + id, limit.Token);
            if (reached(replay)) return replay;
            await steps.WaitForNextTickAsync(limit.Token);
        }
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
