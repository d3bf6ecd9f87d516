using Dapr;
using Dapr.AspNetCore;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals;
using DaprTrading.Signals.Context;
using DaprTrading.Signals.CoolDowns;
using DaprTrading.Signals.Evaluation;
using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Signals;

public sealed class IndicatorHandlerTests : IDisposable
{
    private static readonly IndicatorPoint Before = new()
    {
        N = 40, Time = 1_000, Open = 1, High = 1, Low = 1, Close = 100, Volume = 1, Source = "s", IngestedAt = 0, Rsi14 = 25,
    };

    private static readonly IndicatorPoint After = Before with { N = 41, Rsi14 = 35 };

    private readonly FakePublisher _publisher = new();
    private readonly FakeSignalLog _log = new();
    private readonly FakeSettingsStore _store = new();
    private readonly HandClock _clock = new();
    private readonly MarketContext _market = new();
    private readonly FakePastPoints _past = new();
    private readonly RecentPoints _recent = new();
    private TimeSpan _patience = TimeSpan.Zero;
    private readonly CurrentStrategies _strategies;

    public IndicatorHandlerTests() => _strategies = new CurrentStrategies(
        _store, Options.Create(new SettingsOptions()), _clock, NullLogger<CurrentStrategies>.Instance);

    public void Dispose() => _strategies.Dispose();

    [Fact]
    public async Task HandleAsync_PointsThatCross_PublishesAndLogsBeforeItReturns()
    {
        BulkEvents<IndicatorBatch> events = await HandleAsync(
            new IndicatorBatch("A", Before, [After]), new IndicatorBatch("B", null, [Before]), new IndicatorBatch("C", null, [Before, After]));

        _publisher.Published.Select(s => s.Id).Should().Equal("A:41:rsi-recross", "C:41:rsi-recross");
        _log.Signals.Should().Equal(_publisher.Published);
        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.SUCCESS);
    }

    [Fact]
    public async Task HandleAsync_SameDeliveryAgain_PublishesTheSameIds()
    {
        var batch = new IndicatorBatch("A", Before, [After]);

        await HandleAsync(batch);
        await HandleAsync(batch);

        _publisher.Published.Should().HaveCount(2);
        _publisher.Published[1].Should().BeEquivalentTo(_publisher.Published[0]);
    }

    [Fact]
    public async Task HandleAsync_BeforeTheSettingsAreKnown_HasEverythingComeAgain()
    {
        _store.Failure = new DaprException("The store is away.");

        BulkEvents<IndicatorBatch> events = await HandleAsync(new IndicatorBatch("A", Before, [After]));

        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.RETRY);
        _publisher.Published.Should().BeEmpty();
    }

    [Fact]
    public async Task HandleAsync_BrokerDoesNotTakeTheSignals_FailsAndLogsNothing()
    {
        _publisher.Failing = true;

        Func<Task> handling = () => HandleAsync(new IndicatorBatch("A", Before, [After]));

        await handling.Should().ThrowAsync<DaprException>();
        _log.Signals.Should().BeEmpty();
    }

    [Fact]
    public async Task HandleAsync_EventWithoutPoints_IsDropped()
    {
        BulkEvents<IndicatorBatch> events = await HandleAsync(new IndicatorBatch("A", null, []), new IndicatorBatch("A", Before, [After]));

        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.DROP);
        _publisher.Published.Should().ContainSingle();
    }

    [Fact]
    public async Task HandleAsync_StoreIsBack_GoesOn()
    {
        _store.Failure = new DaprException("The store is away.");
        await HandleAsync(new IndicatorBatch("A", Before, [After]));
        _store.Failure = null;
        _clock.NowMs += 300;

        BulkEvents<IndicatorBatch> events = await HandleAsync(new IndicatorBatch("A", Before, [After]));

        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.SUCCESS);
        _publisher.Published.Should().ContainSingle().Which.SettingsVersion.Should().Be(1);
    }

    [Fact]
    public async Task HandleAsync_ChangeWithinABatch_TakesEffectAtItsBar()
    {
        await HandleAsync(new IndicatorBatch("A", Before, [After with { IngestedAt = _clock.NowMs }]));
        SettingsVersion changed = await ChangeAsync(new StrategySettings { RsiRecross = new RsiRecrossSettings { Oversold = 20 } });
        _clock.NowMs += 60_000;
        _publisher.Published.Clear();

        long[] accepted = [changed.EffectiveFrom - 1, changed.EffectiveFrom - 1, changed.EffectiveFrom, changed.EffectiveFrom, changed.EffectiveFrom, changed.EffectiveFrom];
        double[] rsi = [35, 25, 35, 15, 25, 35];
        await HandleAsync(new IndicatorBatch("A", Before, [.. rsi.Select((value, i) => Before with { N = 41 + i, Rsi14 = value, IngestedAt = accepted[i] })]));

        changed.EffectiveFrom.Should().BeGreaterThan(1_000_000 + 10_000, "the settings were fixed for ten seconds");
        _publisher.Published.Select(s => (s.N, s.SettingsVersion)).Should().Equal((41, 1), (45, 2));
    }

    [Fact]
    public async Task HandleAsync_WithMarketEvents_ChangesTheConfidenceAndNothingElse()
    {
        await HandleAsync(new IndicatorBatch("A", Before, [After]));
        _market.Add(new MarketEvent(MarketEventKinds.NewsSentiment, "A", 1_000, "s", 1, 0) { SentimentScore = -0.5, SentimentMagnitude = 0.8 });
        await HandleAsync(new IndicatorBatch("A", Before, [After]));
        await ChangeAsync(new StrategySettings { Context = new ContextSettings { Weight = 0 } });
        _clock.NowMs += 60_000;
        await HandleAsync(new IndicatorBatch("A", Before, [After with { IngestedAt = _clock.NowMs }]));

        TradingSignal without = _publisher.Published[0], with = _publisher.Published[1], off = _publisher.Published[2];
        with.Should().BeEquivalentTo(without, options => options.Excluding(s => s.Confidence).Excluding(s => s.Reasons));
        with.Confidence.Should().BeApproximately(without.Confidence - (0.1 * 0.5 * 0.8), 1e-9);
        with.Reasons.Should().Equal([.. without.Reasons, "market context lowers the confidence by 0.04: news sentiment -0.50 of magnitude 0.8"]);
        off.Confidence.Should().Be(without.Confidence);
    }

    [Fact]
    public async Task HandleAsync_WithoutCoolDown_AsksForNoEarlierPoints()
    {
        await HandleAsync(new IndicatorBatch("A", Before, [After]), new IndicatorBatch("A", After, [Before with { N = 42 }, After with { N = 43 }]));

        _past.Asked.Should().BeEmpty();
        _recent.Find("A", 41, 42).Should().BeNull("nothing is kept");
        _publisher.Published.Select(s => s.N).Should().Equal(41, 43);
    }

    [Fact]
    public async Task HandleAsync_EarlierPointsNotToBeHad_HasOnlyThatEventComeAgain()
    {
        await ChangeAsync(new StrategySettings { RsiRecross = new RsiRecrossSettings { CoolDown = 5 } });
        IndicatorPoint first = After with { N = 1, IngestedAt = _clock.NowMs += 60_000 }, before = first with { N = 2, Rsi14 = 25 }, after = first with { N = 3 };

        BulkEvents<IndicatorBatch> events = await HandleAsync(
            new IndicatorBatch("A", before with { N = 40 }, [after with { N = 41 }]), new IndicatorBatch("B", null, [first, before, after]));

        (events.StatusOf(0), events.StatusOf(1)).Should().Be((BulkSubscribeAppResponseStatus.RETRY, BulkSubscribeAppResponseStatus.SUCCESS));
        _publisher.Published.Select(s => s.Id).Should().Equal("B:3:rsi-recross");
        _past.Asked.Should().Equal(("A", 35, 39));
    }

    [Fact]
    public async Task HandleAsync_CoolDownChangedWithinABatch_LooksBackByTheSettingsOfEachBar()
    {
        await HandleAsync(new IndicatorBatch("A", Before, [After with { IngestedAt = _clock.NowMs }]));
        SettingsVersion changed = await ChangeAsync(new StrategySettings { RsiRecross = new RsiRecrossSettings { CoolDown = 2 } });
        _clock.NowMs += 60_000;
        _publisher.Published.Clear();

        double[] rsi = [35, 25, 35, 25, 35, 25, 25, 35];
        await HandleAsync(new IndicatorBatch("A", Before with { N = 1 }, [.. rsi.Select((value, i) => Before with
        {
            N = 2 + i, Rsi14 = value, IngestedAt = changed.EffectiveFrom - (i < 4 ? 1 : 0),
        })]));

        _publisher.Published.Select(s => (s.N, s.SettingsVersion)).Should().Equal([(2, 1), (4, 1), (9, 2)], "bar 6 follows bar 4 too soon for version 2");
    }

    [Fact]
    public async Task HandleAsync_WhileTheSettingsAreFixed_AsksTheStoreOnce()
    {
        for (int i = 0; i < 100; i++)
            await HandleAsync(new IndicatorBatch("A", Before, [After with { IngestedAt = _clock.NowMs + 90 * i }]));

        _store.Loads.Should().Be(1);
    }

    [Fact]
    public async Task HandleAsync_BarFromTheFarFuture_IsNotEvaluated()
    {
        BulkEvents<IndicatorBatch> events = await HandleAsync(new IndicatorBatch("A", Before, [After with { IngestedAt = _clock.NowMs + 7_200_000 }]));

        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.RETRY);
    }

    /// <summary>Wrong in one field each: none of them may take its delivery along.</summary>
    public static TheoryData<string, IndicatorBatch> Poison => new()
    {
        { "null point", new IndicatorBatch("A", Before, [After, null!]) },
        { "no points", new IndicatorBatch("A", Before, null!) },
        { "symbol", new IndicatorBatch("a b", Before, [After]) },
        { "index 0", new IndicatorBatch("A", null, [After with { N = 0 }]) },
        { "index beyond 2^53", new IndicatorBatch("A", null, [After with { N = (1L << 53) + 1 }]) },
        { "hole", new IndicatorBatch("A", Before, [After, After with { N = 43 }]) },
        { "previous", new IndicatorBatch("A", Before with { N = 39 }, [After]) },
        { "price", new IndicatorBatch("A", Before, [After with { Close = 0 }]) },
        { "volume", new IndicatorBatch("A", Before, [After with { Volume = -1 }]) },
        { "source", new IndicatorBatch("A", Before, [After with { Source = null! }]) },
        { "time", new IndicatorBatch("A", Before, [After with { IngestedAt = long.MaxValue }]) },
    };

    [Theory, MemberData(nameof(Poison))]
    public async Task HandleAsync_EventThatCannotBe_IsDroppedAlone(string what, IndicatorBatch batch)
    {
        BulkEvents<IndicatorBatch> events = await HandleAsync(batch, new IndicatorBatch("B", Before, [After]));

        (events.StatusOf(0), events.StatusOf(1)).Should().Be((BulkSubscribeAppResponseStatus.DROP, BulkSubscribeAppResponseStatus.SUCCESS), what);
        _publisher.Published.Select(s => s.Id).Should().Equal("B:41:rsi-recross");
    }

    [Fact]
    public async Task HandleAsync_BarFromTheFarFutureAmongOthers_TakesNoOtherWithIt()
    {
        BulkEvents<IndicatorBatch> events = await HandleAsync(
            new IndicatorBatch("A", Before, [After]), new IndicatorBatch("B", Before, [After with { IngestedAt = _clock.NowMs + 7_200_000 }]),
            new IndicatorBatch("C", Before, [After]));

        Enumerable.Range(0, 3).Select(events.StatusOf).Should().Equal(
            BulkSubscribeAppResponseStatus.SUCCESS, BulkSubscribeAppResponseStatus.RETRY, BulkSubscribeAppResponseStatus.SUCCESS);
        _publisher.Published.Select(s => s.Id).Should().Equal("A:41:rsi-recross", "C:41:rsi-recross");
    }

    [Fact]
    public async Task HandleAsync_EarlierPointsComeWhileItWaits_PublishesTheOthersFirstAndThenThese()
    {
        _patience = TimeSpan.FromSeconds(30);
        await ChangeAsync(new StrategySettings { RsiRecross = new RsiRecrossSettings { CoolDown = 5 } });
        long accepted = _clock.NowMs += 60_000;
        var others = new TaskCompletionSource();
        _publisher.OnPublished = () => others.TrySetResult();

        Task<BulkEvents<IndicatorBatch>> handling = HandleAsync(
            new IndicatorBatch("A", Before with { IngestedAt = accepted }, [After with { IngestedAt = accepted }]),
            new IndicatorBatch("B", null, [After with { N = 1, IngestedAt = accepted }, Before with { N = 2, IngestedAt = accepted }, After with { N = 3, IngestedAt = accepted }]));
        await others.Task.WaitAsync(TimeSpan.FromSeconds(20));
        string[] before = [.. _publisher.Published.Select(s => s.Id)];
        _past.Kept["A"] = [.. Enumerable.Range(1, 40).Select(n => Before with { N = n })];
        BulkEvents<IndicatorBatch> events = await handling;

        before.Should().Equal("B:3:rsi-recross");
        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.SUCCESS);
        _publisher.Published.Select(s => s.Id).Should().Equal("B:3:rsi-recross", "A:41:rsi-recross");
    }

    private async Task<SettingsVersion> ChangeAsync(StrategySettings settings)
    {
        (SettingsLedger ledger, string etag) = await _store.LoadAsync(CancellationToken.None);
        SettingsLedger changed = ledger.Change(settings, null, _clock.NowMs);
        (await _store.TrySaveAsync(changed, etag, CancellationToken.None)).Should().BeTrue();
        return changed.Versions[^1];
    }

    private async Task<BulkEvents<IndicatorBatch>> HandleAsync(params IndicatorBatch[] batches)
    {
        var events = new BulkEvents<IndicatorBatch>(batches);
        using var meters = new TestMeters();
        var handler = new IndicatorHandler(
            _strategies, new CoolDownStage(_recent, _past), new ContextAdjuster(_market), _publisher, _log, new SignalsMetrics(meters),
            Options.Create(new CoolDownOptions { Patience = _patience }), TimeProvider.System, NullLogger<IndicatorHandler>.Instance);
        await handler.HandleAsync(events, new DefaultHttpContext(), CancellationToken.None);
        return events;
    }

    private sealed class FakePublisher : ISignalPublisher
    {
        public List<TradingSignal> Published { get; } = [];

        public bool Failing { get; set; }

        public Action? OnPublished { get; set; }

        public Task PublishAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
        {
            if (Failing)
                throw new DaprException("The broker is away.");
            Published.AddRange(signals);
            OnPublished?.Invoke();
            return Task.CompletedTask;
        }
    }
}
