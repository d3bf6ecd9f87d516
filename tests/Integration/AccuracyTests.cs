using System.Globalization;
using System.Text.Json;
using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Strategies;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>What the running system says about its own signals is what a backtest says about them.</summary>
[Collection(SharedSystem.Name)]
public sealed class AccuracyTests(SystemFixture fixture)
{
    private const int Bars = 900;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] Strategies = [RsiRecross.StrategyName, EmaCross.StrategyName, MacdCross.StrategyName];

    [Fact]
    public async Task Tallies_OfRealDailyBars_EqualTheBacktest()
    {
        string symbol = fixture.NewSymbol();
        IReadOnlyList<PriceBar> bars = Golden();
        ProducedBar[] produced = [.. bars.Select((bar, i) => new ProducedBar(
            symbol, bar.Open, bar.High, bar.Low, bar.Close, bar.Volume, bar.End / 1000.0) { Source = "golden", Sequence = i + 1 })];
        BacktestResult[] expected = [.. Strategies.Select(name => Backtester.Run(
            symbol, bars, StrategyCatalog.Create(name, StrategySettings.Default)!,
            new BacktestOptions { CommissionBps = 1, SlippageBps = 2, Horizons = [1, 5, 20, 60] }))];

        foreach (ProducedBar[] request in produced.Chunk(90))
            await fixture.Producer.SendAsync(request, CancellationToken.None);

        int signals = expected.Sum(result => result.Signals.Count);
        AccuracyReport report = await Eventually.GetAsync(
            ct => ReadAsync($"/api/accuracy?symbol={symbol}", ct), found => Followed(found) == signals && found.Rows.All(row => row.Horizon == 1 || row.BaseRate is not null), Limit,
            $"{signals} signals of {symbol} to be followed up");
        await fixture.Producer.PointsAsync(symbol, Bars, Limit);
        report = await ReadAsync($"/api/accuracy?symbol={symbol}", CancellationToken.None);

        (report.CommissionBps, report.SlippageBps).Should().Be((1, 2));
        report.Horizons.Should().Equal(1, 5, 20, 60);
        foreach (BacktestResult result in expected)
        {
            foreach (ForwardResult forward in result.Forward)
            {
                ShouldBe("both", forward.All);
                ShouldBe("buy", forward.Buys);
                ShouldBe("sell", forward.Sells);

                void ShouldBe(string side, HitStats stats)
                {
                    AccuracyRow row = report.Rows.Single(each => each.Strategy == result.Strategy && each.Horizon == forward.Horizon && each.Side == side);
                    (row.Symbol, row.N, row.Hits, row.HitRate, row.Low, row.High).Should().Be((symbol, stats.N, stats.Hits, stats.HitRate, stats.Low, stats.High));
                    (row.BaseRate ?? 0).Should().BeApproximately(stats.BaseRate ?? 0, 1e-12);
                    (row.MeanReturn ?? 0).Should().BeApproximately(stats.MeanReturn ?? 0, 1e-9);
                }
            }
        }

        AccuracyReport totals = await Eventually.GetAsync(
            ct => ReadAsync("/api/accuracy?horizon=20&strategy=macd-cross", ct), found => found.Rows.Sum(row => row.N) > 0, Limit, "totals over all symbols");
        totals.Rows.Should().OnlyContain(row => row.Symbol == "all" && row.Horizon == 20 && row.Strategy == MacdCross.StrategyName);
    }

    [Fact]
    public async Task Signals_WhileACandleIsForming_AreThoseOfTheClosedBarsSoFar()
    {
        string symbol = fixture.NewSymbol();
        ProducedBar[] bars = Series.RandomWalk(symbol, 240, seed: 5);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (ProducedBar[] part in bars.Chunk(40))
        {
            await fixture.Producer.SendAsync(part, CancellationToken.None);
            int count = (int)part[^1].Sequence;
            IndicatorPoint[] points = [.. (await fixture.Producer.PointsAsync(symbol, count, Limit)).Select(point => point.Deserialize(ContractsJson.Default.IndicatorPoint)!)];
            var expected = new List<TradingSignal>();
            new StrategySet(StrategySettings.Default).Evaluate(new IndicatorBatch(symbol, null, points), expected);

            JsonElement found = await Eventually.GetAsync(
                ct => fixture.Producer.GetAsync($"/api/signals?symbol={symbol}&limit=1000", ct), list => list.GetArrayLength() >= expected.Count, Limit, "the signals");
            JsonElement candle = (await fixture.Producer.GetAsync($"/api/symbols/{symbol}/candles?interval=1d&limit=10", CancellationToken.None)).EnumerateArray().Last();

            candle.GetProperty("lastN").GetInt64().Should().Be(count, "the day's candle is still forming");
            string[] ids = [.. found.EnumerateArray().Select(signal => signal.GetProperty("id").GetString()!)];
            ids.Should().BeEquivalentTo(expected.Select(signal => signal.Id), "only closed bars decide");
            known.IsSubsetOf(ids).Should().BeTrue("no later bar takes a signal back");
            known.UnionWith(ids);
        }

        known.Should().NotBeEmpty();
    }

    private static long Followed(AccuracyReport report) => report.Rows.Where(row => row is { Horizon: 1, Side: "both" }).Sum(row => row.N + row.Pending);

    private static IReadOnlyList<PriceBar> Golden() =>
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Golden", "spy-daily.csv")).Skip(1).Take(Bars).Select(line => line.Split(',')).Select(row => new PriceBar(
            DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds(),
            Number(row[1]), Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5]))),
    ];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private async Task<AccuracyReport> ReadAsync(string path, CancellationToken cancellationToken) =>
        (await fixture.Producer.GetAsync(path, cancellationToken)).Deserialize(ContractsJson.Default.AccuracyReport)!;
}
