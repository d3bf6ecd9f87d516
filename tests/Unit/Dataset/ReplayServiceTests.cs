using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Dataset;
using DaprTrading.Dataset.Replays;
using DaprTrading.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
    public async Task Seek_WhileAppending_GoesOnInTheSameSeries()
    {
        _sidecar.Allow(2);
        string id = await StartAsync("""{"dataset":"two","append":true}""");
        await UntilAsync(id, found => found.GetProperty("position").GetInt64() == 20);

        (await PostAsync($"replays/{id}/seek", """{"position":4}""")).Should().Be(HttpStatusCode.OK);
        _sidecar.Allow(100);

        await UntilAsync(id, IsOver);
        _sidecar.Bars.Select(bar => bar.Symbol).Distinct().Should().BeEquivalentTo("A", "B");
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
        again.Select(bar => bar.Symbol).Distinct().Should().BeEquivalentTo("A.R2", "B.R2");
        again.Where(bar => bar.Symbol == "A.R2").Select(bar => bar.Sequence).Should().Equal(Enumerable.Range(1, 23).Select(i => (long)i));
        again[0].Time.Should().Be(Samples.Utc("2020-01-15T10:06") / 1000.0, "bars of a symbol come every two minutes and are sent at their end");
    }

    [Fact]
    public async Task Start_SymbolsThatHaveBars_GetSeriesOfTheirOwn()
    {
        _sidecar.Allow(100);
        _sidecar.Symbols["A"] = true;
        _sidecar.Symbols["A.R2"] = true;

        string id = await StartAsync();

        JsonElement replay = await UntilAsync(id, IsOver);
        Series(replay).Should().Equal(("A", "A.R3"), ("B", "B"));
        replay.GetProperty("note").GetString().Should().Be("There are bars already, so the replay has series of its own: A is A.R3.");
        _sidecar.Bars.Select(bar => bar.Symbol).Distinct().Should().BeEquivalentTo("A.R3", "B");
        _sidecar.Bars.Where(bar => bar.Symbol == "A.R3").Select(bar => bar.Sequence).Should().Equal(Enumerable.Range(1, Bars / 2).Select(i => (long)i));
    }

    [Fact]
    public async Task Start_WhileTheFirstLiveBarsAreOnTheirWay_LooksAgain()
    {
        _sidecar.Allow(100);
        _sidecar.Asked = symbol => _sidecar.Symbols[symbol == "A" ? "A" : ""] = true;

        JsonElement replay = await UntilAsync(await StartAsync(), IsOver);

        Series(replay).Should().Equal(("A", "A.R2"), ("B", "B"));
    }

    [Fact]
    public async Task Start_WithAppend_GoesOnInTheSeriesThatIsThere()
    {
        _sidecar.Allow(100);
        _sidecar.Symbols["A"] = true;

        string id = await StartAsync("""{"dataset":"two","append":true}""");

        JsonElement replay = await UntilAsync(id, IsOver);
        Series(replay).Should().Equal(("A", "A"), ("B", "B"));
        Text(replay, "note").Should().BeNull();
    }

    [Fact]
    public async Task Start_TheSameFileManyTimesAtOnce_GivesEachItsOwnNames()
    {
        _sidecar.Allow(100);

        string[] ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => StartAsync()));

        foreach (string id in ids) await UntilAsync(id, IsOver);
        _sidecar.Bars.GroupBy(bar => bar.Symbol).Should().HaveCount(10).And.OnlyContain(series => series.Count() == Bars / 2 && series.Select(bar => bar.Source).Distinct().Count() == 1);
        _sidecar.Bars.Select(bar => bar.Symbol).Distinct().Should().BeEquivalentTo("A", "A.R2", "A.R3", "A.R4", "A.R5", "B", "B.R2", "B.R3", "B.R4", "B.R5");
    }

    [Fact]
    public async Task Start_WhileTheAggregatorIsAway_WaitsAndSaysSo()
    {
        _sidecar.Allow(100);
        _sidecar.AggregatorIsAway = true;

        string id = await StartAsync();

        JsonElement replay = await UntilAsync(id, found => Text(found, "waiting") is not null);
        (replay.GetProperty("state").GetString(), replay.GetProperty("waiting").GetString()).Should().Be(("running", "The aggregator answered 500."));
        _sidecar.Bars.Should().BeEmpty();
        _sidecar.AggregatorIsAway = false;
        await UntilAsync(id, IsOver);
    }

    [Fact]
    public async Task Restart_AfterItsSeriesHasBars_GoesOnUnderTheSameNames()
    {
        _sidecar.Allow(2);
        _sidecar.Symbols["B"] = true;
        string id = await StartAsync();
        await UntilAsync(id, found => found.GetProperty("position").GetInt64() == 20);

        await StopServiceAsync();
        foreach (string symbol in (string[])["A", "B.R2"]) _sidecar.Symbols[symbol] = true;
        await StartServiceAsync();
        _sidecar.Allow(100);

        Series(await UntilAsync(id, IsOver)).Should().Equal(("A", "A"), ("B", "B.R2"));
        _sidecar.Bars.Select(bar => bar.Symbol).Distinct().Should().BeEquivalentTo("A", "B.R2");
    }

    [Fact]
    public async Task Restart_OfAReplayAnEarlierVersionBegan_GoesOnUnderTheNamesOfTheFile()
    {
        _sidecar.Allow(2);
        string id = await StartAsync();
        await UntilAsync(id, found => found.GetProperty("position").GetInt64() == 20);
        await StopServiceAsync();
        _sidecar.Forget("series-of-replay-" + id);
        _sidecar.Forget("replay-names");
        _sidecar.Symbols["A"] = true;

        await StartServiceAsync();
        _sidecar.Allow(100);

        Series(await UntilAsync(id, IsOver)).Should().Equal(("A", "A"), ("B", "B"));
    }

    [Fact]
    public async Task Store_AwayForAWhile_IsWaitedForAndNothingIsLost()
    {
        _sidecar.Allow(1);
        string id = await StartAsync();
        await UntilAsync(id, found => found.GetProperty("position").GetInt64() == 10);
        _sidecar.StoreIsAway = true;
        _sidecar.Allow(100);

        JsonElement waiting = await UntilAsync(id, found => Text(found, "waiting") is not null);
        waiting.GetProperty("state").GetString().Should().Be("running");
        waiting.GetProperty("waiting").GetString().Should().Contain("500");
        _sidecar.StoreIsAway = false;

        JsonElement replay = await UntilAsync(id, IsOver);
        (replay.GetProperty("state").GetString(), Text(replay, "waiting")).Should().Be(("completed", (string?)null));
        _sidecar.Bars.Should().HaveCount(Bars);
        _sidecar.Stored("replay-" + id).Should().NotContain("waiting");
    }

    [Fact]
    public async Task Gateway_ThatHangs_IsAskedAgain()
    {
        _sidecar.Allow(100);
        int asked = 0;
        _sidecar.Gateway = async (http, _) =>
        {
            if (Interlocked.Increment(ref asked) > 1) return false;
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };

        string id = await StartAsync();

        (await UntilAsync(id, found => Text(found, "waiting") is not null)).GetProperty("waiting").GetString().Should().Be("The gateway did not answer within 0.5 s.");
        (await UntilAsync(id, IsOver)).GetProperty("state").GetString().Should().Be("completed");
        _sidecar.Bars.Should().HaveCount(Bars);
    }

    [Theory]
    [InlineData(200, """{"accepted":9,"rejected":[{"index":3,"errors":{"timestamp":["lies ahead"]}}]}""", 1, "B of 2020-01-15 10:05:00 UTC: timestamp lies ahead")]
    [InlineData(400, """{"title":"Invalid records","errors":{"[0].high":["must be a number"],"[1].high":["must be a number"]}}""", 10, "[0].high must be a number")]
    public async Task Gateway_ThatRefusesBars_EndsTheReplayWithTheReason(int status, string answer, long refused, string reason)
    {
        _sidecar.Gateway = async (http, _) =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(answer);
            return true;
        };

        JsonElement replay = await UntilAsync(await StartAsync(), IsOver);

        (replay.GetProperty("state").GetString(), replay.GetProperty("refused").GetInt64()).Should().Be(("failed", refused));
        replay.GetProperty("refusedReasons")[0].GetString().Should().Be(reason);
        replay.GetProperty("error").GetString().Should().Be($"The gateway refused {refused} bars, so no more are sent: {reason}.");
    }

    [Theory]
    [InlineData("secret", "completed", null)]
    [InlineData("", "failed", "set Dataset:ApiKey")]
    public async Task Gateway_ThatAsksForAKey_GetsTheOneThatIsSet(string key, string state, string? error)
    {
        await StopServiceAsync();
        await StartServiceAsync(key);
        _sidecar.Allow(100);
        _sidecar.Gateway = (http, _) =>
        {
            bool isAllowed = http.Request.Headers["X-Api-Key"] == "secret";
            if (!isAllowed) http.Response.StatusCode = 401;
            return Task.FromResult(!isAllowed);
        };

        JsonElement replay = await UntilAsync(await StartAsync(), IsOver);

        replay.GetProperty("state").GetString().Should().Be(state);
        if (error is null) return;
        replay.GetProperty("error").GetString().Should().Contain(error);
        _sidecar.Stored("replay-names").Should().Be("[]", "a replay of which nothing arrived takes no name away");
    }

    [Fact]
    public async Task Start_FileWithABarThatIsNotOver_LeavesItOut()
    {
        await File.AppendAllTextAsync(Path.Combine(_folder, "two.csv"), "2999-01-15T10:00:00Z,1,2,1,2,10,A\n");
        _sidecar.Allow(100);

        JsonElement replay = await UntilAsync(await StartAsync(), IsOver);

        (replay.GetProperty("state").GetString(), replay.GetProperty("badRows").GetInt32()).Should().Be(("completed", 1));
        replay.GetProperty("badRowReasons")[0].GetString().Should().StartWith("line 52: it is not over yet");
        _sidecar.Bars.Should().HaveCount(Bars);
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

    private static string? Text(JsonElement replay, string property) => replay.GetProperty(property).GetString();

    private static bool IsOver(JsonElement replay) => replay.GetProperty("state").GetString() is "completed" or "failed";

    private static IEnumerable<(string, string)> Series(JsonElement replay) =>
        replay.GetProperty("series").EnumerateArray().Select(one => (one.GetProperty("symbol").GetString()!, one.GetProperty("name").GetString()!));

    private async Task StartServiceAsync(string? key = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["URLS"] = "http://127.0.0.1:0", ["DAPR_HTTP_ENDPOINT"] = _sidecar.Endpoint, ["Dataset:Folder"] = _folder, ["Dataset:BatchSize"] = "10",
            ["Dataset:GatewayTimeout"] = "00:00:00.5", ["Dataset:ApiKey"] = key, ["Dataset:SettleTime"] = "00:00:00.05",
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
