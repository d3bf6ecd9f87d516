using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

public sealed class StrategyTests
{
    private static readonly IndicatorPoint Warm = new()
    {
        N = 41, Time = 1_000, Open = 100, High = 101, Low = 99, Close = 100, Volume = 10, Source = "s", IngestedAt = 5,
        Sma200 = 90, Ema12 = 100, Ema26 = 100, Rsi14 = 50, Macd = 0, MacdSignal = 0, MacdHistogram = 0, Atr14 = 2,
    };

    private readonly IStrategy _rsi = new RsiRecross(new RsiRecrossSettings());
    private readonly IStrategy _ema = new EmaCross(new CrossSettings());
    private readonly IStrategy _macd = new MacdCross(new MacdCrossSettings { ZeroSide = MacdZeroSide.Any });

    /// <summary>Counted by a script of its own over the reference values.</summary>
    [Theory]
    [InlineData("spy-daily", 162, 57, 182, 91, 188, 134)]
    [InlineData("ibm-daily", 169, 77, 199, 100, 157, 87)]
    public void Evaluate_DailyBars_FindsEveryEvent(string name, int rsi, int rsiBuys, int ema, int emaBuys, int macd, int macdBuys)
    {
        var signals = new List<TradingSignal>();
        new StrategySet(StrategySettings.Default).Evaluate(new IndicatorBatch("X", null, GoldenPoints.Load(name)), signals);

        Count(RsiRecross.StrategyName).Should().Be((rsi, rsiBuys));
        Count(EmaCross.StrategyName).Should().Be((ema, emaBuys));
        Count(MacdCross.StrategyName).Should().Be((macd, macdBuys));

        (int All, int Buys) Count(string strategy) =>
            (signals.Count(s => s.Strategy == strategy), signals.Count(s => s.Strategy == strategy && s.Side == Side.Buy));
    }

    [Theory]
    [InlineData(29.9, 30, Side.Buy)]
    [InlineData(27.4, 31.2, Side.Buy)]
    [InlineData(30, 35, null)]
    [InlineData(35, 29, null)]
    [InlineData(70.1, 70, Side.Sell)]
    [InlineData(80, 60, Side.Sell)]
    [InlineData(70, 65, null)]
    [InlineData(65, 75, null)]
    public void RsiRecross_Step_IsAnEventOnlyOnTheWayBack(double before, double after, Side? expected) =>
        (_rsi.Evaluate("A", Warm with { Rsi14 = before }, Warm with { Rsi14 = after })?.Side).Should().Be(expected);

    [Fact]
    public void RsiRecross_Buy_ExplainsItself()
    {
        TradingSignal signal = _rsi.Evaluate("ACME", Warm with { N = 40, Rsi14 = 27.4 }, Warm with { Rsi14 = 31.2 })!;

        signal.Id.Should().Be("ACME:41:rsi-recross");
        signal.Reasons.Should().Equal(
            "RSI(14) rose through 30 from 27.4 to 31.2", "close 100.00 is above SMA(200) 90.00: with the long trend");
        signal.Confidence.Should().Be(0.3 + 0.4 * 0.38 + 0.3);
        (signal.Price, signal.N, signal.BarTime, signal.Source, signal.IngestedAt).Should().Be((100, 41, 1_000, "s", 5));
    }

    [Theory]
    [InlineData(90.0, 0.85)]
    [InlineData(null, 0.7)]
    [InlineData(110.0, 0.55)]
    public void Confidence_LongTrend_CountsForOrAgainst(double? sma200, double expected) =>
        _ema.Evaluate("A", Cross(-0.125, sma200), Cross(0.1875, sma200))!.Confidence.Should().BeApproximately(expected, 1e-9);

    [Theory]
    [InlineData(-0.1, 0.1, Side.Buy)]
    [InlineData(0, 0.1, Side.Buy)]
    [InlineData(0.1, -0.1, Side.Sell)]
    [InlineData(0.1, 0.2, null)]
    [InlineData(0.1, 0, null)]
    [InlineData(-0.2, -0.1, null)]
    public void Crosses_Step_IsAnEventWhenTheSignChanges(double before, double after, Side? expected)
    {
        TradingSignal? ema = _ema.Evaluate("A", Cross(before, 90), Cross(after, 90));
        TradingSignal? macd = _macd.Evaluate("A", Cross(before, 90), Cross(after, 90));

        (ema?.Side, macd?.Side).Should().Be((expected, expected));
    }

    [Fact]
    public void Crosses_OfBuy_ExplainThemselves()
    {
        _ema.Evaluate("A", Cross(-0.5, 90), Cross(0.5, 90))!.Reasons[0].Should().Be("EMA(12) 100.50 crossed above EMA(26) 100.00");
        _macd.Evaluate("A", Cross(0.5, 90), Cross(-0.5, 90))!.Reasons[0]
            .Should().Be("MACD 0.5000 crossed below its signal line 1.0000, over zero");
    }

    [Theory]
    [InlineData(14, 14)]
    [InlineData(13, 14)]
    [InlineData(20, 0)]
    public void Strategies_SeriesStandsStillOrHasJustWoken_AreSilent(int unchangedBefore, int unchangedNow)
    {
        IndicatorPoint before = Cross(-1, 90) with { Rsi14 = 100, Unchanged = unchangedBefore };
        IndicatorPoint now = Cross(1, 90) with { Rsi14 = 50, Unchanged = unchangedNow };

        new[] { _rsi, _ema, _macd }.Select(s => s.Evaluate("A", before, now)).Should().AllSatisfy(s => s.Should().BeNull());
    }

    [Fact]
    public void Strategies_OneOfTheTwoPointsWarmingUp_AreSilent()
    {
        IndicatorPoint cold = Warm with { Rsi14 = null, Ema26 = null, MacdHistogram = null };
        IndicatorPoint now = Cross(1, 90) with { Rsi14 = 31 };

        new[] { _rsi, _ema, _macd }.Select(s => s.Evaluate("A", cold, now)).Should().AllSatisfy(s => s.Should().BeNull());
        new[] { _rsi, _ema, _macd }.Select(s => s.Evaluate("A", Warm with { Rsi14 = 29 }, cold)).Should().AllSatisfy(s => s.Should().BeNull());
    }

    [Fact]
    public void Validate_Defaults_AreValid() => StrategySettings.Default.Validate().Should().BeEmpty();

    [Theory]
    [InlineData(0, 70, 0, "rsiRecross.oversold")]
    [InlineData(51, 70, 0, "rsiRecross.oversold")]
    [InlineData(30, 100, 0, "rsiRecross.overbought")]
    [InlineData(50, 50, 0, "rsiRecross.oversold")]
    [InlineData(30, 70, 1.5, "rsiRecross.minConfidence")]
    [InlineData(30, double.NaN, 0, "rsiRecross.overbought")]
    public void Validate_OutOfRange_NamesTheField(double oversold, double overbought, double confidence, string field)
    {
        var settings = new StrategySettings
        {
            RsiRecross = new RsiRecrossSettings { Oversold = oversold, Overbought = overbought, MinConfidence = confidence },
        };

        settings.Validate().Keys.Should().Equal(field);
    }

    private static IndicatorPoint Cross(double distance, double? sma200) => Warm with
    {
        Ema12 = 100 + distance, Ema26 = 100, Macd = 0.5, MacdSignal = 0.5 - distance, MacdHistogram = distance, Sma200 = sma200,
    };
}
