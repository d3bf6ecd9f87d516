using DaprTrading.Backtesting;

namespace DaprTrading.Tests.Unit.Backtesting;

public sealed class RandomDatesTests
{
    [Fact]
    public void AtLeast_SmallUrn_IsWhatCountingGives()
    {
        // Two of five dates, three of which hit: of ten choices one has no hit, six have one, three have two.
        var random = new RandomDates(dates: 5, hits: 3, chosen: 2);

        new[] { 0, 1, 2, 3 }.Select(random.AtLeast).Should().BeEquivalentTo([1, 0.9, 0.3, 0], options => options.WithStrictOrdering().Using<double>(
            c => c.Subject.Should().BeApproximately(c.Expectation, 1e-12)).WhenTypeIs<double>());
        random.Middle().Should().Be((0, 1));
    }

    [Theory]
    [InlineData(5_829, 3_598, 90)]
    [InlineData(5_829, 2_173, 400)]
    [InlineData(50, 25, 50)]
    [InlineData(50, 0, 10)]
    [InlineData(50, 50, 10)]
    [InlineData(1, 1, 1)]
    public void Chances_OfManyDraws_AreThoseOfTheDraws(int dates, int hits, int chosen)
    {
        const int Draws = 20_000;
        var exact = new RandomDates(dates, hits, chosen);
        int[] drawn = Draw(dates, hits, chosen, Draws);

        // Within five deviations of a share of so many draws.
        for (int k = 0; k <= chosen; k += Math.Max(1, chosen / 50))
            ((double)drawn.Count(found => found >= k) / Draws).Should().BeApproximately(exact.AtLeast(k), 5 * 0.5 / Math.Sqrt(Draws), "{0} hits", k);
        (double low, double high) = exact.Middle();
        ((double)drawn.Count(found => (double)found / chosen >= low && (double)found / chosen <= high) / Draws).Should().BeGreaterThan(0.94);
    }

    [Fact]
    public void Chances_OfAMillionDates_AreNumbers()
    {
        var random = new RandomDates(1_000_000, 500_000, 100_000);

        random.AtLeast(50_000).Should().BeInRange(0.49, 0.51);
        (random.Middle().Low, random.Middle().High).Should().Match<(double Low, double High)>(m => m.Low > 0.49 && m.Low < 0.5 && m.High > 0.5 && m.High < 0.51);
    }

    [Fact]
    public void Backtest_OfRealSeries_StatesThemBesideTheBaseRate()
    {
        var result = Backtester.Run(
            "A", History.Load("spy-daily"), DaprTrading.Strategies.StrategyCatalog.Create("ema-cross", DaprTrading.Strategies.StrategySettings.Default)!, new BacktestOptions());
        HitStats buys = result.Forward[2].Buys;

        buys.BaseRate.Should().BeInRange(buys.RandomLow!.Value, buys.RandomHigh!.Value);
        buys.RandomAtLeast.Should().BeInRange(0, 1);
        result.Forward[2].All.RandomAtLeast.Should().BeNull("buys and sells are different urns");
    }

    private static int[] Draw(int dates, int hits, int chosen, int draws)
    {
        var random = new Random(7);
        int[] urn = [.. Enumerable.Range(0, dates)];
        int[] found = new int[draws];
        for (int draw = 0; draw < draws; draw++)
        {
            for (int i = 0; i < chosen; i++)
            {
                int other = random.Next(i, dates);
                (urn[i], urn[other]) = (urn[other], urn[i]);
                if (urn[i] < hits) found[draw]++;
            }
        }

        return found;
    }
}
