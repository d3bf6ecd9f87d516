using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

/// <summary>SMA regime, Bollinger re-entry, composite vote, and the filters of RSI and MACD.</summary>
public sealed class MoreStrategiesTests
{
    private static readonly IndicatorPoint Warm = new()
    {
        N = 41, Time = 1_000, Open = 100, High = 101, Low = 99, Close = 100, Volume = 10, Source = "s", IngestedAt = 5,
        Sma50 = 100, Sma200 = 100, Ema12 = 100, Ema26 = 100, Rsi14 = 50, Macd = 0, MacdSignal = 0, MacdHistogram = 0, Atr14 = 2,
        BbUpper = 104, BbMiddle = 100, BbLower = 96, Vwap = 100, VolumeSma20 = 10,
    };

    private readonly IStrategy _regime = new SmaRegime(new SmaRegimeSettings());
    private readonly IStrategy _bands = new BollingerReentry(new BollingerReentrySettings());
    private readonly IStrategy _vote = new CompositeVote(new CompositeVoteSettings());

    /// <summary>Buys and sells counted by a script of its own over the reference values.</summary>
    [Theory]
    [InlineData("spy-daily", SmaRegime.StrategyName, 12, 11)]
    [InlineData("ibm-daily", SmaRegime.StrategyName, 23, 23)]
    [InlineData("spy-daily", BollingerReentry.StrategyName, 148, 126)]
    [InlineData("ibm-daily", BollingerReentry.StrategyName, 144, 124)]
    [InlineData("spy-daily", CompositeVote.StrategyName, 550, 376)]
    [InlineData("ibm-daily", CompositeVote.StrategyName, 446, 403)]
    public void Evaluate_DailyBars_FindsEveryEvent(string series, string strategy, int buys, int sells) =>
        Count(GoldenPoints.Load(series), StrategyCatalog.Create(strategy, StrategySettings.Default)!).Should().Be((buys, sells));

    [Theory]
    [InlineData("spy-daily", MacdZeroSide.Any, 252, 251)]
    [InlineData("spy-daily", MacdZeroSide.Trend, 134, 54)]
    [InlineData("spy-daily", MacdZeroSide.Reversal, 118, 197)]
    [InlineData("ibm-daily", MacdZeroSide.Trend, 87, 70)]
    [InlineData("ibm-daily", MacdZeroSide.Reversal, 130, 147)]
    public void MacdCross_ZeroSide_KeepsTheCrossingsOfThatSide(string series, MacdZeroSide side, int buys, int sells) =>
        Count(GoldenPoints.Load(series), new MacdCross(new MacdCrossSettings { ZeroSide = side })).Should().Be((buys, sells));

    [Theory]
    [InlineData("spy-daily", true, 0, 13, 1)]
    [InlineData("ibm-daily", true, 0, 8, 9)]
    [InlineData("spy-daily", false, 2, 52, 84)]
    [InlineData("ibm-daily", false, 2, 68, 80)]
    [InlineData("spy-daily", false, 10, 37, 52)]
    [InlineData("ibm-daily", false, 10, 50, 51)]
    [InlineData("spy-daily", false, 20, 31, 38)]
    [InlineData("ibm-daily", false, 20, 41, 45)]
    public void RsiRecross_Filters_KeepWhatPassesThem(string series, bool trendFilter, double hysteresis, int buys, int sells) =>
        Count(GoldenPoints.Load(series), new RsiRecross(new RsiRecrossSettings { TrendFilter = trendFilter, Hysteresis = hysteresis }))
            .Should().Be((buys, sells));

    [Theory]
    [InlineData(101.0, true)]
    [InlineData(99.0, false)]
    [InlineData(null, false)]
    public void RsiRecross_TrendFilter_WantsAKnownTrend(double? close, bool expected)
    {
        IndicatorPoint now = Warm with { Rsi14 = 31, Close = close ?? 101, Sma200 = close is null ? null : 100 };

        (new RsiRecross(new RsiRecrossSettings { TrendFilter = true }).Evaluate("A", Warm with { Rsi14 = 29 }, now) is not null).Should().Be(expected);
    }

    [Fact]
    public void SmaRegime_GoldenCrossWithEverythingBehindIt_IsCertainAndExplainsItself()
    {
        TradingSignal signal = _regime.Evaluate("ACME", Warm with { Sma50 = 99.5 }, Warm with { Sma50 = 100.5, Sma200 = 100.25, Close = 103 })!;

        (signal.Id, signal.Side, signal.Confidence).Should().Be(("ACME:41:sma-regime", Side.Buy, 1));
        signal.Reasons.Should().Equal(
            "SMA(50) 100.50 crossed above SMA(200) 100.25", "SMA(200) rises by 0.25 a bar; close 103.00 is above both averages");
    }

    [Theory]
    [InlineData(100.25, 99.0, 0.7)]
    [InlineData(99.75, 103.0, 0.7)]
    [InlineData(99.75, 99.0, 0.4)]
    public void SmaRegime_SlopeAndPlace_CountSeparately(double longNow, double close, double expected) =>
        _regime.Evaluate("A", Warm with { Sma50 = 99.5 }, Warm with { Sma50 = 100.5, Sma200 = longNow, Close = close })!
            .Confidence.Should().BeApproximately(expected, 1e-9);

    [Fact]
    public void SmaRegime_SlopeRequired_LeavesOutCrossingsAgainstIt()
    {
        var strict = new SmaRegime(new SmaRegimeSettings { RequireSlope = true });

        strict.Evaluate("A", Warm with { Sma50 = 99.5 }, Warm with { Sma50 = 100.5, Sma200 = 99.75 }).Should().BeNull();
        strict.Evaluate("A", Warm with { Sma50 = 100.5 }, Warm with { Sma50 = 99.5, Sma200 = 99.75 })!.Side.Should().Be(Side.Sell);
    }

    [Theory]
    [InlineData(95.5, 96.0, Side.Buy)]
    [InlineData(95.5, 95.9, null)]
    [InlineData(96.0, 97.0, null)]
    [InlineData(105.0, 104.0, Side.Sell)]
    [InlineData(104.0, 103.0, null)]
    public void BollingerReentry_Step_IsAnEventOnlyOnTheWayBack(double before, double after, Side? expected) =>
        (_bands.Evaluate("A", Warm with { Close = before }, Warm with { Close = after })?.Side).Should().Be(expected);

    [Fact]
    public void BollingerReentry_Buy_ExplainsItself()
    {
        TradingSignal signal = _bands.Evaluate("ACME", Warm with { Close = 95.5 }, Warm with { Close = 97 })!;

        // 0.5 below a band of deviation 2 is a quarter of a deviation: half strength; the close is below SMA 200.
        signal.Confidence.Should().BeApproximately(0.3 + 0.4 * 0.5, 1e-9);
        signal.Reasons.Should().Equal(
            "close 97.00 returned above the lower Bollinger band 96.00; the close before, 95.50, lay 0.25 deviations outside",
            "the bands are 4.0 ATR apart", "close 97.00 is below SMA(200) 100.00: against the long trend");
    }

    [Theory]
    [InlineData(1.0, false)]
    [InlineData(4.1, false)]
    [InlineData(2.0, true)]
    public void BollingerReentry_BandWidth_MustLieWithinTheLimits(double range, bool expected) =>
        (_bands.Evaluate("A", Warm with { Close = 95 }, Warm with { Close = 97, Atr14 = range }) is not null).Should().Be(expected);

    [Fact]
    public void CompositeVote_ThirdFamilyJoins_IsASignalWithTheShareAsConfidence()
    {
        IndicatorPoint two = Warm with { Ema12 = 101, Rsi14 = 60 };
        IndicatorPoint three = two with { Close = 103 };

        TradingSignal signal = _vote.Evaluate("ACME", two, three)!;

        (signal.Side, signal.Confidence).Should().Be((Side.Buy, 0.75));
        signal.Reasons.Should().Equal(
            "votes +3 of 4, after +2; the threshold is 3", "trend for a rise: EMA(12) 101.00, EMA(26) 100.00", "momentum for a rise: RSI(14) 60.0",
            "volatility for a rise: close 103.00, middle band 100.00", "volume abstains: 10 traded, on the mean of 20 bars 10; open 100.00");
        _vote.Evaluate("ACME", three, three with { Volume = 11 }).Should().BeNull("the fourth vote adds no event");
    }

    [Theory]
    [InlineData(11.0, 101.0, Side.Buy)]
    [InlineData(11.0, 99.0, Side.Sell)]
    [InlineData(11.0, 100.0, null)]
    [InlineData(10.0, 101.0, null)]
    [InlineData(9.0, 99.0, null)]
    public void CompositeVote_Volume_IsTheDirectionOfABarWithMoreThanUsual(double volume, double close, Side? expected)
    {
        var only = new CompositeVote(new CompositeVoteSettings { Threshold = 1, TrendWeight = 0, MomentumWeight = 0, VolatilityWeight = 0 });

        (only.Evaluate("A", Warm, Warm with { Volume = volume, Close = close })?.Side).Should().Be(expected);
        only.Evaluate("A", Warm, Warm with { Volume = volume, Close = close, VolumeSma20 = null }).Should().BeNull();
    }

    [Fact]
    public void CompositeVote_OneFamilyHoweverStrong_HasOneVote()
    {
        IndicatorPoint strong = Warm with { Ema12 = 150, Ema26 = 100, Macd = 50, MacdHistogram = 20 };

        _vote.Evaluate("A", Warm, strong).Should().BeNull();
    }

    [Fact]
    public void CompositeVote_Weights_DecideWhatCounts()
    {
        var onlyTrend = new CompositeVote(new CompositeVoteSettings { Threshold = 1, MomentumWeight = 0, VolatilityWeight = 0, VolumeWeight = 0 });

        onlyTrend.Evaluate("A", Warm, Warm with { Ema12 = 99 })!.Should().Match<TradingSignal>(s => s.Side == Side.Sell && s.Confidence == 1);
        onlyTrend.Evaluate("A", Warm, Warm with { Rsi14 = 90 }).Should().BeNull();
    }

    [Fact]
    public void Strategies_AnIndicatorWarmingUp_AreSilent()
    {
        IndicatorPoint before = Warm with { Sma50 = 99, Close = 95 }, now = Warm with { Sma50 = 101, Ema12 = 101, Rsi14 = 60, Close = 103 };

        foreach (IStrategy strategy in new[] { _regime, _bands, _vote })
        {
            IndicatorPoint Cold(IndicatorPoint point) => point with { Sma200 = null, BbUpper = null, BbLower = null };
            strategy.Evaluate("A", before, now).Should().NotBeNull(strategy.Name);
            strategy.Evaluate("A", Cold(before), now).Should().BeNull(strategy.Name);
            strategy.Evaluate("A", before, Cold(now)).Should().BeNull(strategy.Name);
        }
    }

    [Fact]
    public void Strategies_SeriesStandsStill_AreSilent()
    {
        IndicatorPoint before = Warm with { Sma50 = 99, Close = 95, Unchanged = 14 }, now = Warm with { Sma50 = 101, Ema12 = 101, Rsi14 = 60, Close = 103 };

        new[] { _regime, _bands, _vote }.Select(s => s.Evaluate("A", before, now)).Should().AllSatisfy(s => s.Should().BeNull());
    }

    private static (int Buys, int Sells) Count(IReadOnlyList<IndicatorPoint> points, IStrategy strategy)
    {
        TradingSignal?[] all = [.. points.Zip(points.Skip(1), (before, now) => strategy.Evaluate("X", before, now))];
        Side[] sides = [.. all.OfType<TradingSignal>().Where(each => LookBack.IsSignal(strategy, each, points)).Select(each => each.Side)];
        return (sides.Count(s => s == Side.Buy), sides.Count(s => s == Side.Sell));
    }
}
