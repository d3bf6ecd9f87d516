using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

public sealed class CoolDownTests
{
    // Below 30 and back is a buy, above 70 and back a sell.
    private const double Low = 25, Mid = 50, High = 75;

    private static readonly IndicatorPoint Point = new()
    {
        N = 1, Time = 1_000, Open = 1, High = 1, Low = 1, Close = 100, Volume = 1, Source = "s", IngestedAt = 0,
    };

    [Theory]
    [InlineData(0, new long[] { 3, 5, 7, 12 })]
    [InlineData(1, new long[] { 3, 5, 7, 12 })]
    [InlineData(2, new long[] { 3, 12 })]
    [InlineData(4, new long[] { 3, 12 })]
    [InlineData(5, new long[] { 3 })]
    [InlineData(100, new long[] { 3 })]
    public void Evaluate_EventsInARow_NeedsThatManyQuietBarsBeforeASignal(int coolDown, long[] expected) =>
        SignalsOf(coolDown, Mid, Low, Mid, Low, Mid, Low, Mid, Mid, Mid, Mid, Low, Mid).Should().Equal(expected.Select(n => (n, Side.Buy)));

    [Fact]
    public void Evaluate_SuppressedEvents_ProlongTheCoolDown() =>
        SignalsOf(3, Low, Mid, Low, Mid, Low, Mid, Low, Mid, Mid, Mid, Low, Mid).Should().Equal(
            [(2, Side.Buy), (12, Side.Buy)], "5 bars after the first signal is no quiet time when there were events in between");

    [Fact]
    public void Evaluate_OtherSide_CoolsDownOnItsOwn() =>
        SignalsOf(10, Low, Mid, High, Mid, Low, Mid, High, Mid).Should().Equal((2, Side.Buy), (4, Side.Sell));

    [Fact]
    public void Evaluate_OtherStrategy_CoolsDownOnItsOwn()
    {
        IndicatorPoint[] points = [.. Points(Low, Mid, Low, Mid).Select(point => point with { Ema12 = point.Rsi14, Ema26 = 40 })];
        var signals = new List<TradingSignal>();

        new StrategySet(new StrategySettings { EmaCross = new CrossSettings { CoolDown = 50 } }).Evaluate(new IndicatorBatch("X", null, points), signals);

        signals.Select(s => s.Id).Should().Equal("X:2:rsi-recross", "X:2:ema-cross", "X:3:ema-cross", "X:4:rsi-recross");
    }

    [Fact]
    public void Evaluate_EventBelowTheLeastConfidence_IsNoneThatCools()
    {
        var settings = new StrategySettings { RsiRecross = new RsiRecrossSettings { CoolDown = 10, MinConfidence = 0.8 } };
        var signals = new List<TradingSignal>();

        new StrategySet(settings).Evaluate(new IndicatorBatch("X", null, Points(29, 31, 20, Mid)), signals);

        signals.Select(s => s.N).Should().Equal(4);
    }

    [Fact]
    public void IsSignal_PointsMissing_LooksAtThoseThereAre()
    {
        var set = new StrategySet(new StrategySettings { RsiRecross = new RsiRecrossSettings { CoolDown = 5 } });
        IReadOnlyList<IndicatorPoint> points = Points(Low, Mid, Mid, Low, Mid);
        var events = new List<TradingSignal>();
        set.Evaluate("X", points[3], points[4], events);

        set.IsSignal(events[0], points).Should().BeFalse();
        set.IsSignal(events[0], [points[0], .. points.Skip(2)]).Should().BeTrue("a step over a hole is none");
        set.IsSignal(events[0], [.. points.Skip(3)]).Should().BeTrue("what exists is enough");
    }

    public static TheoryData<string, string, int> Cases()
    {
        var cases = new TheoryData<string, string, int>();
        foreach (string strategy in StrategyCatalog.Names)
        {
            foreach (int coolDown in new[] { 1, 7, 100 })
            {
                cases.Add(strategy, "spy-daily", coolDown);
                cases.Add(strategy, "ibm-daily", coolDown);
            }
        }

        return cases;
    }

    /// <summary>The other way round: all events of the series first, then those that follow one of the same side too soon are crossed out.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Backtest_OfRealSeries_GivesTheEventsWithQuietBarsBefore(string strategy, string series, int coolDown)
    {
        IReadOnlyList<IndicatorPoint> points = GoldenPoints.Load(series);
        List<TradingSignal> events = Run(points, StrategyCatalog.Create(strategy, StrategySettings.Default)!);
        TradingSignal[] expected = [.. events.Where(each => !events.Exists(other => other.Side == each.Side && other.N < each.N && other.N >= each.N - coolDown))];

        List<TradingSignal> signals = Run(points, StrategyCatalog.Create(strategy, Everything(coolDown))!);
        var live = new List<TradingSignal>();
        new StrategySet(Everything(coolDown)).Evaluate(new IndicatorBatch("X", null, points), live);

        expected.Should().NotBeEmpty();
        signals.Select(s => (s.Id, s.Side, s.Confidence)).Should().Equal(expected.Select(s => (s.Id, s.Side, s.Confidence)));
        live.Where(s => s.Strategy == strategy).Select(s => s.Id).Should().Equal(expected.Select(s => s.Id));
        if (coolDown == 100 && strategy != SmaRegime.StrategyName)
            expected.Length.Should().BeLessThan(events.Count);
    }

    private static List<TradingSignal> Run(IReadOnlyList<IndicatorPoint> points, IStrategy strategy)
    {
        PriceBar[] bars = [.. points.Select(point => new PriceBar(point.Time, point.Open, point.High, point.Low, point.Close, point.Volume))];
        return [.. Backtester.Run("X", bars, points, strategy, new BacktestOptions()).Signals];
    }

    private static StrategySettings Everything(int coolDown) => new(
        new RsiRecrossSettings { CoolDown = coolDown }, new CrossSettings { CoolDown = coolDown }, new MacdCrossSettings { CoolDown = coolDown },
        new SmaRegimeSettings { Enabled = true, CoolDown = coolDown }, new BollingerReentrySettings { Enabled = true, CoolDown = coolDown },
        new CompositeVoteSettings { Enabled = true, CoolDown = coolDown }, new EmaCrossFastSettings { Enabled = true, CoolDown = coolDown });

    private static IReadOnlyList<IndicatorPoint> Points(params double[] rsi) => [.. rsi.Select((value, i) => Point with { N = i + 1, Rsi14 = value })];

    private static IEnumerable<(long N, Side Side)> SignalsOf(int coolDown, params double[] rsi)
    {
        var settings = new StrategySettings { RsiRecross = new RsiRecrossSettings { CoolDown = coolDown } };
        var signals = new List<TradingSignal>();
        new StrategySet(settings).Evaluate(new IndicatorBatch("X", null, Points(rsi)), signals);
        return signals.Select(signal => (signal.N, signal.Side));
    }
}
