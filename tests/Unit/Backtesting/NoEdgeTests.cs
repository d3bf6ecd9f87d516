using System.Globalization;
using DaprTrading.Backtesting;
using DaprTrading.Generator;
using DaprTrading.Generator.Simulation;
using DaprTrading.Strategies;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Unit.Backtesting;

/// <summary>
/// On independent draws nothing can be known: the next open and every later close have nothing to do with what came before. A report that showed
/// an edge there would look into the future or count wrongly.
/// </summary>
public sealed class NoEdgeTests(ITestOutputHelper output)
{
    private const int Symbols = 30, Bars = 8_000;
    private static readonly BacktestOptions Free = new();

    // Prices that always return to 1000 keep RSI near 50: with the default marks it would give no signal at all.
    private static readonly StrategySettings Settings = new(rsiRecross: new RsiRecrossSettings(Oversold: 48, Overbought: 52));

    [Fact]
    public void HitRates_OnIndependentDraws_HoldTheBaseRateAsOftenAsTheyPromise()
    {
        int all = 0, misses = 0;
        var table = new List<string>();
        foreach (string strategy in StrategyCatalog.Names)
        {
            BacktestResult[] results = [.. Enumerable.Range(0, Symbols).Select(i => Run(i, strategy, Free))];
            HitStats[] stats = [.. results.SelectMany(result => result.Forward).SelectMany(forward => new[] { forward.Buys, forward.Sells }).Where(each => each.N >= 20)];
            int missed = stats.Count(each => each.BaseRate < each.Low || each.BaseRate > each.High);
            (all, misses) = (all + stats.Length, misses + missed);

            // All symbols together: the rate of as many tosses of a coin, within four deviations.
            HitStats[] next = [.. results.SelectMany(result => new[] { result.Forward[0].Buys, result.Forward[0].Sells })];
            int n = next.Sum(each => each.N), hits = next.Sum(each => each.Hits);
            double rate = (double)hits / n;
            Math.Abs(rate - 0.5).Should().BeLessThan(4 * 0.5 / Math.Sqrt(n), "{0} knows nothing of the next bar", strategy);
            (double low, double high) = Wilson.Interval(hits, n);
            table.Add(string.Create(CultureInfo.InvariantCulture, $"| `{strategy}` | {n} | {rate * 100:0.0} ({low * 100:0.0}–{high * 100:0.0}) | {missed} of {stats.Length} |"));
        }

        table.ForEach(output.WriteLine);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{misses} of {all} intervals miss their base rate: {100.0 * misses / all:0.0} %"));
        all.Should().BeGreaterThan(800);
        // One in twenty by chance; outcomes of longer horizons share bars, so a little room.
        ((double)misses / all).Should().BeInRange(0.02, 0.08);
    }

    [Fact]
    public void Trading_OnIndependentDraws_LosesWhatItCosts()
    {
        var costly = new BacktestOptions { CommissionBps = 10, SlippageBps = 10, AllowShort = true };
        foreach (string strategy in StrategyCatalog.Names)
        {
            double[] results = [.. Enumerable.Range(0, 5).Select(i => Run(i, strategy, costly).Equity.TotalReturn)];

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{strategy}: {string.Join(' ', results.Select(result => $"{result:0.00}"))}"));
            results.Average().Should().BeNegative("{0} pays 40 bp a round trip for nothing", strategy);
        }
    }

    private static BacktestResult Run(int symbol, string strategy, BacktestOptions options)
    {
        var market = new Market(new GeneratorOptions { Symbols = $"N{symbol}", Seed = 20, Plain = true }, "run");
        var bars = new PriceBar[Bars];
        for (int i = 0; i < bars.Length; i++)
        {
            SimulatedBar bar = market.NextSymbol().Next().Bar;
            bars[i] = new PriceBar((i + 1) * 60_000L, bar.Open, bar.High, bar.Low, bar.Close, bar.Volume);
        }

        return Backtester.Run($"N{symbol}", bars, StrategyCatalog.Create(strategy, Settings)!, options);
    }
}
