using Dapr.AspNetCore;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Tests.Unit.ServiceDefaults;

public sealed class FailingEventsTests
{
    private const string Topic = "bars";
    private readonly Clock _clock = new();
    private readonly DaprReach _reach;
    private readonly FailingEvents _failing;

    public FailingEventsTests()
    {
        _reach = new DaprReach(_clock);
        _failing = new FailingEvents(_reach, _clock);
    }

    [Fact]
    public void Decide_FailsForThirtySecondsWhileEverythingIsThere_IsDropped()
    {
        for (int second = 0; second < 30; second++)
        {
            Fail(1).Should().Be(BulkSubscribeAppResponseStatus.RETRY, "second {0}", second);
            Pass(1);
        }

        Fail(1).Should().Be(BulkSubscribeAppResponseStatus.DROP);
        Fail(1).Should().Be(BulkSubscribeAppResponseStatus.RETRY, "sent back, it is tried as long again");
    }

    [Fact]
    public void Decide_BrokerOrStoreIsAwayForAnyTime_IsRetriedAndTriedAsLongAgainOnceTheyAreBack()
    {
        Fail(1);
        _reach.Failed();
        for (int minute = 0; minute < 60; minute++)
        {
            _clock.Seconds += 60;
            Fail(1).Should().Be(BulkSubscribeAppResponseStatus.RETRY, "minute {0}", minute);
        }

        _reach.Reached();
        Pass(29);
        Fail(1).Should().Be(BulkSubscribeAppResponseStatus.RETRY);
        Pass(1);

        Fail(1).Should().Be(BulkSubscribeAppResponseStatus.DROP, "now it is the event's own fault");
    }

    [Fact]
    public void Decide_HandledInBetween_BeginsAnew()
    {
        Fail(1);
        Pass(20);
        Decide(false, 1);
        Pass(20);

        Fail(1).Should().Be(BulkSubscribeAppResponseStatus.RETRY);
    }

    [Fact]
    public void Decide_WaitsForSomethingElse_IsRetriedForAsLongAsItTakes()
    {
        for (int minute = 0; minute < 60; minute++)
        {
            BulkEvents<BarBatch> events = Events([1]);
            events.Postpone(0);
            _failing.Decide(Topic, events).Should().Be(0);
            events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.RETRY, "minute {0}", minute);
            Pass(60);
        }
    }

    [Fact]
    public void Decide_OneOfADelivery_LeavesTheOthersAlone()
    {
        Fail(1);
        Pass(30);

        BulkEvents<BarBatch> events = Events([1, 2, 3]);
        events.Retry(0);
        events.Retry(1);
        _failing.Decide(Topic, events).Should().Be(1);

        Enumerable.Range(0, 3).Select(events.StatusOf).Should().Equal(
            BulkSubscribeAppResponseStatus.DROP, BulkSubscribeAppResponseStatus.RETRY, BulkSubscribeAppResponseStatus.SUCCESS);
    }

    [Fact]
    public void Decide_MoreEventsThanThereIsRoomFor_RetriesTheRest()
    {
        int[] all = [.. Enumerable.Range(0, FailingEvents.MaxEvents)];
        Decide(true, all);
        Pass(30);

        Fail(-1).Should().Be(BulkSubscribeAppResponseStatus.RETRY);
        Decide(true, all).Should().Be(FailingEvents.MaxEvents);
        Fail(-1);
        Pass(30);

        Fail(-1).Should().Be(BulkSubscribeAppResponseStatus.DROP);
    }

    private BulkSubscribeAppResponseStatus Fail(int id)
    {
        BulkEvents<BarBatch> events = Events([id]);
        events.RetryAll();
        _failing.Decide(Topic, events);
        return events.StatusOf(0);
    }

    private int Decide(bool fails, params int[] ids)
    {
        BulkEvents<BarBatch> events = Events(ids);
        if (fails) events.RetryAll();
        return _failing.Decide(Topic, events);
    }

    /// <summary>Time in which heartbeats get through.</summary>
    private void Pass(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            _clock.Seconds++;
            _reach.Reached();
        }
    }

    private static BulkEvents<BarBatch> Events(int[] ids) => new([.. ids.Select((id, i) => new BulkSubscribeMessageEntry<BulkMessageModel<BarBatch>>(
        i.ToString(System.Globalization.CultureInfo.InvariantCulture), "", [],
        new BulkMessageModel<BarBatch>("e" + id, "", "", "1.0", "application/json", new BarBatch("A", []))))]);

    private sealed class Clock : TimeProvider
    {
        public int Seconds { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Seconds);
    }
}
