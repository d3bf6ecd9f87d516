using DaprTrading.Backtesting;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Backtesting;

/// <summary>Small cases with every figure computed by hand.</summary>
public sealed class SimulationTests
{
    private static readonly IReadOnlyList<PriceBar> Bars = History.Of((100, 101), (102, 103), (104, 110), (112, 108), (105, 100), (100, 98));

    [Fact]
    public void LongOnly_BuyThenSell_FillsAtTheNextOpens()
    {
        BacktestResult result = Run(new BacktestOptions { Capital = 1_040 }, (2, Side.Buy), (4, Side.Sell));

        // Bought at 104, the open of bar 3: 10 shares. Sold at 105, the open of bar 5.
        Trade trade = result.Trades.Should().ContainSingle().Subject;
        (trade.SignalN, trade.EntryN, trade.EntryPrice, trade.ExitN, trade.ExitPrice, trade.Bars).Should().Be((2, 3, 104, 5, 105, 2));
        trade.Return.Should().BeApproximately(1 / 104.0, 1e-12);
        result.EquityCurve.Select(point => point.Equity).Should().Equal(new double[] { 1_040, 1_040, 1_100, 1_080, 1_050, 1_050 }, Close);
        result.EquityCurve.Select(point => point.Position).Should().Equal(0, 0, 1, 1, 0, 0);
        result.Exposure.Should().BeApproximately(2 / 6.0, 1e-12);
        result.Equity.TotalReturn.Should().BeApproximately(10 / 1_040.0, 1e-12);
        result.Equity.MaxDrawdown.Should().BeApproximately(50 / 1_100.0, 1e-12);
        result.Equity.DrawdownBars.Should().Be(3);
    }

    [Fact]
    public void Costs_OfBothFills_AreTaken()
    {
        BacktestResult result = Run(new BacktestOptions { CommissionBps = 10, SlippageBps = 50 }, (2, Side.Buy), (4, Side.Sell));

        // Bought at 104·1.005 = 104.52, sold at 105·0.995 = 104.475, one thousandth of each on top.
        Trade trade = result.Trades[0];
        trade.EntryPrice.Should().BeApproximately(104.52, 1e-9);
        trade.ExitPrice.Should().BeApproximately(104.475, 1e-9);
        trade.Return.Should().BeApproximately((104.475 * 0.999 - 104.52 * 1.001) / 104.52, 1e-12);
        result.EquityCurve[^1].Equity.Should().BeApproximately(10_000 / (104.52 * 1.001) * 104.475 * 0.999, 1e-6);
    }

    [Fact]
    public void LongShort_SellAfterBuy_TurnsThePosition()
    {
        BacktestResult result = Run(new BacktestOptions { Capital = 1_040, AllowShort = true }, (2, Side.Buy), (4, Side.Sell));

        // 10 shares bought at 104 and sold at 105; then 10 sold short at 105, worth 50 more at a close of 100 and 70 more at 98.
        result.Trades.Select(trade => (trade.Side, trade.EntryN, trade.ExitN)).Should().Equal((Side.Buy, 3, 5), (Side.Sell, 5, (long?)null));
        result.EquityCurve.Select(point => point.Equity).Should().Equal(new double[] { 1_040, 1_040, 1_100, 1_080, 1_100, 1_120 }, Close);
        result.Trades[1].Return.Should().BeApproximately(7 / 105.0, 1e-12);
        result.TradeStats.Should().Match<TradeStats>(stats => stats.Closed == 1 && stats.Open == 1);
    }

    [Fact]
    public void Signals_OfTheSideHeldOrOnTheLastBar_ChangeNothing()
    {
        BacktestResult result = Run(new BacktestOptions(), (2, Side.Buy), (3, Side.Buy), (6, Side.Sell));

        result.Trades.Should().ContainSingle().Which.IsOpen.Should().BeTrue();
        result.Signals.Should().HaveCount(3);
    }

    [Fact]
    public void LongOnly_SellWithoutPosition_DoesNothing() =>
        Run(new BacktestOptions(), (2, Side.Sell)).Trades.Should().BeEmpty();

    [Fact]
    public void Short_PriceMoreThanDoubles_EndsInRuin()
    {
        IReadOnlyList<PriceBar> bars = History.Of((100, 100), (100, 100), (100, 150), (150, 250), (250, 90), (90, 80));
        BacktestResult result = Backtester.Run(
            "A", bars, new ScriptedStrategy((2, Side.Sell), (5, Side.Buy)), new BacktestOptions { AllowShort = true, Capital = 1_000 });

        result.Ruined.Should().BeTrue();
        result.EquityCurve.Select(point => point.Equity).Should().Equal(new double[] { 1_000, 1_000, 500, 0, 0, 0 }, Close);
        result.Trades.Should().ContainSingle().Which.Return.Should().BeApproximately(-1.5, 1e-12);
        (result.Equity.TotalReturn, result.Equity.MaxDrawdown, result.Equity.AnnualReturn).Should().Be((-1, 1, (double?)null));
    }

    [Fact]
    public void Forward_ReturnsAndBaseRate_AreThoseOfTheNextOpen()
    {
        BacktestResult result = Run(new BacktestOptions { Horizons = [1, 2] }, (2, Side.Buy), (4, Side.Sell), (6, Side.Buy));

        // Open to close of the bars after: +1, +6, −4, −5, −2: two of five rise. The buy at 2 earns 6/104; the sell at 4 earns 5/105.
        ForwardResult one = result.Forward[0];
        (one.All.N, one.All.Hits, one.Buys.N, one.Sells.N).Should().Be((2, 2, 1, 1));
        one.Buys.BaseRate.Should().BeApproximately(0.4, 1e-12);
        one.Sells.BaseRate.Should().BeApproximately(0.6, 1e-12);
        one.All.BaseRate.Should().BeApproximately(0.5, 1e-12);
        one.All.MeanReturn.Should().BeApproximately((6 / 104.0 + 5 / 105.0) / 2, 1e-12);
        // Two bars on: 102→110, 104→108, 112→100, 105→98.
        result.Forward[1].Buys.MeanReturn.Should().BeApproximately(4 / 104.0, 1e-12);
        result.Forward[1].Buys.BaseRate.Should().BeApproximately(0.5, 1e-12);
    }

    [Fact]
    public void Trades_InFigures_AreThoseOfTheHand()
    {
        IReadOnlyList<PriceBar> bars = History.Of((1, 1), (1, 1), (100, 100), (110, 110), (100, 100), (95, 95), (200, 200), (210, 210), (210, 210));
        BacktestResult result = Backtester.Run(
            "A", bars, new ScriptedStrategy((2, Side.Buy), (3, Side.Sell), (4, Side.Buy), (5, Side.Sell), (6, Side.Buy), (7, Side.Sell)), new BacktestOptions());

        // +10 %, −5 %, +5 %.
        result.TradeStats.Wins.Should().Be(2);
        result.TradeStats.WinRate.Should().BeApproximately(2 / 3.0, 1e-12);
        result.TradeStats.ProfitFactor.Should().BeApproximately(3, 1e-9);
        result.TradeStats.Expectancy.Should().BeApproximately(0.1 / 3, 1e-9);
        result.TradeStats.Payoff.Should().BeApproximately(1.5, 1e-9);
        result.TradeStats.MeanBars.Should().Be(1);
    }

    [Fact]
    public void BuyAndHold_IsBoughtAtTheSecondOpen()
    {
        BacktestResult result = Run(new BacktestOptions());

        result.BuyAndHold.TotalReturn.Should().BeApproximately(98 / 102.0 - 1, 1e-12);
        result.Equity.Should().Be(new EquityStats(0, null, 0, 0, null, null));
    }

    [Fact]
    public void Turnover_IsTheValueOfFillsByMeanEquityAndYear()
    {
        BacktestResult result = Run(new BacktestOptions { Capital = 1_040 }, (2, Side.Buy), (4, Side.Sell));

        double mean = (1_040 + 1_040 + 1_100 + 1_080 + 1_050 + 1_050) / 6.0, years = 5 / 365.25;
        result.Turnover.Should().BeApproximately((1_040 + 1_050) / mean / years, 1e-9);
        result.BarsPerYear.Should().BeApproximately(365.25, 1e-9);
    }

    [Fact]
    public void BarsPerYear_OfDataWithAHole_IsThatOfTheRest()
    {
        long[] days = [.. Enumerable.Range(0, 4_000).Where(day => day % 7 < 5 && day is < 1_000 or > 3_200).Select(day => day * History.Day)];
        PriceBar[] bars = [.. days.Select(day => new PriceBar(day, 1, 1, 1, 1, 1))];

        Backtester.Run("A", bars, new ScriptedStrategy(), new BacktestOptions()).BarsPerYear.Should().BeApproximately(5 / 7.0 * 365.25, 1);
    }

    private static BacktestResult Run(BacktestOptions options, params (long N, Side Side)[] script) =>
        Backtester.Run("A", Bars, new ScriptedStrategy(script), options);

    private static bool Close(double left, double right) => Math.Abs(left - right) < 1e-9;
}
