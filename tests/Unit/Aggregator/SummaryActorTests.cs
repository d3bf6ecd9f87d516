using Dapr.Actors;
using Dapr.Actors.Runtime;
using DaprTrading.Aggregator;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Candles;
using DaprTrading.Aggregator.History;
using DaprTrading.Aggregator.Summaries;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.Contracts;
using DaprTrading.Tests.Unit.Testing;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Aggregator;

public sealed partial class SummaryActorTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Apply_ShuffledRepeatedAndCrashing_EndsAsAnUndisturbedRun(int seed)
    {
        List<IndicatorPoint> points = APoint.Walk(900, seed, stepMs: 20_000);
        var random = new Random(seed);
        var calm = new World();
        var rough = new World();
        foreach (IndicatorPoint[] batch in points.Chunk(10))
        {
            await calm.TurnAsync(batch);
        }

        foreach (IndicatorPoint[] batch in points.Chunk(10).Select((batch, i) => (batch, at: i + random.Next(0, 9))).OrderBy(e => e.at).Select(e => e.batch))
        {
            await rough.TurnAsync(batch, crash: random.Next(4) == 0);
            await rough.TurnAsync(batch);
        }

        rough.State.Stored["summary"].Should().Contain("\"next\":901");
        (await rough.Actor.SummarizeAsync(default)).Summary.Should().BeEquivalentTo((await calm.Actor.SummarizeAsync(default)).Summary);
        rough.History.Segments.Should().Equal(calm.History.Segments);
        rough.History.Changed.Should().BeEmpty();
        foreach (int series in (int[])[0, 1, 2])
        {
            (await rough.CandlesAsync(series)).Should().Equal(await calm.CandlesAsync(series));
        }
    }

    [Fact]
    public async Task Apply_Gap_AsksForAPeriodicReminderOnceAndGoesOnWhenTheWaitIsOver()
    {
        List<IndicatorPoint> points = APoint.Walk(30, seed: 1);
        var world = new World();
        await world.TurnAsync([.. points[..10]]);
        await world.TurnAsync([.. points[15..20]]);
        await world.TurnAsync([.. points[20..]]);

        world.Time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromMilliseconds(1));
        await world.RemindAsync();
        long early = await world.LastAsync();
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await world.RemindAsync();

        (early, await world.LastAsync()).Should().Be((10, 30));
        world.Timers.Registered.Should().ContainSingle().Which.Should().Be(("gap", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(12)));
        world.Timers.Unregistered.Should().Equal("gap");
    }

    /// <summary>A firing that was lost is no harm: the next one comes, and so does the next delivery.</summary>
    [Fact]
    public async Task Apply_WaitIsOverAndNoReminderCame_GoesOn()
    {
        List<IndicatorPoint> points = APoint.Walk(30, seed: 1);
        var world = new World();
        await world.TurnAsync([.. points[15..20]]);
        world.Time.Advance(TimeSpan.FromMinutes(2));

        await world.TurnAsync([.. points[20..]]);

        (await world.LastAsync()).Should().Be(30);
    }

    [Fact]
    public async Task Reminder_OverdueAtAnActivation_LeavesTheBrokerTimeToDeliverWhatIsMissing()
    {
        List<IndicatorPoint> points = APoint.Walk(30, seed: 1);
        var world = new World();
        await world.TurnAsync([.. points[..10]]);
        await world.TurnAsync([.. points[15..]]);
        world.Time.Advance(TimeSpan.FromMinutes(5));

        world.Restart();
        await world.RemindAsync();
        long waiting = await world.LastAsync();
        await world.TurnAsync([.. points[10..15]]);

        (waiting, await world.LastAsync()).Should().Be((10, 30));
        world.Metric("late").Should().Be(0, "nothing was given up");
    }

    [Fact]
    public async Task Reminder_OverdueAfterAFailedTurn_WaitsAnew()
    {
        List<IndicatorPoint> points = APoint.Walk(30, seed: 1);
        var world = new World();
        await world.TurnAsync([.. points[15..]]);
        world.Time.Advance(TimeSpan.FromMinutes(5));
        await world.FailAsync();

        await world.RemindAsync();
        bool waits = (await world.Actor.SummarizeAsync(default)).Summary is null;
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await world.RemindAsync();

        (waits, await world.LastAsync()).Should().Be((true, 30));
    }

    /// <summary>What a republished dead letter is, and what a broker delivers that takes longer than the wait.</summary>
    [Fact]
    public async Task Apply_PointsOfAGapThatWasGivenUp_AreInHistoryCandlesAndTheDaysVolumeAsIfNothingHadHappened()
    {
        List<IndicatorPoint> points = APoint.Walk(700, seed: 4, stepMs: 20_000);
        var calm = new World();
        await calm.TurnAsync(points);
        var world = new World();
        await world.TurnAsync(points[..230]);
        await world.TurnAsync(points[330..]);
        world.Time.Advance(TimeSpan.FromMinutes(2));
        await world.RemindAsync();
        long without = await world.LastAsync();

        foreach (IndicatorPoint[] letter in points[200..340].Chunk(40).Reverse())
        {
            await world.TurnAsync(letter);
            await world.TurnAsync(letter);
        }

        without.Should().Be(700);
        (await world.PointsAsync()).Should().BeEquivalentTo(points, options => options.WithStrictOrdering());
        foreach ((long from, int limit) in ((long, int)[])[(1, 10), (150, 200), (225, 10), (300, 60), (690, 50)])
        {
            (await world.PointsAsync(from, limit)).Select(point => point.N).Should().Equal(points.Where(point => point.N >= from).Take(limit).Select(point => point.N));
            (await world.NewestAsync(limit)).Select(point => point.N).Should().Equal(points.TakeLast(limit).Select(point => point.N));
        }

        foreach (int series in (int[])[0, 1, 2])
        {
            (await world.DerivedAsync(series)).Should().BeEquivalentTo(await calm.DerivedAsync(series), options => options.WithStrictOrdering());
        }

        SymbolSummary summary = (await world.Actor.SummarizeAsync(default)).Summary!, expected = (await calm.Actor.SummarizeAsync(default)).Summary!;
        (summary.Volume, summary.DayHigh, summary.DayLow, summary.Last, summary.N).Should().Be((expected.Volume, expected.DayHigh, expected.DayLow, expected.Last, 700));
        (world.Metric("late"), world.Metric("missing")).Should().Be((100, 100));
    }

    [Fact]
    public async Task Apply_PointFarAheadOfTheSeries_IsRefusedAndChangesNothing()
    {
        List<IndicatorPoint> points = APoint.Walk(20, seed: 1);
        var world = new World();
        await world.TurnAsync(points[..10]);

        Func<Task> forged = () => world.Actor.ApplyAsync([points[10] with { N = 1L << 52 }], default);

        await forged.Should().ThrowAsync<InvalidDataException>().WithMessage("*ahead of 11*");
        await world.TurnAsync(points[10..]);
        (await world.LastAsync()).Should().Be(20);
    }

    [Fact]
    public async Task Count_SignalsTwice_AreCountedOnce()
    {
        var world = new World();
        await world.TurnAsync([.. APoint.Walk(3, seed: 1)]);
        TradingSignal[] signals = [SignalCountsTests.Signal(2, "a", Side.Buy), SignalCountsTests.Signal(3, "a", Side.Sell)];

        await world.Actor.CountAsync(signals, default);
        await world.Actor.CountAsync(signals, default);

        SymbolSummary summary = (await world.Actor.SummarizeAsync(default)).Summary!;
        (summary.BuySignals, summary.SellSignals, summary.LastSignal!.N).Should().Be((1, 1, 3));
        world.Sink.Offered.Should().Be(2, "one for the points, one for the signals");
    }

    [Fact]
    public async Task Count_OlderThanIsRemembered_IsCountedAsForgotten()
    {
        var world = new World();
        await world.TurnAsync([.. APoint.Walk(3, seed: 1)]);
        long far = (SeenSignals.Pages * SeenPage.Size) + 5;

        await world.Actor.CountAsync([SignalCountsTests.Signal(5, "a", Side.Buy), SignalCountsTests.Signal(far, "a", Side.Buy)], default);
        await world.Actor.CountAsync([SignalCountsTests.Signal(5, "a", Side.Buy), SignalCountsTests.Signal(6, "a", Side.Buy)], default);

        ((await world.Actor.SummarizeAsync(default)).Summary!.BuySignals, world.Metric("signals.forgotten")).Should().Be((2, 2));
    }

    /// <summary>As many as all strategies give when a replay of 5,850 bars runs ahead, and then more than are held.</summary>
    [Theory, InlineData(2_500, 0), InlineData(SignalTallies.MostPending + 7, 7)]
    public async Task Count_SignalsAheadOfTheirPoints_WaitOrAreCountedAsUnfollowed(int signals, int unfollowed)
    {
        var world = new World();
        for (int first = 1; first <= signals; first += 500)
        {
            int count = Math.Min(500, signals - first + 1);
            await world.Actor.CountAsync([.. Enumerable.Range(first, count).Select(n => SignalCountsTests.Signal(n, "a", Side.Buy))], default);
            await world.State.SaveStateAsync();
        }

        ((await world.Actor.AccuracyAsync(default)).Signals!.Pending.Count, world.Metric("signals.unfollowed")).Should().Be((signals - unfollowed, unfollowed));
    }

    [Fact]
    public async Task Apply_DiesBeforeTheCommit_OffersNoSummaryOfIt()
    {
        List<IndicatorPoint> points = APoint.Walk(5, seed: 1);
        var world = new World();

        await world.TurnAsync([.. points], crash: true);

        world.Sink.Offered.Should().Be(0);
        world.State.Stored.Should().BeEmpty();
    }

    [Fact]
    public async Task Activate_WithPoints_OffersTheSummaryThatMayNeverHaveGoneOut()
    {
        var world = new World();
        await world.ActivateAsync();
        int before = world.Sink.Offered;
        await world.TurnAsync([.. APoint.Walk(5, seed: 1)]);

        await world.ActivateAsync();

        (before, world.Sink.Offered).Should().Be((0, 2));
    }

    [Fact]
    public async Task Apply_RepeatOnly_CommitsNothing()
    {
        List<IndicatorPoint> points = APoint.Walk(5, seed: 1);
        var world = new World();
        await world.TurnAsync([.. points]);

        await world.TurnAsync([.. points]);

        world.State.LastWritten.Should().BeEmpty();
    }

    /// <summary>An actor with state, history and timers that are looked at from outside.</summary>
    private sealed class World
    {
        private readonly Counters _counters = new();
        private readonly AggregatorMetrics _metrics;

        public World()
        {
            _metrics = new AggregatorMetrics(_counters.Meters);
            Actor = Start();
        }

        public Clock Time { get; } = new();

        public FakeState State { get; } = new();

        public FakeHistory History { get; } = new();

        public Timers Timers { get; } = new();

        public Sink Sink { get; } = new();

        public SummaryActor Actor { get; private set; }

        /// <summary>Another process has the actor now.</summary>
        public void Restart() => Actor = Start();

        public long Metric(string name) => _counters["daprtrading.aggregator." + name];

        public async Task TurnAsync(IReadOnlyList<IndicatorPoint> points, bool crash = false)
        {
            State.LastWritten = [];
            State.DiesAtSave = crash;
            try
            {
                await Actor.ApplyAsync(points, default);
                await State.SaveStateAsync();
            }
            catch (IOException) when (crash)
            {
                // What is checked is what a process that died here left behind.
            }

            State.DiesAtSave = false;
        }

        public async Task RemindAsync()
        {
            await Actor.ReceiveReminderAsync("gap", [], TimeSpan.Zero, TimeSpan.Zero);
            await State.SaveStateAsync();
        }

        public async Task<long> LastAsync() => (await Actor.SummarizeAsync(default)).Summary!.N;

        public Task ActivateAsync() => CallAsync("OnActivateAsync");

        public Task FailAsync() => CallAsync("OnActorMethodFailedAsync", null, new IOException("the store is away"));

        public async Task<IReadOnlyList<Candle>> CandlesAsync(int series) => (await Actor.CandlesAsync(new CandleSeries(series), default)).Tail;

        /// <summary>Points, as they are read.</summary>
        public async Task<IReadOnlyList<IndicatorPoint>> PointsAsync(long from = 1, int limit = 100_000) =>
            await new SliceReader("T", History).PointsFromAsync(await Actor.PointsAsync(default), from, limit, default);

        public async Task<IReadOnlyList<IndicatorPoint>> NewestAsync(int limit) =>
            await new SliceReader("T", History).NewestPointsAsync(await Actor.PointsAsync(default), limit, default);

        /// <summary>All candles of a base interval, as they are read.</summary>
        public async Task<IReadOnlyList<Candle>> DerivedAsync(int series)
        {
            CandleInterval interval = CandleInterval.Bases[series];
            return await new SliceReader("T", History).CandlesAsync(
                await Actor.CandlesAsync(new CandleSeries(series), default), interval, new CandleWindow(interval, 0, long.MaxValue, 100_000), default);
        }

        private Task CallAsync(string method, params object?[] arguments) => (Task)typeof(Actor)
            .GetMethod(method, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.Invoke(Actor, arguments)!;

        private SummaryActor Start()
        {
            var host = ActorHost.CreateForTest<SummaryActor>(new ActorTestOptions { ActorId = new ActorId("T"), TimerManager = Timers });
            var actor = new SummaryActor(
                host, History, new Register(), Sink, _metrics, Options.Create(new AggregatorOptions { SegmentSize = 100 }),
                Options.Create(new AccuracyOptions()), Time);
            typeof(Actor).GetProperty(nameof(Actor.StateManager))!.SetValue(actor, State);
            return actor;
        }
    }

    private sealed class Register : ISymbolRegister
    {
        public Task AddAsync(string symbol, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Sink : ISummarySink
    {
        public int Offered { get; private set; }

        public void Offer(string symbol, RunningSummary running, SignalCounts signals) => Offered++;
    }

    private sealed class Timers : ActorTimerManager
    {
        public List<(string Name, TimeSpan DueTime, TimeSpan Period)> Registered { get; } = [];

        public List<string> Unregistered { get; } = [];

        public override Task RegisterReminderAsync(ActorReminder reminder)
        {
            Registered.Add((reminder.Name, reminder.DueTime, reminder.Period));
            return Task.CompletedTask;
        }

        public override Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder) => throw new NotSupportedException();

        public override Task UnregisterReminderAsync(ActorReminderToken reminder)
        {
            Unregistered.Add(reminder.Name);
            return Task.CompletedTask;
        }

        public override Task RegisterTimerAsync(ActorTimer timer) => throw new NotSupportedException();

        public override Task UnregisterTimerAsync(ActorTimerToken timer) => throw new NotSupportedException();
    }
}
