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
        gate.Check(0, 1).Should().BeNull();

        Publish(gate, 1);

        gate.Check(0, 1).Should().BeEquivalentTo(new Refusal("processing", 100, 100, 5));
    }

    [Fact]
    public void Check_ServicesCatchUp_OpensAtFourFifths()
    {
        BackPressureGate gate = Gate(100);
        for (int i = 0; i < 100; i++) Publish(gate, 1, _clock.Advance(10));
        gate.Check(0, 1).Should().NotBeNull();

        BeatOfAll(gate, _clock.Now - 850);
        gate.Check(0, 1)!.Unread.Should().Be(85);
        BeatOfAll(gate, _clock.Now - 800);

        gate.Check(0, 1).Should().BeNull();
        Publish(gate, 19);
        gate.Check(0, 1).Should().BeNull("99 are below the bound");
        Publish(gate, 1);
        gate.Check(0, 1).Should().NotBeNull();
    }

    [Fact]
    public void Check_OneServiceIsBehind_IsNamed()
    {
        BackPressureGate gate = Gate(10);
        Publish(gate, 10);
        Beat(gate, AppIds.Processing, _clock.Now, _clock.Now);
        Beat(gate, AppIds.Aggregator, _clock.Now);

        gate.Check(0, 1)!.Service.Should().Be(AppIds.Signals);
        Begin("ingestion-1", 10, "").Check(0, 1).Should().BeNull("nobody is waited for");
    }

    [Fact]
    public void Check_RepeatsBecomeNoPoints_ThoseBehindProcessingAreAsFarAsProcessing()
    {
        BackPressureGate gate = Gate(10);
        long lastPoint = _clock.Now;
        Publish(gate, 1);
        BeatOfAll(gate, lastPoint);
        Publish(gate, 10, _clock.Advance(1_000));
        gate.Check(0, 1).Should().NotBeNull();

        Beat(gate, AppIds.Processing, handled: _clock.Now, published: lastPoint);
        Beat(gate, AppIds.Signals, lastPoint);
        Beat(gate, AppIds.Aggregator, lastPoint);

        gate.Check(0, 1).Should().BeNull();
    }

    [Fact]
    public void Check_ProcessingPublishedMoreThanOthersHandled_TheyStayBehind()
    {
        BackPressureGate gate = Gate(10);
        long before = _clock.Now;
        Publish(gate, 10, _clock.Advance(1_000));
        BeatOfAll(gate, before);
        Beat(gate, AppIds.Processing, handled: _clock.Now, published: _clock.Now);

        gate.Check(0, 1).Should().NotBeNull();
    }

    [Fact]
    public void Check_BeforeAnythingIsKnown_RefusesAndSaysWhy()
    {
        BackPressureGate gate = Begin("ingestion-1", 100);
        gate.Check(0, 1)!.Reason.Should().Contain("not known yet");

        gate.Renew(UnreadRecord.Empty);
        gate.Check(0, 1)!.Reason.Should().Contain("processing, signals, aggregator").And.Contain("WaitFor");
        Beat(gate, AppIds.Processing, null);
        Beat(gate, AppIds.Aggregator, null);
        gate.Check(0, 1)!.Reason.Should().Contain("heard of signals:");
        gate.Ready.IsCompleted.Should().BeFalse();
        Beat(gate, AppIds.Signals, null);

        gate.Check(0, 1).Should().BeNull();
        gate.Ready.IsCompleted.Should().BeTrue();
        UnreadRecord remembered = gate.Renew(UnreadRecord.Empty);
        BackPressureGate next = Begin("ingestion-2", 100);
        next.Renew(remembered);
        next.Check(0, 1).Should().BeNull("the record remembers that they were heard of");
    }

    [Fact]
    public void Check_AfterAnyNumberOfRestartsWithEverybodyAway_KeepsToTheBound()
    {
        const int Bound = 1_000;
        UnreadRecord stored = UnreadRecord.Empty;
        var random = new Random(3);
        int accepted = 0;
        for (int process = 0; process < 10; process++)
        {
            BackPressureGate gate = Begin($"ingestion-{process}", Bound);
            BeatOfAll(gate, null);
            stored = gate.Renew(stored);
            gate.Renewed();
            for (int i = 0; i < random.Next(1, 60) && gate.Check(0, 10) is null; i++)
            {
                if (!gate.Covers(10))
                {
                    stored = gate.Renew(stored, 10);
                    gate.Renewed();
                }

                Publish(gate, 10, _clock.Advance(100));
                accepted += 10;
                stored.Shares.Sum(share => share.Steps.Sum(step => step.Events)).Should().BeGreaterThanOrEqualTo(accepted, "the record is never short");
            }
        }

        BackPressureGate last = Begin("ingestion-last", Bound);
        last.Renew(stored);
        accepted.Should().BeInRange(Bound / 2, Bound);
        last.Check(0, 1)!.Unread.Should().BeGreaterThanOrEqualTo(accepted);

        BeatOfAll(last, _clock.Advance(11_000));
        last.Check(0, 1).Should().BeNull("everything was read, the reserves of the dead included");
        last.Renew(stored).Shares.Should().BeEmpty();
    }

    [Fact]
    public void Check_TwoInstances_ShareTheBound()
    {
        BackPressureGate one = Gate(100), other = Begin("ingestion-other", 100);
        BeatOfAll(other, null);
        UnreadRecord stored = one.Renew(UnreadRecord.Empty, 60);
        one.Renewed();
        Publish(one, 60);
        stored = other.Renew(stored);
        other.Check(0, 1).Should().BeNull();

        stored = other.Renew(stored, 40);
        other.Renewed();
        Publish(other, 40);
        one.Renew(stored);

        one.Check(0, 1)!.Unread.Should().Be(100);
        other.Check(0, 1)!.Unread.Should().Be(100);
    }

    [Fact]
    public void Renew_BeyondTwiceTheBound_IsRefused()
    {
        BackPressureGate gate = Gate(100);
        UnreadRecord stored = gate.Renew(UnreadRecord.Empty, 200);
        gate.Renewed();
        Publish(gate, 200);

        Action renew = () => gate.Renew(stored, 1);

        gate.Covers(1).Should().BeFalse();
        renew.Should().Throw<TooMuchUnreadException>().WithMessage("*more than 200*");
    }

    [Fact]
    public void Covers_OnlyWhatWasReservedAndNotLongAgo()
    {
        BackPressureGate gate = Gate(1_000);
        gate.Covers(1).Should().BeFalse();
        UnreadRecord stored = gate.Renew(UnreadRecord.Empty, 1);
        gate.Covers(1).Should().BeFalse("nothing is stored yet");
        gate.Renewed();
        gate.Covers(50).Should().BeTrue("a twentieth of the bound is reserved at once");
        gate.Covers(51).Should().BeFalse();
        Publish(gate, 20);
        gate.Covers(31).Should().BeFalse();

        _clock.Advance(9_000);
        gate.Covers(1).Should().BeFalse("others take the reserve for events of its time");
        BeatOfAll(gate, _clock.Now);
        _clock.Advance(2_000);
        gate.Renew(stored).Shares.Should().BeEmpty("nothing is unread, and nothing was published for a while");
        gate.Renew(UnreadRecord.Empty with { Heard = stored.Heard }).Shares.Should().BeEmpty();
    }

    [Fact]
    public void Record_OfALaterVersion_IsRefused()
    {
        Action read = () => (UnreadRecord.Empty with { Version = 2 }).Readable();

        read.Should().Throw<InvalidDataException>().WithMessage("*layout 2*reads up to 1*");
    }

    [Fact]
    public void Check_ServiceIsAliveButItsEventsAreGone_LetsSingleRequestsThrough()
    {
        BackPressureGate gate = Gate(10);
        Publish(gate, 10);
        gate.Check(0, 1).Should().NotBeNull();
        _clock.Advance(60_000);
        gate.Check(0, 1).Should().NotBeNull("nobody is there to handle a request");

        BeatOfAll(gate, null);
        gate.Check(0, 1).Should().BeNull("this one is a probe");
        Publish(gate, 1, _clock.Now);
        gate.Check(0, 1).Should().NotBeNull("one at a time");
        BeatOfAll(gate, _clock.Now);

        gate.Check(0, 1).Should().BeNull();
    }

    [Fact]
    public void Check_ManyRecordsWaitForTheBroker_CountsThemAgainstTwiceTheBound()
    {
        BackPressureGate gate = Gate(100);
        Publish(gate, 50);

        gate.Check(149, 1).Should().BeNull();
        gate.Check(150, 1).Should().NotBeNull();
    }

    [Fact]
    public void Check_RequestOfManyRecords_IsNoProbeAndGoesNotBeyondTwiceTheBound()
    {
        BackPressureGate gate = Gate(150);
        Publish(gate, 150);
        _clock.Advance(60_000);
        BeatOfAll(gate, null);

        gate.Check(0, 101).Should().NotBeNull();
        gate.Check(51, 100).Should().NotBeNull("that would be more than twice the bound");
        gate.Check(50, 100).Should().BeNull();
    }

    [Fact]
    public void Heard_TimeAheadOfTheClock_CountsAsNow()
    {
        BackPressureGate gate = Gate(10);
        Publish(gate, 10);
        BeatOfAll(gate, long.MaxValue);
        gate.Check(0, 1).Should().BeNull();

        Publish(gate, 10, _clock.Advance(1_000));

        gate.Check(0, 1).Should().NotBeNull();
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

    /// <summary>The gate of a process that knows that nothing is unread and that everybody exists.</summary>
    private BackPressureGate Gate(int bound)
    {
        BackPressureGate gate = Begin("ingestion-self", bound);
        gate.Renew(UnreadRecord.Empty with { Heard = Everybody.Split(',') });
        return gate;
    }

    private BackPressureGate Begin(string instance, int bound, string waitFor = Everybody) => new(
        Options.Create(new BackPressureOptions { MaxUnreadEvents = bound, WaitFor = waitFor }),
        new ServiceInstance(AppIds.Ingestion, instance, _clock.Now), _clock, NullLogger<BackPressureGate>.Instance);

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
