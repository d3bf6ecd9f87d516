using DaprTrading.Backtesting;

namespace DaprTrading.Tests.Unit.Backtesting;

public sealed class StatisticsTests
{
    /// <summary>Bounds as published for the method, e.g. 0 of 10 and 5 of 10.</summary>
    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(0, 0, 0, 1)]
    public void Wilson_Interval_IsTheKnownOne(int hits, int trials, double low, double high)
    {
        (double actualLow, double actualHigh) = Wilson.Interval(hits, trials);

        actualLow.Should().BeApproximately(low, 5e-5);
        actualHigh.Should().BeApproximately(high, 5e-5);
    }

    [Theory, InlineData(-1, 3), InlineData(4, 3)]
    public void Wilson_ImpossibleCount_Throws(int hits, int trials) =>
        FluentActions.Invoking(() => Wilson.Interval(hits, trials)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void Equity_InFigures_IsThatOfTheHand()
    {
        EquityStats stats = EquityStats.Of([110, 99, 99, 118.8], 100, years: 2, barsPerYear: 4);

        // Returns +10 %, −10 %, 0, +20 %: mean 5 %, squares 0.06, sample variance (0.06 − 4·0.0025)/3, downside √(0.01/4) = 5 %.
        stats.TotalReturn.Should().BeApproximately(0.188, 1e-12);
        stats.AnnualReturn.Should().BeApproximately(Math.Sqrt(1.188) - 1, 1e-12);
        stats.MaxDrawdown.Should().BeApproximately(0.1, 1e-12);
        stats.DrawdownBars.Should().Be(2);
        stats.Sharpe.Should().BeApproximately(0.05 / Math.Sqrt(0.05 / 3) * 2, 1e-9);
        stats.Sortino.Should().BeApproximately(0.05 / 0.05 * 2, 1e-9);
    }

    [Fact]
    public void Equity_LessThanThirtyDays_HasNoYearlyFigures()
    {
        EquityStats stats = EquityStats.Of([110, 99], 100, years: 29 / 365.25, barsPerYear: 252);

        (stats.AnnualReturn, stats.Sharpe, stats.Sortino).Should().Be((null, null, null));
        stats.TotalReturn.Should().BeApproximately(-0.01, 1e-12);
    }

    [Fact]
    public void Options_OutOfRange_AreNamed()
    {
        var options = new BacktestOptions { CommissionBps = -1, SlippageBps = double.NaN, Capital = 0, Horizons = [0] };

        options.Validate().Keys.Should().BeEquivalentTo("commissionBps", "slippageBps", "capital", "horizons");
        new BacktestOptions().Validate().Should().BeEmpty();
    }
}
