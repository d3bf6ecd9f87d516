using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Indicators;
using DaprTrading.Ordering;
using DaprTrading.Processing;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Tests.Unit.Processing;

public sealed class SymbolStateTests
{
    private static readonly SymbolSettings Settings = new(
        new OrderingLimits(MaxHeld: 1_000, GapTimeoutMs: 2_000, MaxSources: 8, MaxLateGaps: 8),
        [new(IndicatorKind.Sma, 100), new(IndicatorKind.Ema, 9)]);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory, MemberData(nameof(Seeds))]
    public void Apply_ShuffledRepeatedAndSplit_GivesTheUndisturbedPoints(int seed)
    {
        List<Bar> bars = SampleBars.Of(seed, 700);
        SymbolTurn undisturbed = SymbolState.Empty.Apply(bars, 0, Settings);
        SymbolState state = SymbolState.Empty;
        var points = new List<IndicatorPoint>();

        foreach (List<Bar> batch in SampleBars.Disturbed(bars, new Random(seed), reach: 15))
        {
            SymbolTurn turn = Stored(state).Apply(batch, 0, Settings);
            turn.Previous?.N.Should().Be(state.LastN);
            state = turn.After;
            points.AddRange(turn.Points);
        }

        Json(points).Should().Be(Json(undisturbed.Points), "seed {0}", seed);
        List<Bar> further = [.. SampleBars.Of(seed, 720).Skip(700)];
        Json(state.Apply(further, 0, Settings).Points).Should().Be(Json(undisturbed.After.Apply(further, 0, Settings).Points));
        points.Select(p => p.N).Should().Equal(Enumerable.Range(1, 700).Select(n => (long)n));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void OutboxPoints_OfAStoredState_AreThoseOfTheTurn(int seed)
    {
        var random = new Random(seed);
        SymbolState state = SymbolState.Empty;
        foreach (List<Bar> batch in SampleBars.Disturbed(SampleBars.Of(seed, 300), random, reach: 8))
        {
            SymbolTurn turn = state.Apply(batch, 0, Settings);
            state = turn.After;
            if (turn.Points.Count == 0)
                continue;

            Json(Stored(state).OutboxPoints(Settings)).Should().Be(Json(turn.Points), "seed {0}", seed);
            Stored(state).Last?.N.Should().Be(turn.Previous?.N);
        }
    }

    [Fact]
    public void Apply_StateOfLayout1_GoesOnWithoutAnOutbox()
    {
        List<Bar> bars = SampleBars.Of(1, 60);
        SymbolState whole = SymbolState.Empty.Apply(bars[..30], 0, Settings).After.Apply(bars[30..50], 0, Settings).After;
        SymbolState layout1 = Stored(whole) with { Version = 1, Outbox = null, Cursors = SymbolState.Empty.Apply(bars[..30], 0, Settings).After.Cursors };

        SymbolTurn turn = Stored(layout1).Apply(bars[30..], 0, Settings);

        layout1.OutboxPoints(Settings).Should().BeEmpty();
        Json(turn.Points).Should().Be(Json([.. SymbolState.Empty.Apply(bars, 0, Settings).Points.Skip(30)]));
    }

    [Fact]
    public void Apply_NothingNew_LeavesTheStateUntouched()
    {
        List<Bar> bars = SampleBars.Of(1, 50);
        SymbolState before = SymbolState.Empty.Apply(bars, 0, Settings).After;

        SymbolTurn repeat = before.Apply(bars, 1, Settings);
        SymbolTurn nothing = before.Apply([], 1, Settings);

        repeat.After.Should().BeSameAs(before);
        nothing.After.Should().BeSameAs(before);
        (repeat.Points.Count, repeat.Repeats).Should().Be((0, 50));
    }

    [Fact]
    public void Apply_EarlyBar_IsHeldUntilTheGapClosesOrIsOverdue()
    {
        List<Bar> bars = SampleBars.Of(1, 3);

        SymbolTurn early = SymbolState.Empty.Apply([bars[0], bars[2]], 1_000, Settings);
        SymbolTurn closed = early.After.Apply([bars[1]], 1_500, Settings);
        SymbolTurn waiting = early.After.Apply([], 2_999, Settings);
        SymbolTurn overdue = early.After.Apply([], 3_000, Settings);

        (early.Points.Count, early.Held, early.NewlyHeld, early.HasGap).Should().Be((1, 1, 1, true));
        (closed.Points.Count, closed.HasGap).Should().Be((2, false));
        (waiting.Points.Count, waiting.HasGap).Should().Be((0, true));
        (overdue.Points.Count, overdue.Gaps, overdue.Missing, overdue.HasGap).Should().Be((1, 1, 1, false));
    }

    [Fact]
    public void Apply_SeveralSources_NumbersThePointsWithoutAHole()
    {
        List<Bar> a = SampleBars.Of(1, 30, "a"), b = SampleBars.Of(2, 30, "b");

        SymbolTurn turn = SymbolState.Empty.Apply([.. a.Zip(b).SelectMany(pair => new[] { pair.First, pair.Second })], 0, Settings);

        turn.Points.Select(p => p.N).Should().Equal(Enumerable.Range(1, 60).Select(n => (long)n));
        turn.Points.Select(p => p.Source).Should().StartWith(["a", "b", "a", "b"]);
    }

    [Fact]
    public void Apply_WarmingUp_LeavesNullWhatIsNotKnown()
    {
        IReadOnlyList<IndicatorPoint> points = SymbolState.Empty.Apply(SampleBars.Of(3, 200), 0, Settings).Points;

        FirstWith(p => p.Sma20).Should().Be(20);
        FirstWith(p => p.Sma200).Should().Be(200);
        FirstWith(p => p.Ema26).Should().Be(26);
        FirstWith(p => p.Rsi14).Should().Be(15);
        FirstWith(p => p.MacdSignal).Should().Be(34);
        FirstWith(p => p.BbUpper).Should().Be(20);
        FirstWith(p => p.VolumeSma20).Should().Be(20);
        FirstWith(p => p.Atr14).Should().Be(15);
        FirstWith(p => p.Custom!["sma100"]).Should().Be(100);

        long FirstWith(Func<IndicatorPoint, double?> value) => points.First(p => value(p) is not null).N;
    }

    [Fact]
    public void Json_OfAWarmState_StaysSmallWithoutHeldBars()
    {
        List<Bar> bars = SampleBars.Of(1, 500);
        SymbolSettings settings = Settings with { Custom = [] };
        SymbolState state = SymbolState.Empty.Apply(bars[..490], 0, settings).After.Apply(bars[490..], 0, settings).After;

        Json(state).Length.Should().BeLessThan(6_000, "the outbox of ten bars takes less than the points themselves would");
    }

    private static SymbolState Stored(SymbolState state) =>
        JsonSerializer.Deserialize(Json(state), ProcessingJson.Default.SymbolState)!;

    private static string Json(SymbolState state) => JsonSerializer.Serialize(state, ProcessingJson.Default.SymbolState);

    private static string Json(IReadOnlyList<IndicatorPoint> points) =>
        JsonSerializer.Serialize(points, ContractsJson.Default.IReadOnlyListIndicatorPoint);
}
