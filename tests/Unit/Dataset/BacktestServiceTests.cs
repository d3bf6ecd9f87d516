using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DaprTrading.Backtesting;
using DaprTrading.Backtesting.Jobs;
using DaprTrading.Contracts;
using DaprTrading.Dataset;
using DaprTrading.Dataset.Backtests;
using DaprTrading.MarketData;
using DaprTrading.ServiceDefaults;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Dataset;

/// <summary>Backtests over HTTP, on the data that are shipped, with a fake sidecar.</summary>
public sealed class BacktestServiceTests : IAsyncLifetime
{
    private const string Kaggle = "kaggle-sp500-5yr-AAPL";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private HttpClient _http = new();
    private FakeSidecar _sidecar = null!;
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await FakeSidecar.StartAsync();
        await StartServiceAsync();
    }

    public async Task DisposeAsync()
    {
        await StopServiceAsync();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Start_ToItsEnd_GivesTheFiguresOfTheLibrary()
    {
        using HttpResponseMessage response = await _http.PostAsync("backtests", Json($$"""{"dataset":"{{Kaggle}}","commissionBps":1,"slippageBps":2,"short":true,"from":"2014-01-01"}"""));

        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        BacktestJob job = await EndedAsync(await IdAsync(response));
        response.Headers.Location!.OriginalString.Should().Be("/backtests/" + job.Id);
        (job.State, job.Done, job.Total, job.Attempts).Should().Be((BacktestState.Completed, StrategyCatalog.Names.Count, StrategyCatalog.Names.Count, 1));
        var expected = new BacktestOptions { CommissionBps = 1, SlippageBps = 2, AllowShort = true, AsOf = job.CreatedAt, From = Samples.Utc("2014-01-01T00:00") };
        IReadOnlyList<PriceBar> bars = MarketSeries.Of(Samples.Recorded(Kaggle + ".csv"))["AAPL"];
        foreach (BacktestRun run in job.Results)
        {
            BacktestResult result = Backtester.Run("AAPL", bars, StrategyCatalog.Create(run.Strategy, StrategySettings.Default)!, expected);
            run.Agrees(result).Should().BeTrue(run.Strategy);
            run.Forward.Should().Equal(result.Forward);
            run.Series!.Trades.Should().Equal(result.Trades.TakeLast(200));
            run.Series.Points.Should().Be(result.Bars);
            run.Series.Time.Should().HaveCountLessThanOrEqualTo(500).And.BeInAscendingOrder().And.StartWith(result.From).And.EndWith(result.To);
            run.Series.Equity.Max().Should().Be(result.EquityCurve.Max(point => point.Equity));
            run.Series.Drawdown.Max().Should().BeApproximately(result.Equity.MaxDrawdown, 1e-12);
        }
    }

    [Fact]
    public async Task Start_ManyDatasetsFormatIntervalAndHorizons_AreWhatACommandMeansByThem()
    {
        string id = await StartAsync("""{"datasets":["IBM-20131007","lean-tick-aig-20131007_trade"],"interval":"5m","horizons":[2,7],"strategies":["ema-cross"]}""");

        BacktestJob job = await EndedAsync(id);

        job.Request.Dataset.Should().Be("IBM-20131007, lean-tick-aig-20131007_trade");
        job.Results.Select(run => run.Symbol).Should().Equal("AIG", "IBM");
        job.Results[1].Bars.Should().Be(Samples.Recorded("IBM-20131007.csv.gz", new ReadSettings(null, 300_000)).Bars.Count);
        job.Results[1].Forward.Select(forward => forward.Horizon).Should().Equal(2, 7);
        (await EndedAsync(await StartAsync($$"""{"dataset":"{{Kaggle}}","format":"alpaca"}"""))).Error.Should().Contain("not 'alpaca'");
    }

    [Fact]
    public async Task Find_Full_HasEveryPointAndTheTablesToo()
    {
        string id = await StartAsync($$"""{"dataset":"{{Kaggle}}","strategies":["ema-cross","rsi-recross"]}""");
        await EndedAsync(id);

        BacktestRun run = (await FindAsync(id, "?symbol=aapl&strategy=ema-cross&full=true")).Results.Should().ContainSingle().Subject;
        string trades = await _http.GetStringAsync($"backtests/{id}/trades.csv?symbol=AAPL&strategy=ema-cross");
        string equity = await _http.GetStringAsync($"backtests/{id}/equity.csv?symbol=AAPL&strategy=ema-cross");

        run.Series!.Time.Should().HaveCount(run.Bars);
        trades.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(run.Series.TradeCount + 1);
        equity.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(run.Bars + 1);
        (await _http.GetAsync($"backtests/{id}/trades.csv?symbol=AAPL&strategy=sma-regime")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Candles_OfARange_AreTheBars()
    {
        string id = await StartAsync($$"""{"dataset":"{{Kaggle}}","strategies":["ema-cross"]}""");
        IReadOnlyList<PriceBar> bars = MarketSeries.Of(Samples.Recorded(Kaggle + ".csv"))["AAPL"];

        JsonElement all = await _http.GetFromJsonAsync<JsonElement>($"backtests/{id}/candles?symbol=AAPL");
        JsonElement some = await _http.GetFromJsonAsync<JsonElement>($"backtests/{id}/candles?symbol=AAPL&from=11&to=20");

        all.GetArrayLength().Should().BeLessThanOrEqualTo(1_000);
        all.EnumerateArray().Sum(candle => candle.GetProperty("bars").GetInt32()).Should().Be(bars.Count);
        all.EnumerateArray().Max(candle => candle.GetProperty("high").GetDouble()).Should().Be(bars.Max(bar => bar.High));
        some.EnumerateArray().Select(candle => (candle.GetProperty("n").GetInt64(), candle.GetProperty("close").GetDouble()))
            .Should().Equal(Enumerable.Range(11, 10).Select(n => ((long)n, bars[n - 1].Close)));
        (await _http.GetAsync($"backtests/{id}/candles?symbol=IBM")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("""{}""", "dataset")]
    [InlineData("""{"dataset":"none"}""", "dataset")]
    [InlineData("""{"dataset":"../IBM"}""", "dataset")]
    [InlineData("""{"datasets":["D","none"]}""", "dataset")]
    [InlineData("""{"datasets":["D",""]}""", "datasets")]
    [InlineData("""{"dataset":"D","format":"xml"}""", "format")]
    [InlineData("""{"dataset":"D","interval":"2h"}""", "interval")]
    [InlineData("""{"dataset":"D","horizons":[]}""", "horizons")]
    [InlineData("""{"dataset":"D","strategies":["hodl"]}""", "strategies")]
    [InlineData("""{"dataset":"D","symbols":[""]}""", "symbols")]
    [InlineData("""{"dataset":"D","commissionBps":-1}""", "commissionBps")]
    [InlineData("""{"dataset":"D","slippageBps":1001}""", "slippageBps")]
    [InlineData("""{"dataset":"D","slippageBps":"much"}""", "slippageBps")]
    [InlineData("""{"dataset":"D","from":"soon"}""", "from")]
    [InlineData("""{"dataset":"D","from":"2020-02-02","to":"2020-02-01"}""", "from")]
    [InlineData("""{"dataset":"D","settings":{"rsiRecross":{"oversold":0}}}""", "settings.rsiRecross.oversold")]
    [InlineData("""{"dataset":"D","strategys":["ema-cross"]}""", "strategys")]
    [InlineData("""{"dataset":"D","settings":{"rsiRecros":{"oversold":20}}}""", "settings.rsiRecros")]
    [InlineData("""{"dataset":"D","settings":{"rsiRecross":{"oversold":"20"}}}""", "settings.rsiRecross.oversold")]
    [InlineData("""{"dataset":""", "body")]
    [InlineData("null", "body")]
    public async Task Start_WhatCannotBe_IsRefusedByField(string body, string field)
    {
        using HttpResponseMessage response = await _http.PostAsync("backtests", Json(body.Replace("\"D\"", $"\"{Kaggle}\"", StringComparison.Ordinal)));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Should().Contain(field);
        (await _http.GetFromJsonAsync<JsonElement>("backtests")).GetArrayLength().Should().Be(0);
    }

    [Theory]
    [InlineData("\"symbols\":[\"IBM\"]", "has no symbol IBM")]
    [InlineData("\"from\":\"2030-01-01\"", "No symbol has a bar in the range")]
    public async Task Start_WhatTheDataDoNotHave_FailsInWords(string part, string error) =>
        (await EndedAsync(await StartAsync($$"""{"dataset":"{{Kaggle}}",{{part}}}"""))).Should().Match<BacktestJob>(
            job => job.State == BacktestState.Failed && job.Error!.Contains(error));

    [Fact]
    public async Task Restart_InTheMiddle_DoesItAgainAndLeavesTheEndedAlone()
    {
        string done = await StartAsync($$"""{"dataset":"{{Kaggle}}","strategies":["ema-cross"]}"""), cut = await StartAsync($$"""{"dataset":"{{Kaggle}}"}""");
        BacktestJob before = await EndedAsync(done);
        await EndedAsync(cut);

        await StopServiceAsync();
        _sidecar.Change("backtest-" + cut, stored => stored.Replace("\"completed\"", "\"running\"", StringComparison.Ordinal));
        await StartServiceAsync();

        (await EndedAsync(cut)).Should().Match<BacktestJob>(job => job.State == BacktestState.Completed && job.Attempts == 2 && job.Results.Count == StrategyCatalog.Names.Count);
        BacktestJob after = await EndedAsync(done);
        (after.Attempts, after.EndedAt, after.Results[0].Equity).Should().Be((1, before.EndedAt, before.Results[0].Equity));
    }

    [Fact]
    public async Task Restart_TooOften_GivesUpInWords()
    {
        string id = await StartAsync($$"""{"dataset":"{{Kaggle}}"}""");
        await EndedAsync(id);
        await StopServiceAsync();
        _sidecar.Change("backtest-" + id, stored => stored.Replace("\"completed\"", "\"running\"", StringComparison.Ordinal).Replace("\"attempts\":1", "\"attempts\":3", StringComparison.Ordinal));

        await StartServiceAsync();

        (await EndedAsync(id)).Error.Should().Contain("ended in the middle of it 3 times");
    }

    [Fact]
    public async Task Delete_WhatHasEnded_RemovesIt()
    {
        string id = await StartAsync($$"""{"dataset":"{{Kaggle}}","strategies":["ema-cross"]}""");
        await EndedAsync(id);

        (await _http.DeleteAsync("backtests/" + id)).StatusCode.Should().Be(HttpStatusCode.NoContent);

        (await _http.GetAsync("backtests/" + id)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await _http.DeleteAsync("backtests/" + id)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        _sidecar.Keys.Should().NotContain(key => key.Contains(id));
    }

    [Fact]
    public async Task Delete_WhatRunsAndWhatWaits_CallsBothOff()
    {
        // Nothing runs to its end while the store does not take that it began.
        _sidecar.HoldSavesOf = value => value.Contains("\"state\":\"running\"", StringComparison.Ordinal);
        string running = await StartAsync($$"""{"dataset":"{{Kaggle}}"}"""), waiting = await StartAsync($$"""{"dataset":"{{Kaggle}}"}""");
        await _sidecar.Held.WaitAsync(Limit);

        foreach (string id in (string[])[waiting, running])
        {
            using HttpResponseMessage response = await _http.DeleteAsync("backtests/" + id);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
            (await response.Content.ReadFromJsonAsync(BacktestJobJson.Default.BacktestJob))!.State.Should().Be(BacktestState.Cancelled);
        }

        _sidecar.HoldSavesOf = null;
        foreach (string id in (string[])[waiting, running]) (await FindAsync(id)).Should().Match<BacktestJob>(job => job.State == BacktestState.Cancelled && job.Results.Count == 0);
        (await EndedAsync(await StartAsync($$"""{"dataset":"{{Kaggle}}"}"""))).State.Should().Be(BacktestState.Completed);
    }

    [Fact]
    public async Task Start_MoreThanAreKept_DropsTheOldest()
    {
        var ids = new List<string>();
        for (int i = 0; i < 6; i++)
        {
            ids.Add(await StartAsync($$"""{"dataset":"{{Kaggle}}","strategies":["ema-cross"]}"""));
            await EndedAsync(ids[^1]);
        }

        JsonElement list = await _http.GetFromJsonAsync<JsonElement>("backtests");

        list.EnumerateArray().Select(job => job.GetProperty("id").GetString()).Should().BeEquivalentTo(ids.Skip(1));
        list.EnumerateArray().Should().OnlyContain(job => job.GetProperty("results").GetArrayLength() == 0);
        _sidecar.Keys.Should().NotContain(key => key.Contains(ids[0]));
    }

    [Fact]
    public async Task Find_FiguresThatCannotBeMadeAgain_IsAConflict()
    {
        string id = await StartAsync($$"""{"dataset":"{{Kaggle}}","strategies":["ema-cross"]}""");
        await EndedAsync(id);
        _sidecar.Change("backtest-results-" + id, stored => stored.Replace("\"signalCount\":", "\"signalCount\":1", StringComparison.Ordinal));

        (await _http.GetAsync("backtests/" + id)).StatusCode.Should().Be(HttpStatusCode.Conflict);
    }

    private async Task StartServiceAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["URLS"] = "http://127.0.0.1:0", ["DAPR_HTTP_ENDPOINT"] = _sidecar.Endpoint, ["Dataset:Folder"] = Samples.Folder, ["Dataset:Backtests:MaxKept"] = "5",
        });
        builder.AddServiceDefaults(AppIds.Dataset, DatasetJson.Default, BacktestJobJson.Default);
        builder.Logging.ClearProviders();
        builder.AddDataset();
        _app = builder.Build();
        _app.UseServiceDefaults();
        _app.MapBacktests();
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.First() + "/") };
    }

    private async Task StopServiceAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<string> StartAsync(string request)
    {
        using HttpResponseMessage response = await _http.PostAsync("backtests", Json(request));
        response.StatusCode.Should().Be(HttpStatusCode.Accepted);
        return await IdAsync(response);
    }

    private static async Task<string> IdAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;

    private async Task<BacktestJob> FindAsync(string id, string query = "") => (await _http.GetFromJsonAsync($"backtests/{id}{query}", BacktestJobJson.Default.BacktestJob))!;

    private async Task<BacktestJob> EndedAsync(string id)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var steps = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            BacktestJob job = await FindAsync(id);
            if (job.Ended) return job;
            await steps.WaitForNextTickAsync(limit.Token);
        }
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
