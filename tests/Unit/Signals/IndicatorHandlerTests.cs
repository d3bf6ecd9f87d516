using Dapr;
using Dapr.AspNetCore;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals;
using DaprTrading.Signals.Evaluation;
using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Tests.Unit.Signals;

public sealed class IndicatorHandlerTests
{
    private static readonly IndicatorPoint Before = new()
    {
        N = 40, Time = 1_000, Open = 1, High = 1, Low = 1, Close = 100, Volume = 1, Source = "s", IngestedAt = 0, Rsi14 = 25,
    };

    private static readonly IndicatorPoint After = Before with { N = 41, Rsi14 = 35 };

    private readonly FakePublisher _publisher = new();
    private readonly FakeSignalLog _log = new();
    private readonly CurrentStrategies _strategies = new();

    [Fact]
    public async Task HandleAsync_PointsThatCross_PublishesAndLogsBeforeItReturns()
    {
        _strategies.Use(StrategySettings.Default);

        BulkEvents<IndicatorBatch> events = await HandleAsync(
            new IndicatorBatch("A", Before, [After]), new IndicatorBatch("B", null, [Before]), new IndicatorBatch("C", null, [Before, After]));

        _publisher.Published.Select(s => s.Id).Should().Equal("A:41:rsi-recross", "C:41:rsi-recross");
        _log.Signals.Should().Equal(_publisher.Published);
        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.SUCCESS);
    }

    [Fact]
    public async Task HandleAsync_SameDeliveryAgain_PublishesTheSameIds()
    {
        _strategies.Use(StrategySettings.Default);
        var batch = new IndicatorBatch("A", Before, [After]);

        await HandleAsync(batch);
        await HandleAsync(batch);

        _publisher.Published.Should().HaveCount(2);
        _publisher.Published[1].Should().BeEquivalentTo(_publisher.Published[0]);
    }

    [Fact]
    public async Task HandleAsync_BeforeTheSettingsAreKnown_HasEverythingComeAgain()
    {
        BulkEvents<IndicatorBatch> events = await HandleAsync(new IndicatorBatch("A", Before, [After]));

        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.RETRY);
        _publisher.Published.Should().BeEmpty();
    }

    [Fact]
    public async Task HandleAsync_BrokerDoesNotTakeTheSignals_FailsAndLogsNothing()
    {
        _strategies.Use(StrategySettings.Default);
        _publisher.Failing = true;

        Func<Task> handling = () => HandleAsync(new IndicatorBatch("A", Before, [After]));

        await handling.Should().ThrowAsync<DaprException>();
        _log.Signals.Should().BeEmpty();
    }

    [Fact]
    public async Task HandleAsync_EventWithoutPoints_IsDropped()
    {
        _strategies.Use(StrategySettings.Default);

        BulkEvents<IndicatorBatch> events = await HandleAsync(new IndicatorBatch("A", null, []), new IndicatorBatch("A", Before, [After]));

        events.StatusOf(0).Should().Be(BulkSubscribeAppResponseStatus.DROP);
        _publisher.Published.Should().ContainSingle();
    }

    private async Task<BulkEvents<IndicatorBatch>> HandleAsync(params IndicatorBatch[] batches)
    {
        var events = new BulkEvents<IndicatorBatch>(batches);
        using var meters = new TestMeters();
        var handler = new IndicatorHandler(_strategies, _publisher, _log, new SignalsMetrics(meters));
        await handler.HandleAsync(events, new DefaultHttpContext(), CancellationToken.None);
        return events;
    }

    private sealed class FakePublisher : ISignalPublisher
    {
        public List<TradingSignal> Published { get; } = [];

        public bool Failing { get; set; }

        public Task PublishAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
        {
            if (Failing)
                throw new DaprException("The broker is away.");
            Published.AddRange(signals);
            return Task.CompletedTask;
        }
    }
}
