using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Backtesting;

/// <summary>What happened must not change because more is known.</summary>
public sealed class LookAheadTests
{
    private static readonly BacktestOptions Options = new() { CommissionBps = 1, SlippageBps = 2, AllowShort = true };

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string strategy in StrategyCatalog.Names)
        {
            foreach (string series in new[] { "spy-daily", "ibm-daily", "aapl-minute", "random-1", "random-2", "random-3" })
                cases.Add(strategy, series);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Run_OnAPrefix_IsAPrefixOfTheRunOnAll(string strategy, string series)
    {
        IReadOnlyList<PriceBar> bars = Series(series);
        BacktestResult all = Run(bars, strategy);
        all.Signals.Should().NotBeEmpty();

        foreach (int length in new[] { 1, bars.Count / 3, bars.Count - 1, (int)all.Signals[all.Signals.Count / 2].N })
        {
            BacktestResult prefix = Run([.. bars.Take(length)], strategy);

            prefix.Signals.Select(Describe).SequenceEqual(all.Signals.Where(s => s.N <= length).Select(Describe)).Should().BeTrue("length {0}", length);
            prefix.EquityCurve.SequenceEqual(all.EquityCurve.Take(length)).Should().BeTrue("length {0}", length);
            prefix.Trades.Where(t => !t.IsOpen).SequenceEqual(all.Trades.Where(t => t.ExitN <= length)).Should().BeTrue("length {0}", length);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Run_EveryFill_IsAfterItsSignal(string strategy, string series)
    {
        IReadOnlyList<PriceBar> bars = Series(series);

        BacktestResult result = Run(bars, strategy);

        HashSet<long> signals = [.. result.Signals.Select(signal => signal.N)];
        result.Ruined.Should().BeFalse();
        result.Trades.Should().NotBeEmpty().And.OnlyContain(trade =>
            trade.EntryN == trade.SignalN + 1 && signals.Contains(trade.SignalN) && (trade.IsOpen || signals.Contains(trade.ExitN!.Value - 1))
            && Math.Abs(trade.EntryPrice - bars[(int)trade.EntryN - 1].Open * (trade.Side == Side.Buy ? 1.0002 : 0.9998)) < 1e-9);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Run_FormingBar_NeverSignals(string strategy, string series)
    {
        IReadOnlyList<PriceBar> bars = Series(series);
        int signal = (int)Run(bars, strategy).Signals[0].N;
        BacktestOptions now = Options with { AsOf = bars[signal - 1].End - 1 };

        BacktestResult forming = Backtester.Run("A", [.. bars.Take(signal)], StrategyCatalog.Create(strategy, StrategySettings.Default)!, now);
        BacktestResult over = Backtester.Run(
            "A", [.. bars.Take(signal)], StrategyCatalog.Create(strategy, StrategySettings.Default)!, now with { AsOf = now.AsOf + 1 });

        (forming.Signals.Count, forming.Bars, forming.FormingBars).Should().Be((0, signal - 1, 1));
        (over.Signals.Count, over.Bars, over.FormingBars).Should().Be((1, signal, 0));
    }

    [Fact]
    public void Run_BarsOutOfOrder_Throws()
    {
        IReadOnlyList<PriceBar> bars = [.. History.Random(1, 5).Reverse()];

        FluentActions.Invoking(() => Run(bars, RsiRecross.StrategyName)).Should().Throw<ArgumentException>().WithMessage("Bar 2 of A ends at*");
    }

    private static BacktestResult Run(IReadOnlyList<PriceBar> bars, string strategy) =>
        Backtester.Run("A", bars, StrategyCatalog.Create(strategy, StrategySettings.Default)!, Options);

    private static IReadOnlyList<PriceBar> Series(string name) =>
        name.StartsWith("random-", StringComparison.Ordinal) ? History.Random(name[^1] - '0', 3_000) : History.Load(name);

    private static (string Id, Side Side, double Confidence) Describe(TradingSignal signal) => (signal.Id, signal.Side, signal.Confidence);
}
