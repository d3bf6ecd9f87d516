using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Strategies;
using DaprTrading.Tests.Unit.Testing;

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

    /// <summary>Every prefix of the first two years of two stocks and of a day of minutes; with the defaults, and with everything that looks back.</summary>
    [Theory]
    [InlineData("spy-daily", false)]
    [InlineData("spy-daily", true)]
    [InlineData("ibm-daily", false)]
    [InlineData("ibm-daily", true)]
    [InlineData("aapl-minute", false)]
    [InlineData("aapl-minute", true)]
    public void Run_OnEveryPrefix_IsAPrefixOfTheRunOnAll(string series, bool looksBack)
    {
        PriceBar[] bars = [.. History.Load(series).Take(600)];
        StrategySettings settings = looksBack ? LookingBack(20) : StrategySettings.Default;

        foreach (string strategy in StrategyCatalog.Names)
            CheckPrefixes(bars, StrategyCatalog.Create(strategy, settings)!, Enumerable.Range(1, bars.Length));
    }

    [Fact]
    public void Run_OnEveryPrefixOfRandomSeries_IsAPrefixOfTheRunOnAll() => Schedules.Run(10, random =>
    {
        PriceBar[] bars = [.. History.Random(random.Next(), random.Next(250, 400))];
        StrategySettings settings = random.Next(3) == 0 ? StrategySettings.Default : LookingBack(random.Next(0, 101));

        foreach (string strategy in StrategyCatalog.Names)
            CheckPrefixes(bars, StrategyCatalog.Create(strategy, settings)!, Enumerable.Range(1, bars.Length));
    });

    [Fact]
    public void Run_OnPrefixesOfAnyLength_IsAPrefixOfTheRunOnAll() => Schedules.Run(10, random =>
    {
        IReadOnlyList<PriceBar> bars = History.Load(random.Next(2) == 0 ? "spy-daily" : "ibm-daily");
        StrategySettings settings = LookingBack(random.Next(0, 101));

        foreach (string strategy in StrategyCatalog.Names)
            CheckPrefixes([.. bars], StrategyCatalog.Create(strategy, settings)!, Enumerable.Range(0, 4).Select(_ => random.Next(1, bars.Count + 1)));
    });

    /// <summary>The test itself must be able to fail.</summary>
    [Fact]
    public void Run_OfAStrategyThatKnowsTheNextBar_IsFound()
    {
        PriceBar[] bars = [.. History.Random(1, 300)];

        FluentActions.Invoking(() => CheckPrefixes(bars, new Peeking(), Enumerable.Range(1, bars.Length))).Should().Throw<InvalidOperationException>();
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

    private static void CheckPrefixes(PriceBar[] bars, IStrategy strategy, IEnumerable<int> lengths)
    {
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(bars);
        BacktestResult all = Backtester.Run("A", bars, points, strategy, Options);
        (string, Side, double)[] signals = [.. all.Signals.Select(Describe)];
        foreach (int length in lengths)
        {
            PriceBar[] part = bars[..length];
            IReadOnlyList<IndicatorPoint> known = PointSeries.Of(part);
            BacktestResult prefix = Backtester.Run("A", part, known, strategy, Options);
            string what = $"{strategy.Name} on the first {length} of {bars.Length} bars";

            Schedules.Check(known[^1] == points[length - 1], $"{what}: the indicators differ");
            Schedules.Check(prefix.Signals.Select(Describe).SequenceEqual(signals.Take(all.Signals.TakeWhile(s => s.N <= length).Count())), $"{what}: the signals differ");
            Schedules.Check(prefix.EquityCurve.SequenceEqual(all.EquityCurve.Take(length)), $"{what}: the account differs");
            Schedules.Check(prefix.Trades.Where(t => !t.IsOpen).SequenceEqual(all.Trades.Where(t => t.ExitN <= length)), $"{what}: the trades differ");
        }
    }

    private static StrategySettings LookingBack(int coolDown) => new(
        new RsiRecrossSettings(Oversold: 40, Overbought: 60, Hysteresis: 5, CoolDown: coolDown), new CrossSettings(CoolDown: coolDown),
        new MacdCrossSettings(ZeroSide: MacdZeroSide.Any, CoolDown: coolDown), new SmaRegimeSettings(CoolDown: coolDown), new BollingerReentrySettings(CoolDown: coolDown),
        new CompositeVoteSettings(CoolDown: coolDown), new EmaCrossFastSettings(CoolDown: coolDown));

    /// <summary>Buys where the last point that exists is higher than where it stands.</summary>
    private sealed class Peeking : IStrategy
    {
        public string Name => "peeking";

        public int ArmingBars => 1;

        public TradingSignal? Evaluate(string symbol, IndicatorPoint previous, IndicatorPoint current) =>
            new($"{symbol}:{current.N}:{Name}", symbol, Side.Buy, Name, 1, current.Close, current.N, current.Time, [], "s", 0);

        public bool IsArmed(Side side, IReadOnlyList<IndicatorPoint> points, int at) => points[^1].Close > points[at].Close;
    }

    private static BacktestResult Run(IReadOnlyList<PriceBar> bars, string strategy) =>
        Backtester.Run("A", bars, StrategyCatalog.Create(strategy, StrategySettings.Default)!, Options);

    private static IReadOnlyList<PriceBar> Series(string name) =>
        name.StartsWith("random-", StringComparison.Ordinal) ? History.Random(name[^1] - '0', 3_000) : History.Load(name);

    private static (string Id, Side Side, double Confidence) Describe(TradingSignal signal) => (signal.Id, signal.Side, signal.Confidence);
}
