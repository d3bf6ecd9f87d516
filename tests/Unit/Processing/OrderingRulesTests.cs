using System.Diagnostics.Metrics;
using DaprTrading.Contracts;
using DaprTrading.Ordering;
using DaprTrading.Processing;
using DaprTrading.Processing.Symbols;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Unit.Processing;

/// <summary>The rules in the corners, as docs/architecture.md section 3 lists them.</summary>
public sealed class OrderingRulesTests
{
    private static readonly SymbolSettings Settings = new(new OrderingLimits(MaxHeld: 100, GapTimeoutMs: 2_000, MaxSources: 4, MaxLateGaps: 2), []);

    [Fact]
    public void Gap_GivenUp_CountsWhatIsMissing()
    {
        List<Bar> bars = SampleBars.Of(1, 6);

        SymbolTurn turn = After(bars[..2]).Apply([bars[5]], 0, Settings).After.Apply([], 2_000, Settings);

        (turn.Gaps, turn.Missing, turn.Points.Count).Should().Be((1, 3, 1));
    }

    [Fact]
    public void LateBar_IsAppliedAtOnceBehindWhatDidNotWait()
    {
        List<Bar> bars = SampleBars.Of(1, 4);
        SymbolState skipped = After([bars[0], bars[2]]).Apply([], 2_000, Settings).After;

        SymbolTurn late = skipped.Apply([bars[1]], 3_000, Settings);
        SymbolTurn repeated = late.After.Apply([bars[1]], 3_000, Settings);

        late.Points.Should().ContainSingle().Which.Should().Match<IndicatorPoint>(point => point.N == 3 && point.Close == bars[1].Close);
        (late.Late, late.Backwards, late.Repeats).Should().Be((1, 1, 0));
        (repeated.Points.Count, repeated.Late, repeated.Repeats).Should().Be((0, 0, 1));
    }

    [Fact]
    public void LateBar_OfAForgottenGap_IsARepeat()
    {
        List<Bar> bars = SampleBars.Of(1, 9);
        SymbolState state = After([bars[0]]);
        foreach (int at in new[] { 2, 4, 6 })
            state = state.Apply([bars[at]], 0, Settings).After.Apply([], 2_000, Settings).After;

        SymbolTurn turn = state.Apply([bars[1], bars[3]], 3_000, Settings);

        (turn.Points.Count, turn.Late, turn.Repeats).Should().Be((1, 1, 1));
    }

    [Fact]
    public void Source_StartingAgainUnderANewName_IsDueAtOnce()
    {
        List<Bar> old = SampleBars.Of(1, 5, "feed"), fresh = SampleBars.Of(2, 5, "feed-2");

        SymbolTurn turn = After(old).Apply(fresh, 0, Settings);

        (turn.Points.Count, turn.NewSources, turn.Repeats, turn.HasGap).Should().Be((5, 1, 0, false));
        turn.Points[0].N.Should().Be(6);
    }

    [Fact]
    public void Source_StartingAgainUnderItsOldName_IsIgnoredUntilItPasses()
    {
        SymbolTurn turn = After(SampleBars.Of(1, 5)).Apply(SampleBars.Of(2, 7), 0, Settings);

        (turn.Points.Count, turn.NewSources, turn.Repeats).Should().Be((2, 0, 5));
    }

    [Fact]
    public void Source_BeyondTheLimit_EvictsTheOneNotHeardOfForLongest()
    {
        SymbolState full = After([.. Enumerable.Range(1, 4).SelectMany(i => SampleBars.Of(i, 1, $"s{i}"))]);

        SymbolTurn inOrder = full.Apply(SampleBars.Of(5, 2, "s5"), 0, Settings);
        SymbolTurn outOfOrder = full.Apply([.. SampleBars.Of(5, 2, "s5"), .. SampleBars.Of(6, 2, "s6")], 0, Settings);

        (inOrder.Forgotten, inOrder.NewSources).Should().Be((1, 1));
        inOrder.After.Cursors.Sources.Select(source => source.Source).Should().Equal("s2", "s3", "s4", "s5");
        (outOfOrder.Forgotten, outOfOrder.NewSources).Should().Be((2, 2));
        After(SampleBars.Of(1, 1)).Apply(SampleBars.Of(5, 2, "s5"), 0, Settings).Forgotten.Should().Be(0);
    }

    [Fact]
    public void Source_FirstSeenAboveOne_WaitsAsForAGap()
    {
        SymbolTurn turn = SymbolState.Empty.Apply(SampleBars.Of(1, 9).GetRange(4, 3), 0, Settings);
        SymbolTurn due = turn.After.Apply([], 2_000, Settings);

        (turn.Points.Count, turn.NewSources, turn.HasGap).Should().Be((0, 1, true));
        (due.Points.Count, due.Missing).Should().Be((3, 4));
    }

    [Fact]
    public void ClocksOfTwoSources_DoNotOrderTheirBars()
    {
        List<Bar> ahead = [.. SampleBars.Of(1, 3, "ahead").Select(bar => bar with { Time = bar.Time + 3_600_000 })];
        List<Bar> behind = SampleBars.Of(2, 3, "behind");

        SymbolTurn turn = SymbolState.Empty.Apply([ahead[0], behind[0], ahead[1], behind[1], ahead[2], behind[2]], 0, Settings);

        turn.Points.Select(point => point.Source).Should().Equal("ahead", "behind", "ahead", "behind", "ahead", "behind");
        (turn.Backwards, turn.NewSources).Should().Be((3, 2));
    }

    [Fact]
    public void Source_NumberedByIngestion_IsCountedAsSuch()
    {
        SymbolTurn inOrder = After(SampleBars.Of(1, 1)).Apply(SampleBars.Of(2, 2, "feed@ingestion-0123456789ab.2"), 0, Settings);
        SymbolTurn early = SymbolState.Empty.Apply(SampleBars.Of(2, 2, "ingestion-0123456789ab").GetRange(1, 1), 0, Settings);

        (inOrder.NewSources, inOrder.Unnumbered, inOrder.Restarted).Should().Be((1, 1, 1));
        (early.NewSources, early.Unnumbered, early.Restarted).Should().Be((1, 1, 0));
    }

    [Fact]
    public void Source_ThatJoinsAtOne_IsCountedAsARestart()
    {
        SymbolState one = After(SampleBars.Of(1, 3, "feed"));

        SymbolTurn again = one.Apply(SampleBars.Of(2, 3, "feed-2"), 0, Settings);
        SymbolTurn mixed = one.Apply([.. SampleBars.Of(2, 3, "feed-2"), .. SampleBars.Of(3, 9, "feed-3").GetRange(4, 2)], 0, Settings);

        (again.NewSources, again.Restarted, again.Unnumbered).Should().Be((1, 1, 0));
        (mixed.NewSources, mixed.Restarted).Should().Be((2, 1), "one that begins above 1 goes on with what somebody else was sent");
        SymbolState.Empty.Apply(SampleBars.Of(1, 3, "feed"), 0, Settings).Restarted.Should().Be(0);
    }

    [Fact]
    public void Counters_OfATurn_EachHasItsOwn()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var counted = new CountedInstruments(meters);
        var metrics = new ProcessingMetrics(meters);

        metrics.Count(new SymbolTurn(SymbolState.Empty, [])
        {
            Repeats = 1, Gaps = 2, Missing = 3, Late = 4, Backwards = 5, NewSources = 6, NewlyHeld = 7, Forgotten = 8, Unnumbered = 9, Restarted = 10,
        });
        metrics.Republished(11);

        string[] names = ["repeats", "gaps", "missing", "late", "backwards", "sources", "held", "evicted", "unnumbered", "restarted", "republished"];
        names.Select(name => counted[name]).Should().Equal(Enumerable.Range(1, 11).Select(count => (long)count));
    }

    [Fact]
    public void Counters_AreOnTheHeartbeat()
    {
        using var totals = new CounterTotals();
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new ProcessingMetrics(services.GetRequiredService<IMeterFactory>());

        metrics.Count(new SymbolTurn(SymbolState.Empty, []) { Forgotten = 3 });

        totals.Snapshot().GetValueOrDefault("daprtrading.processing.evicted").Should().BeGreaterThanOrEqualTo(3);
    }

    private static SymbolState After(IReadOnlyList<Bar> bars) => SymbolState.Empty.Apply(bars, 0, Settings).After;
}
