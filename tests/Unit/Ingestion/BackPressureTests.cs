using DaprTrading.Contracts;
using DaprTrading.Ingestion.BackPressure;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Ingestion;

public sealed class BackPressureTests
{
    private const string Everybody = "processing,signals,aggregator";
    private readonly Clock _clock = new();

    [Fact]
    public void Ledger_RandomPublishesAndMarks_NeverTellsTooFewAndAtMostOneStepTooMany()
    {
        var random = new Random(7);
        for (int round = 0; round < 200; round++)
        {
            long step = random.Next(1, 20), now = 1_000, mark = 0;
            var ledger = new UnreadLedger(step);
            var published = new List<(long At, int Events)>();
            for (int i = 0; i < 100; i++)
            {
                now += random.Next(0, 5);
                int events = random.Next(1, 5);
                ledger.Published(now, events);
                published.Add((now, events));
                if (random.Next(4) == 0) mark = Math.Max(mark, now - random.Next(0, 60));
                ledger.Handled(mark);

                int truth = published.Where(p => p.At > mark).Sum(p => p.Events);
                ledger.Unread.Should().BeInRange(truth, truth + step + 8, "round {0}, step {1}", round, step);
            }

            ledger.Handled(now);
            ledger.Unread.Should().Be(0);
        }
    }

    [Fact]
    public void Check_NobodyWasEverHeardOf_ClosesAtTheBound()
    {
        BackPressureGate gate = Gate(100);
        Publish(gate, 99);
        gate.Check(0).Should().BeNull();

        Publish(gate, 1);

        gate.Check(0).Should().BeEquivalentTo(new Refusal("processing", 100, 100, 5));
    }

    [Fact]
    public void Check_ServicesCatchUp_OpensAtFourFifths()
    {
        BackPressureGate gate = Gate(100);
        for (int i = 0; i < 100; i++) Publish(gate, 1, _clock.Advance(10));
        gate.Check(0).Should().NotBeNull();

        BeatOfAll(gate, _clock.Now - 850);
        gate.Check(0)!.Unread.Should().Be(85);
        BeatOfAll(gate, _clock.Now - 800);

        gate.Check(0).Should().BeNull();
        Publish(gate, 19);
        gate.Check(0).Should().BeNull("99 are below the bound");
        Publish(gate, 1);
        gate.Check(0).Should().NotBeNull();
    }

    [Fact]
    public void Check_OneServiceIsBehind_IsNamed()
    {
        BackPressureGate gate = Gate(10);
        Publish(gate, 10);
        Beat(gate, AppIds.Processing, _clock.Now, _clock.Now);
        Beat(gate, AppIds.Aggregator, _clock.Now);

        gate.Check(0)!.Service.Should().Be(AppIds.Signals);
        Gate(10, "").Check(0).Should().BeNull("nobody is waited for");
    }

    [Fact]
    public void Check_RepeatsBecomeNoPoints_ThoseBehindProcessingAreAsFarAsProcessing()
    {
        BackPressureGate gate = Gate(10);
        long lastPoint = _clock.Now;
        Publish(gate, 1);
        BeatOfAll(gate, lastPoint);
        Publish(gate, 10, _clock.Advance(1_000));
        gate.Check(0).Should().NotBeNull();

        Beat(gate, AppIds.Processing, handled: _clock.Now, published: lastPoint);
        Beat(gate, AppIds.Signals, lastPoint);
        Beat(gate, AppIds.Aggregator, lastPoint);

        gate.Check(0).Should().BeNull();
    }

    [Fact]
    public void Check_ProcessingPublishedMoreThanOthersHandled_TheyStayBehind()
    {
        BackPressureGate gate = Gate(10);
        long before = _clock.Now;
        Publish(gate, 10, _clock.Advance(1_000));
        BeatOfAll(gate, before);
        Beat(gate, AppIds.Processing, handled: _clock.Now, published: _clock.Now);

        gate.Check(0).Should().NotBeNull();
    }

    [Fact]
    public void Check_TwoInstances_ShareTheBound()
    {
        BackPressureGate gate = Gate(100);
        Publish(gate, 60);
        gate.Check(0).Should().BeNull();

        Beat(gate, AppIds.Ingestion, null, instance: "ingestion-self");
        gate.Check(0).Should().BeNull("it is the only one itself");
        Beat(gate, AppIds.Ingestion, null, instance: "ingestion-other");
        gate.Check(0)!.Bound.Should().Be(50);

        _clock.Advance(16_000);
        gate.Check(0).Should().BeNull("the other one is gone");
    }

    [Fact]
    public void Check_ServiceIsAliveButItsEventsAreGone_LetsSingleRequestsThrough()
    {
        BackPressureGate gate = Gate(10);
        Publish(gate, 10);
        gate.Check(0).Should().NotBeNull();
        _clock.Advance(60_000);
        gate.Check(0).Should().NotBeNull("nobody is there to handle a request");

        BeatOfAll(gate, null);
        gate.Check(0).Should().BeNull("this one is a probe");
        Publish(gate, 1, _clock.Now);
        gate.Check(0).Should().NotBeNull("one at a time");
        BeatOfAll(gate, _clock.Now);

        gate.Check(0).Should().BeNull();
    }

    [Fact]
    public void Check_ManyRecordsWaitForTheBroker_CountsThemAgainstTwiceTheBound()
    {
        BackPressureGate gate = Gate(100);
        Publish(gate, 50);

        gate.Check(149).Should().BeNull();
        gate.Check(150).Should().NotBeNull();
    }

    [Fact]
    public void Heard_TimeAheadOfTheClock_CountsAsNow()
    {
        BackPressureGate gate = Gate(10);
        Publish(gate, 10);
        BeatOfAll(gate, long.MaxValue);
        gate.Check(0).Should().BeNull();

        Publish(gate, 10, _clock.Advance(1_000));

        gate.Check(0).Should().NotBeNull();
    }

    [Fact]
    public void Mark_TakesTheNewestAndNothingFromTheFuture()
    {
        var mark = new HandledMark(_clock);
        mark.Until.Should().BeNull();
        mark.Handled(new BarBatch("A", []));
        mark.Handled("anything");
        mark.Events.Should().Be(0);

        mark.Handled(new BarBatch("A", [ABar(_clock.Now - 20)]));
        mark.Handled(new BarBatch("A", [ABar(_clock.Now - 50)]));
        mark.Until.Should().Be(_clock.Now - 20);
        mark.Handled(new BarBatch("A", [ABar(long.MaxValue)]));

        mark.Until.Should().Be(_clock.Now);
        mark.Events.Should().Be(3);
    }

    private static Bar ABar(long ingestedAt) => new(1, 1, 1, 1, 1, 1, "s", 1, ingestedAt);

    private BackPressureGate Gate(int bound, string waitFor = Everybody) => new(
        Options.Create(new BackPressureOptions { MaxUnreadEvents = bound, WaitFor = waitFor }),
        new ServiceInstance(AppIds.Ingestion, "ingestion-self", _clock.Now), _clock, NullLogger<BackPressureGate>.Instance);

    private void Publish(BackPressureGate gate, int events, long? at = null) => gate.Published(at ?? _clock.Now, events);

    private void BeatOfAll(BackPressureGate gate, long? handled)
    {
        Beat(gate, AppIds.Processing, handled, handled);
        Beat(gate, AppIds.Signals, handled);
        Beat(gate, AppIds.Aggregator, handled);
    }

    private void Beat(BackPressureGate gate, string app, long? handled, long? published = null, string? instance = null) => gate.Heard(
        new Heartbeat(app, instance ?? app + "-1", 0, _clock.Now, new Dictionary<string, double>(), new Dictionary<string, int>())
        {
            HandledUntil = handled, PublishedUntil = published,
        });

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

        public long Now => _now.ToUnixTimeMilliseconds();

        public long Advance(int milliseconds)
        {
            _now = _now.AddMilliseconds(milliseconds);
            return Now;
        }

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
