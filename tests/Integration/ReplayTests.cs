using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.MarketData;
using DaprTrading.Strategies;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>The shipped data through the whole running system: what comes out is what a backtest says, whatever happens to the service that sends it.</summary>
public sealed class ReplayTests(SystemFixture fixture) : IClassFixture<SystemFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private Producer Producer => fixture.Producer;

    [Fact]
    public async Task Replay_OfTheShippedHistoryBesideLiveBarsAndAgain_GivesTheSignalsOfTheBacktest()
    {
        StrategySettings settings = await EnableEverythingAsync();
        using var ending = new CancellationTokenSource();
        Task live = SendLiveAsync("IBM", ending.Token);
        await Producer.PointsAsync("IBM", 50, Limit);

        string first = await StartAsync("""{"datasets":["SPY","IBM"]}""");
        await CheckAsync(first, settings, ("SPY", "SPY"), ("IBM", "IBM.R2"));
        string second = await StartAsync("""{"dataset":"SPY"}""");
        await CheckAsync(second, settings, ("SPY", "SPY.R2"));

        await ending.CancelAsync();
        await live;
        (await Producer.LastNAsync("SPY", CancellationToken.None)).Should().Be(BarsOf("SPY").Count, "the second replay has a series of its own");
    }

    private async Task CheckAsync(string id, StrategySettings settings, params (string Symbol, string Name)[] series)
    {
        JsonElement replay = await CompletedAsync(id);
        replay.GetProperty("state").GetString().Should().Be("completed");
        replay.GetProperty("series").EnumerateArray().Select(one => (one.GetProperty("symbol").GetString()!, one.GetProperty("name").GetString()!))
            .Should().BeEquivalentTo(series);
        foreach ((string symbol, string name) in series)
        {
            IReadOnlyList<PriceBar> bars = BarsOf(symbol);
            await Producer.PointsAsync(name, bars.Count, Limit);
            foreach (string strategy in StrategyCatalog.Names)
            {
                IReadOnlyList<TradingSignal> expected = Backtester.Run(name, bars, StrategyCatalog.Create(strategy, settings)!, new BacktestOptions()).Signals;
                expected.Should().NotBeEmpty();

                IReadOnlyList<JsonElement> live = await SignalsAsync(name, strategy, bars[bars.Count / 2].End, expected.Count);

                live.Select(Describe).Should().Equal(expected.Select(Describe), "these are the {0} signals of {1}", strategy, name);
                live.Should().OnlyContain(signal => signal.GetProperty("source").GetString() == "replay-" + id);
            }
        }
    }

    // A market that goes on as the generator's does: ten bars at once, five times a second.
    private async Task SendLiveAsync(string symbol, CancellationToken cancellationToken)
    {
        var random = new Random(5);
        double price = 100;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            do
            {
                double now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
                ProducedBar[] bars = [.. Enumerable.Range(0, 10).Select(_ => Next(now))];
                await Producer.SendAsync(bars, cancellationToken);
            }
            while (await ticks.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The test has seen enough.
        }

        ProducedBar Next(double now)
        {
            double open = price;
            price *= 1 + ((random.NextDouble() - 0.5) / 100);
            return new ProducedBar(symbol, open, Math.Max(open, price), Math.Min(open, price), price, 10, now);
        }
    }

    [Fact]
    public async Task Replay_ServiceKilledInTheMiddle_LosesAndDoublesNoBar()
    {
        IReadOnlyList<PriceBar> bars = BarsOf("AAPL-20140605");
        string id = await StartAsync("""{"dataset":"AAPL-20140605","barsPerSecond":150}""");

        for (int kill = 1; kill <= 2; kill++)
        {
            long reached = kill * 150;
            await Eventually.GetAsync(ct => ReplayAsync(id, ct), replay => replay.GetProperty("position").GetInt64() >= reached, Limit, $"bar {reached}");
            await fixture.System.KillAsync("dataset", 0, CancellationToken.None);
        }

        JsonElement replay = await CompletedAsync(id);
        (replay.GetProperty("position").GetInt64(), replay.GetProperty("total").GetInt64()).Should().Be((bars.Count, bars.Count));
        IReadOnlyList<JsonElement> points = await Producer.PointsAsync("AAPL", bars.Count, Limit);
        points.Select(point => (point.GetProperty("time").GetInt64(), point.GetProperty("close").GetDouble(), point.GetProperty("volume").GetDouble()))
            .Should().Equal(bars.Select(bar => (bar.End, bar.Close, bar.Volume)));
        points.Should().OnlyContain(point => point.GetProperty("source").GetString() == "replay-" + id);
        (await Producer.LastNAsync("AAPL", CancellationToken.None)).Should().Be(bars.Count);
    }

    private static IReadOnlyList<PriceBar> BarsOf(string dataset)
    {
        string file = Path.Combine(ProjectPaths.Root, "services", "Dataset", "data", dataset + ".csv");
        return MarketSeries.Of(MarketFiles.Read([file], ReadSettings.Default, new ReadLimits(), CancellationToken.None)).Values.Single();
    }

    private static (string Id, string Side, double Confidence, double Price, long N, long Time, string Reasons) Describe(TradingSignal signal) =>
        (signal.Id, signal.Side == Side.Buy ? "buy" : "sell", signal.Confidence, signal.Price, signal.N, signal.BarTime, string.Join('\n', signal.Reasons));

    private static (string Id, string Side, double Confidence, double Price, long N, long Time, string Reasons) Describe(JsonElement signal) =>
        (signal.GetProperty("id").GetString()!, signal.GetProperty("side").GetString()!, signal.GetProperty("confidence").GetDouble(),
            signal.GetProperty("price").GetDouble(), signal.GetProperty("n").GetInt64(), signal.GetProperty("barTime").GetInt64(),
            string.Join('\n', signal.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString())));

    /// <summary>Switches every strategy on and waits until that decides what comes in.</summary>
    private async Task<StrategySettings> EnableEverythingAsync()
    {
        JsonNode settings = JsonNode.Parse((await Producer.GetAsync("/api/strategies", CancellationToken.None)).GetRawText())!;
        foreach (JsonObject strategy in settings.AsObject().Select(pair => pair.Value).OfType<JsonObject>().Where(part => part.ContainsKey("enabled")))
            strategy["enabled"] = true;
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        using HttpResponseMessage response = await http.PutAsJsonAsync(new Uri(fixture.System.Dashboard, "/api/strategies"), settings);
        response.EnsureSuccessStatusCode();
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        long from = answer.GetProperty("effectiveFrom").GetInt64();
        await Eventually.GetAsync(
            _ => Task.FromResult(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), now => now >= from, Limit, "the settings to be in force");
        return answer.Deserialize<StrategySettings>(JsonSerializerOptions.Web)!;
    }

    private async Task<string> StartAsync(string request)
    {
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        using var body = new StringContent(request, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await http.PostAsync(new Uri(fixture.System.Dashboard, "/api/replays"), body);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task<JsonElement> CompletedAsync(string id) => await Eventually.GetAsync(
        ct => ReplayAsync(id, ct), replay => replay.GetProperty("state").GetString() is "completed" or "failed", Limit, "the replay to end");

    /// <summary>Answers an empty replay while the service is away.</summary>
    private async Task<JsonElement> ReplayAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await Producer.GetAsync("/api/replays/" + id, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return JsonDocument.Parse("""{"state":"unknown","position":0}""").RootElement;
        }
    }

    /// <summary>All logged signals of a strategy on a symbol, once they are as many as expected, by their bar. The two halves fit into an answer each.</summary>
    private async Task<IReadOnlyList<JsonElement>> SignalsAsync(string symbol, string strategy, long middle, int count) => await Eventually.GetAsync(
        async ct =>
        {
            string query = $"/api/signals?symbol={symbol}&strategy={strategy}&limit=1000";
            JsonElement first = await Producer.GetAsync($"{query}&until={middle}", ct), second = await Producer.GetAsync($"{query}&since={middle + 1}", ct);
            return (JsonElement[])[.. first.EnumerateArray().Concat(second.EnumerateArray()).OrderBy(signal => signal.GetProperty("n").GetInt64())];
        },
        found => found.Length >= count, Limit, $"{count} {strategy} signals of {symbol}");
}
