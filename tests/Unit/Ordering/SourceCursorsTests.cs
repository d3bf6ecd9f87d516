using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Ordering;
using DaprTrading.Processing;

namespace DaprTrading.Tests.Unit.Ordering;

public sealed class SourceCursorsTests
{
    private static readonly OrderingLimits Limits = new(MaxHeld: 1_000, GapTimeoutMs: 2_000, MaxSources: 64);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory, MemberData(nameof(Seeds))]
    public void Apply_ShuffledRepeatedAndSplit_ReleasesEverySourceAsUndisturbed(int seed)
    {
        var random = new Random(seed);
        var bars = Interleaved(random, sources: 1 + seed % 4, each: 300);
        SourceCursors state = SourceCursors.Start;
        var released = new List<Bar>();
        int repeats = 0, offered = 0;

        foreach (List<Bar> batch in Disturbance.Of(bars, random, reach: 12, repeated: 0.2))
        {
            offered += batch.Count;
            var result = ThroughJson(state).Apply(batch, nowMs: 0, Limits);
            state = result.State;
            released.AddRange(result.Released);
            repeats += result.Repeats;
        }

        foreach (var source in bars.GroupBy(b => b.Source))
            released.Where(b => b.Source == source.Key).Should().Equal(source, "seed {0}", seed);
        repeats.Should().Be(offered - bars.Count);
        state.Sources.Should().OnlyContain(s => !s.Cursor.HasGap && s.Cursor.Next == 301);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Apply_WithLosses_SkipsOnlyWhatIsMissingAndStaysBounded(int seed)
    {
        var random = new Random(seed);
        var limits = new OrderingLimits(MaxHeld: 50, GapTimeoutMs: 100, MaxSources: 8);
        var bars = Interleaved(random, sources: 3, each: 400);
        SourceCursors state = SourceCursors.Start;
        var released = new List<Bar>();
        long now = 0, missing = 0;

        foreach (List<Bar> batch in Disturbance.Of(bars, random, reach: 6, repeated: 0.1, lost: b => b.Sequence % 50 == 7))
        {
            var result = state.Apply(batch, now += 10, limits);
            state = result.State;
            released.AddRange(result.Released);
            missing += result.Missing;
            result.Held.Should().BeLessThanOrEqualTo(limits.MaxHeld);
            result.Held.Should().Be(state.Sources.Sum(s => s.Cursor.Held.Count));
        }

        for (int i = 0; i < 20; i++)
        {
            var result = state.Apply([], now += 100, limits);
            state = result.State;
            released.AddRange(result.Released);
            missing += result.Missing;
        }

        foreach (var source in bars.GroupBy(b => b.Source))
            released.Where(b => b.Source == source.Key).Should().Equal(source.Where(b => b.Sequence % 50 != 7), "seed {0}", seed);
        missing.Should().Be(3 * 400 / 50);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Apply_SameCallsAgain_GivesTheSameState(int seed)
    {
        var batches = Disturbance.Of(Interleaved(new Random(seed), 5, 60), new Random(seed), 20, 0.3, b => b.Sequence == 30);

        string[] runs = [Run(), Run()];

        runs[0].Should().Be(runs[1]);

        string Run()
        {
            SourceCursors state = SourceCursors.Start;
            long now = 0;
            foreach (List<Bar> batch in batches)
                state = state.Apply(batch, now += 500, new OrderingLimits(20, 2_000, 4)).State;
            return JsonSerializer.Serialize(state, ProcessingJson.Default.SourceCursors);
        }
    }

    [Fact]
    public void Apply_NextBarsInOrder_ReleasesTheBatchItself()
    {
        List<Bar> batch = [Bar("a", 1), Bar("a", 2), Bar("a", 3)];

        var result = SourceCursors.Start.Apply(batch, 0, Limits);

        result.Released.Should().BeSameAs(batch);
        result.State.Sources.Should().ContainSingle().Which.Cursor.Next.Should().Be(4);
    }

    [Fact]
    public void Apply_OnlyRepeats_LeavesTheStateUntouched()
    {
        SourceCursors before = SourceCursors.Start.Apply([Bar("a", 1), Bar("a", 2)], 0, Limits).State;

        var result = before.Apply([Bar("a", 2), Bar("a", 1)], 0, Limits);

        result.State.Should().BeSameAs(before);
        result.Released.Should().BeEmpty();
        result.Repeats.Should().Be(2);
    }

    [Fact]
    public void Apply_EarlierState_IsNotChanged()
    {
        SourceCursors before = SourceCursors.Start.Apply([Bar("a", 3)], 0, Limits).State;

        before.Apply([Bar("a", 1), Bar("a", 2), Bar("a", 5)], 0, Limits).Released.Should().HaveCount(3);

        before.Sources[0].Cursor.Held.Select(b => b.Sequence).Should().Equal(3);
        before.Sources[0].Cursor.Next.Should().Be(1);
    }

    [Fact]
    public void Apply_NewSourceAboveOne_StartsThereAfterTheTimeout()
    {
        var first = SourceCursors.Start.Apply([Bar("a", 7)], 1_000, Limits);
        var early = first.State.Apply([], 2_999, Limits);
        var due = first.State.Apply([], 3_000, Limits);

        first.GapSince.Should().Be(1_000);
        early.State.Should().BeSameAs(first.State);
        due.Released.Select(b => b.Sequence).Should().Equal(7);
        (due.Gaps, due.Missing, due.GapSince).Should().Be((1, 6, null));
        due.State.Apply([Bar("a", 6)], 3_001, Limits).Repeats.Should().Be(1, "what comes after its gap was given up is late");
    }

    [Fact]
    public void Apply_BarsOfAGivenUpGapComeAfterAll_ReleasesEachOnce()
    {
        OrderingLimits limits = Limits with { MaxLateGaps = 4 };
        SourceCursors state = ThroughJson(SourceCursors.Start.Apply([Bar("a", 7)], 0, limits).State.Apply([], 2_000, limits).State);

        var late = state.Apply([Bar("a", 3), Bar("a", 1), Bar("a", 3), Bar("a", 8), Bar("a", 6)], 2_001, limits);
        var again = ThroughJson(late.State).Apply([Bar("a", 1), Bar("a", 2), Bar("a", 3), Bar("a", 4), Bar("a", 5), Bar("a", 6)], 2_002, limits);

        late.Released.Select(b => b.Sequence).Should().Equal(3, 1, 8, 6);
        late.Repeats.Should().Be(1);
        again.Released.Select(b => b.Sequence).Should().Equal(2, 4, 5);
        again.State.Sources[0].Cursor.Skipped.Should().BeNull();
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Apply_DelaysBeyondTheTimeout_LoseNothingAndRepeatNothing(int seed)
    {
        var random = new Random(seed);
        var limits = new OrderingLimits(MaxHeld: 30, GapTimeoutMs: 20, MaxLateGaps: 1_000);
        var bars = Interleaved(random, sources: 2, each: 300);
        SourceCursors state = SourceCursors.Start;
        var released = new List<Bar>();
        long now = 0;

        foreach (List<Bar> batch in Disturbance.Of(bars, random, reach: 60, repeated: 0.3).Append([]))
        {
            var result = state.Apply(batch, now += 10, limits);
            state = result.State;
            released.AddRange(result.Released);
        }

        released.AddRange(state.Apply([], now + 1_000, limits).Released);
        released.Should().OnlyHaveUniqueItems().And.HaveCount(bars.Count);
        released.Should().NotEqual(bars, "the delays of seed {0} are longer than the time-out", seed);
    }

    [Fact]
    public void Apply_MoreGivenUpGapsThanRemembered_ForgetsTheOldest()
    {
        var limits = new OrderingLimits(GapTimeoutMs: 0, MaxLateGaps: 2);
        SourceCursors state = SourceCursors.Start;
        foreach (long sequence in new[] { 2, 4, 6 })
            state = state.Apply([Bar("a", sequence)], 0, limits).State;

        var result = state.Apply([Bar("a", 1), Bar("a", 3), Bar("a", 5)], 0, limits);

        result.Released.Select(b => b.Sequence).Should().Equal(3, 5);
        result.Repeats.Should().Be(1);
    }

    [Fact]
    public void Apply_MissingBarArrivesInTheCallThatIsDue_IsNotSkipped()
    {
        SourceCursors waiting = SourceCursors.Start.Apply([Bar("a", 2)], 0, Limits).State;

        var result = waiting.Apply([Bar("a", 1)], 60_000, Limits);

        result.Released.Select(b => b.Sequence).Should().Equal(1, 2);
        result.Gaps.Should().Be(0);
    }

    [Fact]
    public void Forgo_WhatIsNext_ReleasesWhatWaitedAndTakesItLateShouldItCome()
    {
        OrderingLimits limits = Limits with { MaxLateGaps = 1 };
        SourceCursors waiting = SourceCursors.Start.Apply([Bar("a", 1), Bar("a", 4), Bar("a", 5), Bar("b", 1)], 0, limits).State;

        var result = ThroughJson(waiting).Forgo([Bar("a", 3), Bar("a", 2)], 1, limits);
        var late = ThroughJson(result.State).Apply([Bar("a", 3), Bar("a", 2), Bar("a", 6)], 2, limits);

        result.Released.Select(b => b.Sequence).Should().Equal(4, 5);
        (result.Missing, result.Gaps, result.GapSince).Should().Be((2, 1, null));
        late.Released.Select(b => b.Sequence).Should().Equal(3, 2, 6);
        late.Late.Should().Be(2);
    }

    [Fact]
    public void Forgo_BeforeAnythingBehindItCame_IsNotWaitedFor()
    {
        SourceCursors state = SourceCursors.Start.Forgo([Bar("new", 1)], 0, Limits).State;

        state.Apply([Bar("new", 2)], 1, Limits).Released.Should().ContainSingle();
    }

    [Fact]
    public void Forgo_WhatIsAppliedOrHeld_ChangesNothing()
    {
        SourceCursors before = SourceCursors.Start.Apply([Bar("a", 1), Bar("a", 4)], 0, Limits).State;

        before.Forgo([Bar("a", 1), Bar("a", 4)], 1, Limits).State.Should().BeSameAs(before);
    }

    [Fact]
    public void Forgo_FurtherAhead_IsPassedOverOnceItsTurnComes()
    {
        OrderingLimits limits = Limits with { MaxLateGaps = 4 };
        SourceCursors waiting = SourceCursors.Start.Apply([Bar("a", 1), Bar("a", 8)], 0, limits).State;

        var told = waiting.Forgo([Bar("a", 7), Bar("a", 4), Bar("a", 5), Bar("new", 3)], 1, limits);
        var again = told.State.Forgo([Bar("a", 5)], 1, limits);
        var result = ThroughJson(told.State).Apply([Bar("a", 3), Bar("a", 2), Bar("a", 6)], 2, limits);
        var late = ThroughJson(result.State).Apply([Bar("a", 5)], 3, limits);

        told.Released.Should().BeEmpty();
        (told.Missing, told.Gaps, told.GapSince).Should().Be((0, 0, 0), "nothing is given up before its turn");
        told.State.Sources.Single(source => source.Source == "a").Cursor.Forgone.Should().Equal(new NumberRange(4, 5), new NumberRange(7, 7));
        again.State.Should().BeSameAs(told.State);
        result.Released.Select(b => b.Sequence).Should().Equal(2, 3, 6, 8);
        (result.Missing, result.Gaps, result.GapSince).Should().Be((3, 2, null));
        result.State.Sources.Single(source => source.Source == "a").Cursor.Forgone.Should().BeNull();
        result.State.Sources.Single(source => source.Source == "new").Cursor.Forgone.Should().Equal(new NumberRange(3, 3));
        late.Late.Should().Be(1);
    }

    [Fact]
    public void Forgo_InOrderAndNothingWaits_IsPassedOver()
    {
        SourceCursors state = SourceCursors.Start.Apply([Bar("a", 1)], 0, Limits).State.Forgo([Bar("a", 3)], 0, Limits).State;

        var result = state.Apply([Bar("a", 2)], 1, Limits);

        result.Missing.Should().Be(1);
        result.State.Apply([Bar("a", 4)], 1, Limits).Released.Should().ContainSingle();
    }

    [Fact]
    public void Forgo_BarComesAfterAll_IsAppliedInItsTurn()
    {
        SourceCursors state = SourceCursors.Start.Forgo([Bar("a", 2)], 0, Limits).State.Apply([Bar("a", 2)], 0, Limits).State;

        var result = state.Apply([Bar("a", 1)], 1, Limits);

        result.Released.Select(b => b.Sequence).Should().Equal(1, 2);
        (result.Missing, result.Late).Should().Be((0, 0));
    }

    [Fact]
    public void Forgo_MoreRangesThanAreKept_LeavesThoseFurthestAheadToTheTimeout()
    {
        SourceCursors state = SourceCursors.Start;
        foreach (long number in Enumerable.Range(1, 100).Select(i => 2L * i).Reverse()) state = state.Forgo([Bar("a", number)], 0, Limits).State;

        state.Sources[0].Cursor.Forgone.Should().HaveCount(64).And.Subject.Last().Should().Be(new NumberRange(128, 128));
        state.Forgo([Bar("a", 300)], 0, Limits).State.Should().BeSameAs(state);
        state.Apply([Bar("a", 75)], 0, Limits).State.Forgo([Bar("a", 75)], 0, Limits).State.Sources[0].Cursor.Forgone.Should().HaveCount(64);
    }

    [Fact]
    public void Apply_SecondGapBehindTheFirst_WaitsAnew()
    {
        SourceCursors waiting = SourceCursors.Start.Apply([Bar("a", 2), Bar("a", 4)], 0, Limits).State;

        var first = waiting.Apply([], 2_000, Limits);
        var second = first.State.Apply([], 4_000, Limits);

        first.Released.Select(b => b.Sequence).Should().Equal(2);
        first.GapSince.Should().Be(2_000);
        second.Released.Select(b => b.Sequence).Should().Equal(4);
    }

    [Fact]
    public void Apply_MoreHeldThanAllowed_GivesUpTheOldestGap()
    {
        var limits = new OrderingLimits(MaxHeld: 3, GapTimeoutMs: 60_000);
        SourceCursors state = SourceCursors.Start.Apply([Bar("old", 2)], 0, limits).State;
        state = state.Apply([Bar("new", 2), Bar("new", 3)], 1, limits).State;

        var result = state.Apply([Bar("new", 4)], 2, limits);

        result.Released.Should().ContainSingle().Which.Source.Should().Be("old");
        result.Held.Should().Be(3);
    }

    [Fact]
    public void Apply_MoreSourcesThanAllowed_ForgetsTheOneUnusedForLongest()
    {
        var limits = new OrderingLimits(MaxSources: 3);
        SourceCursors state = SourceCursors.Start;
        foreach (string source in new[] { "a", "b", "c", "a", "d" })
        {
            long next = state.Sources.FirstOrDefault(s => s.Source == source)?.Cursor.Next ?? 1;
            state = state.Apply([Bar(source, next)], 0, limits).State;
        }

        state.Sources.Select(s => s.Source).Should().Equal("c", "a", "d");
    }

    [Fact]
    public void Apply_ForgottenSourceHoldsBars_ReleasesThem()
    {
        var limits = new OrderingLimits(MaxSources: 1);
        SourceCursors state = SourceCursors.Start.Apply([Bar("a", 3)], 0, limits).State;

        var result = state.Apply([Bar("b", 1)], 0, limits);

        result.Released.Select(b => (b.Source, b.Sequence)).Should().Equal(("b", 1), ("a", 3));
        result.State.Sources.Should().ContainSingle().Which.Source.Should().Be("b");
    }

    private static List<Bar> Interleaved(Random random, int sources, int each)
    {
        var next = new long[sources];
        var bars = new List<Bar>();
        while (bars.Count < sources * each)
        {
            int source = random.Next(sources);
            if (next[source] < each)
                bars.Add(Bar($"source-{source}", ++next[source]));
        }

        return bars;
    }

    private static Bar Bar(string source, long sequence) => new(sequence * 1_000, 10, 11, 9, 10 + sequence % 3, 100, source, sequence, 0);

    private static SourceCursors ThroughJson(SourceCursors state) => JsonSerializer.Deserialize(
        JsonSerializer.Serialize(state, ProcessingJson.Default.SourceCursors), ProcessingJson.Default.SourceCursors)!;
}
