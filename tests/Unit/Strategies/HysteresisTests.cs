using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

/// <summary>The RSI re-cross with hysteresis 2 and marks at 30 and 70: back at 32 or 68, once, however many bars that takes.</summary>
public sealed class HysteresisTests
{
    private static readonly IndicatorPoint Point = new()
    {
        N = 1, Time = 1_000, Open = 1, High = 1, Low = 1, Close = 100, Volume = 1, Source = "s", IngestedAt = 0,
    };

    [Theory]
    [InlineData(new double[] { 29, 33 }, 2)]
    [InlineData(new double[] { 29, 30.5, 33 }, 3)]
    [InlineData(new double[] { 29, 31, 30, 31.9, 32 }, 5)]
    [InlineData(new double[] { 29, 31, 29, 31, 33 }, 5)]
    public void Evaluate_SlowReturn_IsASignalAtTheFirstBarBeyond(double[] rsi, long expected)
    {
        SignalsOf(rsi).Should().Equal((expected, Side.Buy));
        SignalsOf([.. rsi.Select(value => 100 - value)]).Should().Equal((expected, Side.Sell));
    }

    [Theory]
    [InlineData(new double[] { 50, 31, 33 })]
    [InlineData(new double[] { 30, 31, 33 })]
    [InlineData(new double[] { 29, 30.5, 31.5 })]
    public void Evaluate_NotBelowTheMark_OrNotBack_IsNone(double[] rsi) => SignalsOf(rsi).Should().BeEmpty();

    [Fact]
    public void Evaluate_BackAgainWithoutPassingTheMark_IsNoSecondSignal() =>
        SignalsOf(29, 33, 31, 33, 30, 34, 29.9, 32).Should().Equal((2, Side.Buy), (8, Side.Buy));

    [Theory]
    [InlineData(LookBack.MaxArmingBars - 1, true)]
    [InlineData(LookBack.MaxArmingBars, false)]
    public void Evaluate_ReturnOfManyBars_IsForgottenAfterAHundred(int between, bool expected) =>
        SignalsOf([29, .. Enumerable.Repeat(31.0, between), 33]).Should().HaveCount(expected ? 1 : 0);

    [Fact]
    public void Evaluate_SlowReturn_SaysWhereItCameFrom()
    {
        TradingSignal signal = All(29, 30.5, 33).Single();

        signal.Reasons[0].Should().Be("RSI(14) rose through 32 from 30.5 to 33.0, having been below 30");
        signal.Confidence.Should().BeApproximately(0.3 + 0.4 * 0.25 + 0.15, 1e-9);
    }

    [Fact]
    public void Evaluate_WithCoolDown_CountsEventsNotTouches()
    {
        var settings = new RsiRecrossSettings { Hysteresis = 2, CoolDown = 3 };

        // The step to 33 at bar 4 is no event, since RSI was not below 30 again: bar 7 has three quiet bars before it.
        All(settings, 29, 33, 31, 33, 31, 29, 33).Select(signal => signal.N).Should().Equal(2, 7);
        All(settings, 29, 33, 29, 33, 29, 33, 50, 50, 50, 29, 33).Select(signal => signal.N).Should().Equal(2, 11);
    }

    [Fact]
    public void LookBack_OfHysteresisAndCoolDown_CoversBoth()
    {
        var strategy = new RsiRecross(new RsiRecrossSettings { Hysteresis = 2, CoolDown = 7 });

        LookBack.BarsOf(strategy).Should().Be(107);
        LookBack.BarsOf(new RsiRecross(new RsiRecrossSettings { CoolDown = 7 })).Should().Be(8);
        LookBack.BarsOf(new RsiRecross(new RsiRecrossSettings())).Should().Be(0);
        (LookBack.FirstPoint(150, 107), LookBack.FirstPoint(50, 107)).Should().Be((43, 1));
    }

    private static IEnumerable<(long N, Side Side)> SignalsOf(params double[] rsi) => All(rsi).Select(signal => (signal.N, signal.Side));

    private static List<TradingSignal> All(params double[] rsi) => All(new RsiRecrossSettings { Hysteresis = 2 }, rsi);

    private static List<TradingSignal> All(RsiRecrossSettings settings, params double[] rsi)
    {
        var signals = new List<TradingSignal>();
        new StrategySet(new StrategySettings { RsiRecross = settings }).Evaluate(
            new IndicatorBatch("X", null, [.. rsi.Select((value, i) => Point with { N = i + 1, Rsi14 = value })]), signals);
        return signals;
    }
}
