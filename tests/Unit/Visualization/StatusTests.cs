using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Visualization;
using DaprTrading.Visualization.Live;
using DaprTrading.Visualization.Status;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Visualization;

public sealed class StatusTests
{
    private readonly Clock _clock = new();
    private readonly HeartbeatBoard _board;

    public StatusTests() => _board = new HeartbeatBoard(_clock);

    [Fact]
    public void Rates_TwoBeats_ArePerSecondAndSummedOverInstances()
    {
        Beat("processing", "p-1", ("daprtrading.processing.bars", 1_000));
        Beat("processing", "p-2", ("daprtrading.processing.bars", 0));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Beat("processing", "p-1", ("daprtrading.processing.bars", 2_000));
        Beat("processing", "p-2", ("daprtrading.processing.bars", 50));

        _board.Rates().Bars.Should().Be(210);
        _board.Rates().Points.Should().Be(0);
    }

    [Fact]
    public void Services_SilentInstance_IsNotAliveAndThenForgotten()
    {
        Beat("signals", "s-1");
        _clock.Advance(TimeSpan.FromSeconds(16));
        _board.Services().Single(service => service.App == "signals").Instances.Single().Alive.Should().BeFalse();

        _clock.Advance(TimeSpan.FromMinutes(11));

        _board.Services().Single(service => service.App == "signals").Instances.Should().BeEmpty();
        _board.Services().Should().HaveCount(8, "every service is listed even when it was never heard of");
    }

    [Fact]
    public void Add_OlderBeat_ChangesNothing()
    {
        Beat("signals", "s-1", ("daprtrading.signals.signals", 10));
        _board.Add(new Heartbeat("signals", "s-1", 0, _clock.Now - 5_000, Counters(("daprtrading.signals.signals", 4)), new Dictionary<string, int>()));

        _board.Services().Single(service => service.App == "signals").Instances.Single().Counters["daprtrading.signals.signals"].Should().Be(10);
    }

    /// <summary>A replica that joins is sent the heartbeats of those that have died since.</summary>
    [Fact]
    public void Add_SaidLongBeforeThisProcessBegan_CountsAsOfThen()
    {
        Said("dead", _clock.Now - 60_000, rejected: 3);
        Said("forgotten", _clock.Now - 601_000, rejected: 5);
        Said("living", _clock.Now - 4_000, rejected: 7);

        InstanceStatus[] found = [.. _board.Services().Single(service => service.App == "ingestion").Instances];

        found.ToDictionary(instance => instance.Instance, instance => instance.Alive).Should().BeEquivalentTo(new Dictionary<string, bool> { ["dead"] = false, ["living"] = true });
        found.Single(instance => instance.Instance == "dead").LastSeen.Should().Be(_clock.Now - 60_000);
        _board.Rejected().Total.Should().Be(10, "what is not known any more counts no more");

        _clock.Advance(TimeSpan.FromMinutes(9) + TimeSpan.FromSeconds(1));
        _board.Services().Single(service => service.App == "ingestion").Instances.Select(instance => instance.Instance).Should().Equal("living");
    }

    [Fact]
    public void Add_SaidByAClockThatIsBehind_IsAliveWhileItIsHeard()
    {
        _clock.Advance(TimeSpan.FromMinutes(10));
        _board.Add(new Heartbeat("signals", "s-1", 0, _clock.Now - 300_000, Counters(), new Dictionary<string, int>()));

        _board.Services().Single(service => service.App == "signals").Instances.Single().Alive.Should().BeTrue();
    }

    [Fact]
    public void LiveBoard_FromLongBeforeThisProcessBegan_IsNoNews()
    {
        const long started = 1_700_000_000_000;
        var board = new LiveBoard(Options.Create(new VisualizationOptions()), new ServiceInstance("visualization", "v-1", started));
        foreach (long at in (long[])[started - 61_000, started - 59_000, started + 1])
        {
            board.Add(new TradingSignal($"A:{at}:x", "A", Side.Buy, "x", 1, 1, 1, 1, [], "s", at));
            board.Add(new DaprTrading.Contracts.Notification($"n{at}", "signal", "t", "t", 1, "A", null, null, null, at, false));
            board.Add([new MarketEvent(MarketEventKinds.OrderBook, "A", 1, "s", 1, at)]);
        }

        (board.TakeSignals().Length, board.TakeNotices().Length, board.TakeEvents().Length).Should().Be((2, 2, 2));
    }

    [Fact]
    public void Take_EventThatCannotBe_IsDroppedAlone()
    {
        var taken = new List<string>();
        var events = new BulkEvents<Heartbeat>([Beat("a"), Beat("b") with { Counters = null! }, Beat("c")]);

        LiveSubscriptions.Take(events, LiveSubscriptions.IsSound, beat => taken.Add(beat.Instance));

        taken.Should().Equal("a", "c");
        events.StatusOf(1).Should().Be(Dapr.AspNetCore.BulkSubscribeAppResponseStatus.DROP);

        static Heartbeat Beat(string instance) => new("signals", instance, 0, 0, Counters(), new Dictionary<string, int>());
    }

    [Fact]
    public void IsSound_PartsThatAreMissing_AreSeen()
    {
        LiveSubscriptions.IsSound(new IndicatorBatch("A", null, null!)).Should().BeFalse();
        LiveSubscriptions.IsSound(new MarketEventBatch([null!])).Should().BeFalse();
        LiveSubscriptions.IsSound(new RejectedBatch(1, null!)).Should().BeFalse();
        LiveSubscriptions.IsSound(new DaprTrading.Contracts.Notification(null!, "signal", "t", "t", 1, null, null, null, null, 1, false)).Should().BeFalse();
        LiveSubscriptions.IsSound(new MarketEventBatch([])).Should().BeTrue();
    }

    [Fact]
    public void Rejected_IsSummedByField()
    {
        Beat("ingestion", "i-1", ("daprtrading.ingestion.records.rejected", 3), ("daprtrading.ingestion.rejections.high", 2));
        Beat("ingestion", "i-2", ("daprtrading.ingestion.records.rejected", 1), ("daprtrading.ingestion.rejections.high", 1));

        (double total, IReadOnlyDictionary<string, double> byField) = _board.Rejected();

        total.Should().Be(4);
        byField.Should().Equal(new Dictionary<string, double> { ["high"] = 3 });
    }

    [Fact]
    public void Ordering_EachCounterOfEachProcess_HasAFieldOfItsOwn()
    {
        string[] counters =
        [
            "processing.sources", "processing.unnumbered", "processing.restarted", "processing.repeats", "processing.held", "processing.gaps",
            "processing.missing", "processing.late",
            "processing.backwards", "processing.republished", "processing.evicted", "ingestion.requests.refused",
        ];
        Beat("processing", "p-1", [.. counters.Select((name, i) => ("daprtrading." + name, i + 1.0))]);
        Beat("processing", "p-2", [.. counters.Select((name, i) => ("daprtrading." + name, 100.0))]);

        _board.Ordering().Should().Be(new OrderingStatus(101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112));
    }

    [Fact]
    public void RejectedBoard_KeepsTheNewestTwenty()
    {
        var board = new RejectedBoard();
        for (int i = 0; i < 30; i++)
        {
            board.Add(new RejectedBatch(i, [new RejectedRecord(i, new Dictionary<string, string[]>())]));
        }

        board.Read().Select(record => record.Index).Should().Equal(Enumerable.Range(10, 20).Reverse());
    }

    [Fact]
    public void RecentIds_Repeat_IsKnownUntilManyCameAfter()
    {
        var ids = new RecentIds(capacity: 2);

        bool[] isNew = [.. ((string[])["a", "b", "a", "c", "a"]).Select(ids.Add)];

        isNew.Should().Equal(true, true, false, true, true);
    }

    private void Said(string instance, long time, double rejected) =>
        _board.Add(new Heartbeat("ingestion", instance, 0, time, Counters(("daprtrading.ingestion.records.rejected", rejected)), new Dictionary<string, int>()));

    private static Dictionary<string, double> Counters(params (string Name, double Value)[] counters) =>
        counters.ToDictionary(counter => counter.Name, counter => counter.Value);

    private void Beat(string app, string instance, params (string Name, double Value)[] counters) =>
        _board.Add(new Heartbeat(app, instance, 0, _clock.Now, Counters(counters), new Dictionary<string, int>()));

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

        public long Now => _now.ToUnixTimeMilliseconds();

        public void Advance(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
