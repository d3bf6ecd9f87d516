using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Strategies;

public sealed class StrategySetTests
{
    private static readonly IReadOnlyList<IndicatorPoint> Spy = GoldenPoints.Load("spy-daily");

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Evaluate_SeriesCutAnyway_GivesTheSameSignals(int seed)
    {
        var random = new Random(seed);
        var expected = SignalsOf([new IndicatorBatch("SPY", null, Spy)]);
        var batches = new List<IndicatorBatch>();
        for (int start = 0; start < Spy.Count;)
        {
            int count = Math.Min(random.Next(1, 60), Spy.Count - start);
            batches.Add(new IndicatorBatch("SPY", start == 0 ? null : Spy[start - 1], [.. Spy.Skip(start).Take(count)]));
            start += count;
        }

        SignalsOf(batches).Should().BeEquivalentTo(expected, options => options.WithStrictOrdering(), "seed {0}", seed);
    }

    [Theory, InlineData(300), InlineData(1_000), InlineData(5_000)]
    public void Evaluate_PrefixOfTheSeries_GivesAPrefixOfTheSignals(int length)
    {
        var all = SignalsOf([new IndicatorBatch("SPY", null, Spy)]);

        var prefix = SignalsOf([new IndicatorBatch("SPY", null, [.. Spy.Take(length)])]);

        prefix.Should().NotBeEmpty().And.BeEquivalentTo(all.Take(prefix.Count), options => options.WithStrictOrdering());
        all.Skip(prefix.Count).Should().OnlyContain(signal => signal.N > length);
    }

    [Fact]
    public void Evaluate_OfARepeat_GivesTheSameIds()
    {
        var batch = new IndicatorBatch("SPY", Spy[0], [.. Spy.Skip(1)]);

        SignalsOf([batch]).Select(s => s.Id).Should().Equal(SignalsOf([batch]).Select(s => s.Id)).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void Evaluate_WithoutPredecessor_GivesNothingForTheFirstPoint()
    {
        int crossing = (int)SignalsOf([new IndicatorBatch("SPY", null, Spy)])[0].N - 1;

        SignalsOf([new IndicatorBatch("SPY", null, [Spy[crossing]])]).Should().BeEmpty();
        SignalsOf([new IndicatorBatch("SPY", Spy[crossing - 1], [Spy[crossing]])]).Should().NotBeEmpty();
    }

    [Fact]
    public void Evaluate_DisabledStrategy_IsSilent()
    {
        var settings = StrategySettings.Default with { EmaCross = new CrossSettings { Enabled = false }, MacdCross = new MacdCrossSettings { Enabled = false } };

        SignalsOf([new IndicatorBatch("SPY", null, Spy)], settings).Select(s => s.Strategy).Distinct().Should().Equal(RsiRecross.StrategyName);
    }

    [Fact]
    public void Evaluate_MinimumConfidence_LeavesOutTheWeakerSignals()
    {
        var all = SignalsOf([new IndicatorBatch("SPY", null, Spy)]).Where(s => s.Strategy == EmaCross.StrategyName).ToList();
        var settings = StrategySettings.Default with { EmaCross = new CrossSettings { MinConfidence = 0.6 } };

        var strong = SignalsOf([new IndicatorBatch("SPY", null, Spy)], settings).Where(s => s.Strategy == EmaCross.StrategyName);

        strong.Select(s => s.Id).Should().Equal(all.Where(s => s.Confidence >= 0.6).Select(s => s.Id));
        all.Should().Contain(s => s.Confidence < 0.6);
    }

    [Fact]
    public void Evaluate_RealSeries_KeepsConfidenceBetweenZeroAndOne()
    {
        var signals = SignalsOf([new IndicatorBatch("SPY", null, Spy)]);

        signals.Should().OnlyContain(s => s.Confidence >= 0.3 && s.Confidence <= 1 && s.Reasons.Count == 2);
        signals.Select(s => s.Confidence).Distinct().Count().Should().BeGreaterThan(50);
    }

    private static List<TradingSignal> SignalsOf(IEnumerable<IndicatorBatch> batches, StrategySettings? settings = null)
    {
        var set = new StrategySet(settings ?? StrategySettings.Default);
        var signals = new List<TradingSignal>();
        foreach (IndicatorBatch batch in batches)
            set.Evaluate(batch, signals);
        return signals;
    }
}
