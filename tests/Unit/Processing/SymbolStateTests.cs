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
            turn.Previous?.N.Should().Be(state.N);
            state = turn.After;
            points.AddRange(turn.Points);
        }

        Json(points).Should().Be(Json(undisturbed.Points), "seed {0}", seed);
        Json(state).Should().Be(Json(undisturbed.After));
        points.Select(p => p.N).Should().Equal(Enumerable.Range(1, 700).Select(n => (long)n));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Apply_CrashesBetweenPublishAndCommit_PublishesTheSameUnderTheSameNumbers(int seed)
    {
        var random = new Random(seed);
        List<Bar> bars = SampleBars.Of(seed, 400);
        string[] expected = [.. SymbolState.Empty.Apply(bars, 0, Settings).Points.Select(p => Json([p]))];
        var deliveries = new LinkedList<List<Bar>>(SampleBars.Disturbed(bars, random, reach: 8));
        var published = new Dictionary<long, string>();
        SymbolState committed = SymbolState.Empty;
        int crashes = 0;

        while (deliveries.First is { } delivery)
        {
            deliveries.RemoveFirst();
            SymbolTurn turn = Stored(committed).Apply(delivery.Value, 0, Settings);
            foreach (IndicatorPoint point in turn.Points)
                published.GetValueOrDefault(point.N, Json([point])).Should().Be(published[point.N] = Json([point]), "seed {0}, n {1}", seed, point.N);
            if (random.Next(3) != 0)
            {
                committed = turn.After;
                continue;
            }

            // The state is the old one, and what was not acknowledged comes again, behind some of what comes after it.
            crashes++;
            LinkedListNode<List<Bar>>? after = deliveries.First;
            for (int i = random.Next(4); i > 0 && after?.Next is not null; i--)
                after = after.Next;
            if (after is null)
                deliveries.AddLast(delivery.Value);
            else
                deliveries.AddAfter(after, delivery.Value);
        }

        crashes.Should().BePositive();
        published.OrderBy(p => p.Key).Select(p => p.Value).Should().Equal(expected);
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
        FirstWith(p => p.Atr14).Should().Be(15);
        FirstWith(p => p.Custom!["sma100"]).Should().Be(100);

        long FirstWith(Func<IndicatorPoint, double?> value) => points.First(p => value(p) is not null).N;
    }

    [Fact]
    public void Json_OfAWarmState_StaysSmallWithoutHeldBars()
    {
        SymbolState state = SymbolState.Empty.Apply(SampleBars.Of(1, 500), 0, Settings with { Custom = [] }).After;

        Json(state).Length.Should().BeLessThan(4_000);
    }

    private static SymbolState Stored(SymbolState state) =>
        JsonSerializer.Deserialize(Json(state), ProcessingJson.Default.SymbolState)!;

    private static string Json(SymbolState state) => JsonSerializer.Serialize(state, ProcessingJson.Default.SymbolState);

    private static string Json(IReadOnlyList<IndicatorPoint> points) =>
        JsonSerializer.Serialize(points, ContractsJson.Default.IReadOnlyListIndicatorPoint);
}
