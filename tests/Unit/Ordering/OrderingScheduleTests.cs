using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Ordering;
using DaprTrading.Processing;
using static DaprTrading.Tests.Unit.Testing.Schedules;

namespace DaprTrading.Tests.Unit.Ordering;

/// <summary>What the ordering core promises, over 15,000 random schedules, against a second implementation.</summary>
public sealed class OrderingScheduleTests
{
    private const int Each = 3_000;
    private const long Timeout = 100;
    private static readonly OrderingLimits Patient = new(MaxHeld: 10_000, GapTimeoutMs: 1_000_000, MaxSources: 64, MaxLateGaps: 10_000);
    private static readonly OrderingLimits Impatient = new(MaxHeld: 10_000, GapTimeoutMs: Timeout, MaxSources: 64, MaxLateGaps: 10_000);

    [Fact]
    public void Apply_AnyInterleavingRepeatsAndBatches_GivesTheSameOutputAndState() => Run(Each, random =>
    {
        List<Bar> bars = Series(random, random.Next(1, 5), 40);
        List<List<Bar>> batches = Disturbance.Of(bars, random, reach: random.Next(1, 60), repeated: 0.25);
        List<Bar> deliveries = [.. batches.SelectMany(batch => batch)];
        var naive = new NaiveOrder(Patient);
        naive.Deliver(deliveries, 0);

        Delivered asBatched = Deliver(batches, Patient, random, stepMs: 0);
        Delivered oneByOne = Deliver([.. deliveries.Select(bar => new List<Bar> { bar })], Patient, random, stepMs: 0);
        Delivered atOnce = Deliver([deliveries], Patient, random, stepMs: 0);

        foreach (Delivered run in (Delivered[])[asBatched, oneByOne, atOnce])
        {
            Check(run.Released.Select(release => release.Bar).SequenceEqual(naive.Released.Select(release => release.Bar)), "released otherwise than the model says");
            Check(run.Repeats == naive.Repeats && run.Gaps == 0, "repeats or gaps differ");
            Check(Json(run.State) == Json(oneByOne.State), "the state depends on how the bars were batched");
        }

        foreach (IGrouping<string, Bar> source in bars.GroupBy(bar => bar.Source))
            Check(asBatched.Released.Select(release => release.Bar).Where(bar => bar.Source == source.Key).SequenceEqual(source), "a source differs from an undisturbed one");
    });

    [Fact]
    public void Apply_LostBars_DelayAtMostTheTimeoutAndAreCounted() => Run(Each, random =>
    {
        List<Bar> bars = Series(random, random.Next(1, 4), 40);
        HashSet<Bar> lost = [.. bars.Where(_ => random.Next(12) == 0)];
        List<List<Bar>> batches = Disturbance.Of(bars, random, reach: 8, repeated: 0.1, lost.Contains);
        var limits = Impatient with { GapTimeoutMs = 10_000 };
        batches.AddRange(Enumerable.Repeat(new List<Bar>(), 140));   // time goes on until every gap, one behind the other, is given up

        Delivered run = Deliver(batches, limits, random, stepMs: 1_000);

        long arrived = 0;
        foreach (IGrouping<string, Bar> source in bars.GroupBy(bar => bar.Source))
        {
            List<Bar> there = [.. source.Where(bar => !lost.Contains(bar))];
            Check(run.Released.Select(release => release.Bar).Where(bar => bar.Source == source.Key).SequenceEqual(there), "what is left of a source is not in order");
            arrived += there.Count == 0 ? 0 : there[^1].Sequence - there.Count;
            CheckDelays(run, batches, there, limits.GapTimeoutMs);
        }

        Check(run.Missing == arrived && run.Late == 0, $"{run.Missing} counted as missing instead of {arrived}");
        Check(run.State.Sources.All(source => source.Cursor is { HasGap: false, Held.Count: 0 }), "something still waits");
    });

    [Fact]
    public void Apply_DelaysAroundTheTimeout_DoesWhatTheModelDoes() => Run(Each, random =>
    {
        List<Bar> bars = Series(random, random.Next(1, 4), 40);
        List<List<Bar>> batches = Disturbance.Of(bars, random, reach: random.Next(2, 80), repeated: 0.2, _ => random.Next(30) == 0);
        batches.AddRange(Enumerable.Repeat(new List<Bar>(), 5));
        long step = random.Next(1, 60);
        var naive = new NaiveOrder(Impatient);
        for (int i = 0; i < batches.Count; i++) naive.Deliver(batches[i], i * step);

        Delivered run = Deliver(batches, Impatient, random, step);

        foreach (string source in bars.Select(bar => bar.Source).Distinct())
            Check(run.Released.Where(release => release.Bar.Source == source).SequenceEqual(naive.Released.Where(release => release.Bar.Source == source)), $"{source} differs from the model");
        Check(run.Counts == Counts(naive), $"the counters are {run.Counts} instead of {Counts(naive)}");
    });

    [Fact]
    public void Apply_AnythingWithSmallLimits_StaysBoundedAndGoesOnFromAnyStoredState() => Run(Each, random =>
    {
        var limits = new OrderingLimits(random.Next(1, 12), random.Next(0, 200), random.Next(1, 5), random.Next(0, 4));
        List<Bar> bars = Series(random, random.Next(1, 8), 20);
        List<List<Bar>> batches = Disturbance.Of(bars, random, reach: random.Next(2, 100), repeated: 0.3, _ => random.Next(10) == 0);

        Delivered stored = Deliver(batches, limits, random, stepMs: 20);
        Delivered kept = Deliver(batches, limits, null, stepMs: 20);
        var naive = new NaiveOrder(limits);
        for (int i = 0; i < batches.Count; i++) naive.Deliver(batches[i], i * 20);

        Check(kept.Released.SequenceEqual(naive.Released), "released otherwise than the model says");
        Check(kept.Counts == Counts(naive), $"the counters are {kept.Counts} instead of {Counts(naive)}");

        Check(stored.Released.SequenceEqual(kept.Released) && Json(stored.State) == Json(kept.State), "a run from stored states goes on otherwise");
        foreach (SourceCursors state in kept.States)
        {
            Check(state.Sources.Sum(source => source.Cursor.Held.Count) <= limits.MaxHeld, "too much is held");
            Check(state.Sources.Count <= limits.MaxSources, "too many sources are remembered");
            Check(state.Sources.All(source => (source.Cursor.Skipped?.Count ?? 0) <= limits.MaxLateGaps), "too many gaps are remembered");
            Check(state.Sources.All(source => source.Cursor.HasGap == source.Cursor.Held.Count > 0), "a gap without bars that wait, or the other way round");
        }
    });

    [Fact]
    public void Forgo_AndWaitFrom_AnywhereInASchedule_DoWhatTheModelDoes() => Run(Each, random =>
    {
        var limits = new OrderingLimits(
            random.Next(3) == 0 ? random.Next(1, 12) : 10_000, random.Next(0, 300), random.Next(3) == 0 ? random.Next(1, 4) : 64, random.Next(3) == 0 ? random.Next(0, 4) : 10_000);
        List<Bar> bars = Series(random, random.Next(1, 5), 30);
        HashSet<Bar> lost = [.. bars.Where(_ => random.Next(6) == 0)];
        List<List<Bar>> batches = Disturbance.Of(bars, random, reach: random.Next(2, 40), repeated: 0.2, lost.Contains);
        // Letters come before their turn, behind it, twice, and for bars that are there after all.
        List<List<Bar>> letters = Disturbance.Of([.. bars.Where(bar => lost.Contains(bar) || random.Next(12) == 0)], random, reach: random.Next(2, 40), repeated: 0.2);
        var naive = new NaiveOrder(limits);
        var run = new Delivered();
        for (int i = 0, all = batches.Count + letters.Count, now = 0; i < all; i++, now += 20)
        {
            if (random.Next(10) == 0) run.State = JsonSerializer.Deserialize(Json(run.State), ProcessingJson.Default.SourceCursors)!;
            if (random.Next(8) == 0)
            {
                long from = now - random.Next(0, 200);
                run.State = run.State.WaitFrom(from);
                naive.WaitFrom(from);
            }

            List<Bar> batch = Next(random.Next(2) == 0 ? batches : letters, batches, letters, out bool isLetter);
            run.Add(isLetter ? run.State.Forgo(batch, now, limits) : run.State.Apply(batch, now, limits), now);
            if (isLetter) naive.Forgo(batch, now);
            else naive.Deliver(batch, now);
            Check(run.Released.SequenceEqual(naive.Released), $"released otherwise than the model says after {i} deliveries");
            Check(run.Counts == Counts(naive), $"the counters are {run.Counts} instead of {Counts(naive)} after {i} deliveries");
        }
    });

    private static List<Bar> Next(List<List<Bar>> preferred, List<List<Bar>> batches, List<List<Bar>> letters, out bool isLetter)
    {
        List<List<Bar>> from = preferred.Count > 0 ? preferred : ReferenceEquals(preferred, batches) ? letters : batches;
        isLetter = ReferenceEquals(from, letters);
        if (from.Count == 0) return [];
        List<Bar> next = from[0];
        from.RemoveAt(0);
        return next;
    }

    private static (int, long, int, int, int) Counts(NaiveOrder model) => (model.Repeats, model.Missing, model.Gaps, model.Late, model.Forgotten);

    /// <summary>A bar waits for its predecessors, and for the lost ones among them for one time-out each; a delivery comes every second.</summary>
    private static void CheckDelays(Delivered run, List<List<Bar>> batches, List<Bar> there, long timeoutMs)
    {
        Dictionary<Bar, long> released = run.Released.ToDictionary(release => release.Bar, release => release.At);
        Dictionary<Bar, int> arrivals = [];
        for (int i = batches.Count - 1; i >= 0; i--)
        {
            foreach (Bar bar in batches[i]) arrivals[bar] = i;
        }

        long latest = 0, free = 0, next = 1;
        foreach (Bar bar in there)
        {
            latest = Math.Max(latest, arrivals[bar] * 1_000L);
            bool behindAGap = bar.Sequence > next;
            next = bar.Sequence + 1;
            // The wait begins when the gap is seen: not before the bar is there, nor before the gap in front of it is given up.
            free = behindAGap ? Math.Max(latest, free) + timeoutMs : Math.Max(latest, free);
            Check(released[bar] <= free, $"{bar.Source} {bar.Sequence} was released at {released[bar]}, later than {free}");
        }
    }

    private static Delivered Deliver(List<List<Bar>> batches, OrderingLimits limits, Random? storing, long stepMs)
    {
        var run = new Delivered();
        for (int i = 0; i < batches.Count; i++)
        {
            if (storing?.Next(10) == 0) run.State = JsonSerializer.Deserialize(Json(run.State), ProcessingJson.Default.SourceCursors)!;
            run.Add(run.State.Apply(batches[i], i * stepMs, limits), i * stepMs);
        }

        return run;
    }

    private static List<Bar> Series(Random random, int sources, int mostEach)
    {
        int[] left = [.. Enumerable.Range(0, sources).Select(_ => random.Next(1, mostEach + 1))];
        long[] next = new long[sources];
        var bars = new List<Bar>();
        while (left.Sum() > 0)
        {
            int source = random.Next(sources);
            if (left[source] == 0) continue;
            left[source]--;
            bars.Add(new Bar(++next[source] * 1_000, 10, 11, 9, 10 + (next[source] % 3), 100, "s" + source, next[source], 0));
        }

        return bars;
    }

    private static string Json(SourceCursors state) => JsonSerializer.Serialize(state, ProcessingJson.Default.SourceCursors);

    private sealed class Delivered
    {
        public SourceCursors State { get; set; } = SourceCursors.Start;

        public List<SourceCursors> States { get; } = [];

        public List<(Bar Bar, long At)> Released { get; } = [];

        public int Repeats { get; private set; }

        public int Gaps { get; private set; }

        public int Late { get; private set; }

        public long Missing { get; private set; }

        public int Forgotten { get; private set; }

        public (int, long, int, int, int) Counts => (Repeats, Missing, Gaps, Late, Forgotten);

        public void Add(Ordered<SourceCursors, Bar> result, long at)
        {
            State = result.State;
            States.Add(State);
            foreach (Bar bar in result.Released) Released.Add((bar, at));
            Forgotten += result.Forgotten;
            (Repeats, Gaps, Late, Missing) = (Repeats + result.Repeats, Gaps + result.Gaps, Late + result.Late, Missing + result.Missing);
        }
    }
}
