using DaprTrading.Contracts;
using DaprTrading.Notification;
using DaprTrading.Notification.Channels;
using DaprTrading.Notification.History;
using DaprTrading.Notification.Signals;

namespace DaprTrading.Tests.Unit.Notification;

public sealed class SignalTests
{
    [Fact]
    public void Guard_Flood_TellsSoManyAndCountsTheRest()
    {
        var guard = new FloodGuard(maxPerSecond: 20);

        int told = Enumerable.Range(0, 50).Count(n => guard.Allows(Signal(n, ingestedAt: 10_500)));

        told.Should().Be(20);
        guard.TakeExcess(now: 10_900).Should().BeEmpty("the second is not over");
        guard.TakeExcess(now: 12_000).Should().ContainSingle().Which.Should().Be(new FloodGuard.Excess(10, 30, 49_000, 10_500, "test"));
        guard.TakeExcess(now: 13_000).Should().BeEmpty("it was taken");
    }

    [Fact]
    public void Guard_NextSecond_BeginsAnew()
    {
        var guard = new FloodGuard(maxPerSecond: 1);

        bool[] allowed = [.. ((long[])[10_000, 10_999, 11_000]).Select((at, n) => guard.Allows(Signal(n, at)))];

        allowed.Should().Equal(true, false, true);
    }

    [Fact]
    public void Guard_Repeats_KeepTheirAnswer()
    {
        var guard = new FloodGuard(maxPerSecond: 1);
        TradingSignal first = Signal(1, 10_000);
        TradingSignal second = Signal(2, 10_000);

        bool[] allowed = [.. ((TradingSignal[])[first, second, second, first]).Select(guard.Allows)];

        allowed.Should().Equal(true, false, false, true);
        guard.TakeExcess(12_000).Single().Count.Should().Be(1);
    }

    [Fact]
    public void Guard_ReturnedExcess_IsReportedAgain()
    {
        var guard = new FloodGuard(maxPerSecond: 1);
        guard.Allows(Signal(1, 10_000));
        guard.Allows(Signal(2, 10_000));

        guard.Return(guard.TakeExcess(12_000).Single());

        guard.TakeExcess(12_000).Single().Count.Should().Be(1);
    }

    [Fact]
    public void Guard_ManySeconds_AreForgotten()
    {
        var guard = new FloodGuard(maxPerSecond: 1);
        for (int second = 0; second < 1_000; second++)
        {
            guard.Allows(Signal(second, second * 1000L));
            guard.Allows(Signal(second + 100_000, second * 1000L));
        }

        guard.TakeExcess(long.MaxValue).Should().HaveCount(300);
    }

    [Theory]
    [InlineData(10, 0, 10, true)]     // the same point is a repeat
    [InlineData(10, 5, 15, false)]
    [InlineData(10, 5, 16, true)]
    [InlineData(10, 5, 4, true)]      // one that comes late may be as far before
    [InlineData(10, 5, 8, false)]
    public void CoolDown_Bars_HoldsBackNeighbours(long last, int bars, long n, bool allowed) =>
        Allows(new CoolDown(bars, TimeSpan.Zero), [last], n).Should().Be(allowed);

    /// <summary>A redelivery changes nothing, however far what was told has moved on.</summary>
    [Fact]
    public void CoolDown_HeldBackAndDeliveredAgainAfterOthersWereTold_IsHeldBackAgain()
    {
        var coolDown = new CoolDown(5, TimeSpan.Zero);

        Allows(coolDown, [10, 22], 14).Should().BeFalse();
        Allows(coolDown, [10, 22], 22).Should().BeTrue("it was told");
        Allows(coolDown, [.. Enumerable.Range(2, CoolDownMemory.MostPoints).Select(i => i * 10L)], 10).Should().BeFalse("nobody knows what held it back");
    }

    [Fact]
    public void CoolDown_AnyOrderAndAnyRepeats_TellsEachPointAsTheFirstTime()
    {
        var random = new Random(5);
        var coolDown = new CoolDown(3, TimeSpan.Zero);
        var answers = new Dictionary<long, bool>();
        CoolDownMemory memory = CoolDownMemory.None;
        for (int i = 0; i < 2_000; i++)
        {
            long n = (i / 4) + 1 + random.Next(12);

            CoolDownMemory? after = coolDown.After(memory, Point(n));

            answers.TryAdd(n, after is not null);
            (after is not null).Should().Be(answers[n], "index {0} at step {1}", n, i);
            memory = after ?? memory;
        }

        answers.Values.Should().Contain(true).And.Contain(false);
    }

    [Fact]
    public void CoolDown_SeriesBeganAnew_Forgets()
    {
        var coolDown = new CoolDown(5, TimeSpan.Zero);
        CoolDownMemory memory = coolDown.After(CoolDownMemory.None, new Told(500, 500_000, 1_000_000))!;

        coolDown.After(memory, new Told(497, 497_000, 1_090_000)).Should().BeNull("a bar that came late is no new series");
        coolDown.After(memory, new Told(497, 497_000, 5_000_000))!.Points.Should().Equal(new Told(497, 497_000, 5_000_000));
    }

    [Theory, InlineData(59_999, false), InlineData(60_000, true)]
    public void CoolDown_Time_IsBarTime(long later, bool allowed)
    {
        var coolDown = new CoolDown(0, TimeSpan.FromMinutes(1));

        (coolDown.After(CoolDownMemory.None.With(new Told(1, 1_000, 1)), new Told(2, 1_000 + later, 1)) is not null).Should().Be(allowed);
    }

    private static bool Allows(CoolDown coolDown, long[] told, long n) =>
        coolDown.After(told.Aggregate(CoolDownMemory.None, (memory, each) => memory.With(Point(each))), Point(n)) is not null;

    private static Told Point(long n) => new(n, n * 1000, 5_000_000 + n);

    [Fact]
    public void Notice_OfSignal_CarriesItsCause()
    {
        DaprTrading.Contracts.Notification notice = SignalNotices.Of(Signal(7, 10_000));

        notice.Should().BeEquivalentTo(new
        {
            Id = "signal:T:7:s", Kind = "signal", Title = "Buy T at 12.5", Text = "s, confidence 70%. Because.", Time = 7_000L, Symbol = "T",
            Side = Side.Buy, SignalId = "T:7:s", IngestedAt = 10_000L, Read = false, Source = "test",
        });
    }

    [Fact]
    public void Notice_OfReplayedData_SaysSoInEveryChannel()
    {
        TradingSignal replayed = Signal(7, 10_000) with { Source = "replay-r1" };
        DaprTrading.Contracts.Notification notice = SignalNotices.Of(replayed);
        var excess = new FloodGuard.Excess(10, 30, 49_000, 10_500, "replay-r1-2");

        notice.Title.Should().Be("REPLAY Buy T at 12.5");
        notice.Source.Should().Be("replay-r1");
        MailChannel.SubjectOf([notice]).Should().StartWith("REPLAY ");
        MailChannel.BodyOf([notice]).Should().Contain("REPLAY Buy T at 12.5");
        System.Text.Json.JsonSerializer.Serialize(notice, ContractsJson.Default.Notification)
            .Should().Contain("\"title\":\"REPLAY Buy T at 12.5\"").And.Contain("\"source\":\"replay-r1\"");
        SignalNotices.LeftOut(excess, "i").Title.Should().Be("REPLAY 30 more signals");
        SignalNotices.LeftOut(excess with { Source = null }, "i").Title.Should().Be("30 more signals");
    }

    [Theory]
    [InlineData("replay-a", "replay-b", "replay-b")]
    [InlineData("feed", "other", "other")]
    [InlineData("replay-a", "feed", null)]
    public void Guard_Excess_NamesItsSourceUnlessMixed(string first, string second, string? source)
    {
        var guard = new FloodGuard(maxPerSecond: 0);

        guard.Allows(Signal(1, 10_000) with { Source = first });
        guard.Allows(Signal(2, 10_000) with { Source = second });

        guard.TakeExcess(12_000).Single().Source.Should().Be(source);
    }

    [Fact]
    public void ReadMarks_SomeAndAll_AreRemembered()
    {
        DaprTrading.Contracts.Notification early = SignalNotices.Of(Signal(1, 10_000));
        DaprTrading.Contracts.Notification late = SignalNotices.Of(Signal(2, 20_000));

        ReadMarks.None.With([late.Id]).ToTest()(late).Should().BeTrue();
        ReadMarks.None.With([late.Id]).ToTest()(early).Should().BeFalse();
        ReadMarks.None.WithAllUpTo(10_000).ToTest()(early).Should().BeTrue();
        ReadMarks.None.WithAllUpTo(10_000).ToTest()(late).Should().BeFalse();
        ReadMarks.None.With(Enumerable.Range(0, 9_000).Select(i => $"{i}")).Ids.Should().HaveCount(ReadMarks.MaxIds).And.Contain("8999");
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("http://127.0.0.1:9/hook", "", true)]
    [InlineData("ftp://127.0.0.1/hook", "", false)]
    [InlineData("hook", "", false)]
    [InlineData("", "mail.example", false)]
    public void Channels_Addresses_AreChecked(string webhook, string smtp, bool fine) =>
        (new ChannelOptions { WebhookUrl = webhook, SmtpHost = smtp }.Problem() is null).Should().Be(fine);

    [Fact]
    public void Mail_SeveralNotifications_BecomeOneMail()
    {
        DaprTrading.Contracts.Notification[] notices = [SignalNotices.Of(Signal(1, 0)), SignalNotices.Of(Signal(2, 0))];

        MailChannel.SubjectOf(notices).Should().Be("Buy T at 12.5 and 1 more");
        MailChannel.BodyOf(notices).Should().Be(
            "1970-01-01 00:00:01Z Buy T at 12.5\r\ns, confidence 70%. Because.\r\n\r\n1970-01-01 00:00:02Z Buy T at 12.5\r\ns, confidence 70%. Because.");
    }

    private static TradingSignal Signal(long n, long ingestedAt) =>
        new($"T:{n}:s", "T", Side.Buy, "s", 0.7, 12.5, n, n * 1000, ["Because."], "test", ingestedAt);
}
