using System.Text;
using Dapr.Actors;
using Dapr.Actors.Runtime;
using DaprTrading.Aggregator;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.History;
using DaprTrading.Aggregator.Summaries;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.Contracts;
using Microsoft.Extensions.DependencyInjection;
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
    public async Task Apply_Gap_AsksForAReminderOnceAndGoesOnWhenItComes()
    {
        List<IndicatorPoint> points = APoint.Walk(30, seed: 1);
        var world = new World();
        await world.TurnAsync([.. points[..10]]);
        await world.TurnAsync([.. points[15..20]]);
        await world.TurnAsync([.. points[20..]]);

        await world.Actor.ReceiveReminderAsync("gap", Encoding.UTF8.GetBytes("11"), TimeSpan.Zero, TimeSpan.Zero);
        await world.State.SaveStateAsync();

        world.Timers.Reminders.Should().ContainSingle().Which.Should().Be("gap");
        (await world.Actor.SummarizeAsync(default)).Summary!.N.Should().Be(30);
    }

    [Fact]
    public async Task Reminder_GapClosedMeanwhile_ChangesNothing()
    {
        List<IndicatorPoint> points = APoint.Walk(30, seed: 1);
        var world = new World();
        await world.TurnAsync([.. points[5..10]]);
        await world.TurnAsync([.. points[..5]]);
        await world.TurnAsync([.. points[15..20]]);

        await world.Actor.ReceiveReminderAsync("gap", Encoding.UTF8.GetBytes("1"), TimeSpan.Zero, TimeSpan.Zero);

        (await world.Actor.SummarizeAsync(default)).Summary!.N.Should().Be(10);
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
        public World()
        {
            var host = ActorHost.CreateForTest<SummaryActor>(new ActorTestOptions { ActorId = new ActorId("T"), TimerManager = Timers });
            var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
            Actor = new SummaryActor(
                host, History, new Register(), Sink, new AggregatorMetrics(meters), Options.Create(new AggregatorOptions { SegmentSize = 100 }),
                Options.Create(new AccuracyOptions()));
            typeof(Actor).GetProperty(nameof(Actor.StateManager))!.SetValue(Actor, State);
        }

        public FakeState State { get; } = new();

        public FakeHistory History { get; } = new();

        public Timers Timers { get; } = new();

        public Sink Sink { get; } = new();

        public SummaryActor Actor { get; }

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

        public Task ActivateAsync() =>
            (Task)typeof(Actor).GetMethod("OnActivateAsync", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.Invoke(Actor, null)!;

        public async Task<IReadOnlyList<Candle>> CandlesAsync(int series) => (await Actor.CandlesAsync(new CandleSeries(series), default)).Tail;
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
        public List<string> Reminders { get; } = [];

        public override Task RegisterReminderAsync(ActorReminder reminder)
        {
            Reminders.Add(reminder.Name);
            return Task.CompletedTask;
        }

        public override Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder) => throw new NotSupportedException();

        public override Task UnregisterReminderAsync(ActorReminderToken reminder) => throw new NotSupportedException();

        public override Task RegisterTimerAsync(ActorTimer timer) => throw new NotSupportedException();

        public override Task UnregisterTimerAsync(ActorTimerToken timer) => throw new NotSupportedException();
    }
}
