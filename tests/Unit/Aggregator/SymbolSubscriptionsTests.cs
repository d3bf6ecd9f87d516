using Dapr.AspNetCore;
using DaprTrading.Aggregator;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Aggregator;

/// <summary>An event that can never be handled goes alone; one that an actor does not take takes no other with it.</summary>
public sealed class SymbolSubscriptionsTests
{
    private static readonly IndicatorPoint Point = APoint.At(5, APoint.Start, 100);
    private static readonly TradingSignal Signal = SignalCountsTests.Signal(5, "a", Side.Buy);
    private readonly Calls _calls = new();

    public static TheoryData<string, IndicatorBatch> PoisonPoints => new()
    {
        { "points", new IndicatorBatch("T", null, null!) },
        { "null point", new IndicatorBatch("T", null, [null!]) },
        { "symbol", new IndicatorBatch("t t", null, [Point]) },
        { "huge index", new IndicatorBatch("T", null, [Point with { N = long.MaxValue }]) },
    };

    public static TheoryData<string, TradingSignal> PoisonSignals => new()
    {
        { "strategy", Signal with { Strategy = null! } },
        { "long strategy", Signal with { Strategy = new string('s', 65) } },
        { "symbol", Signal with { Symbol = "" } },
        { "id", Signal with { Id = null! } },
        { "index", Signal with { N = 0 } },
        { "huge index", Signal with { N = (1L << 53) + 1 } },
        { "side", Signal with { Side = (Side)7 } },
        { "price", Signal with { Price = -1 } },
        { "confidence", Signal with { Confidence = 1.1 } },
        { "reasons", Signal with { Reasons = null! } },
        { "null reason", Signal with { Reasons = [null!] } },
        { "source", Signal with { Source = null! } },
        { "time", Signal with { BarTime = long.MinValue } },
    };

    [Theory, MemberData(nameof(PoisonPoints))]
    public async Task Points_ThatCannotBe_AreDroppedAlone(string what, IndicatorBatch poison)
    {
        BulkEvents<IndicatorBatch> events = await PointsAsync(poison, new IndicatorBatch("T", null, [Point]));

        (events.StatusOf(0), events.StatusOf(1)).Should().Be((BulkSubscribeAppResponseStatus.DROP, BulkSubscribeAppResponseStatus.SUCCESS), what);
        _calls.Taken.Should().Equal("T:5");
    }

    [Theory, MemberData(nameof(PoisonSignals))]
    public async Task Signals_ThatCannotBe_AreDroppedAlone(string what, TradingSignal poison)
    {
        var events = new BulkEvents<TradingSignal>([poison, Signal]);

        await SymbolSubscriptions.HandleSignalsAsync(events, Http(), default);

        (events.StatusOf(0), events.StatusOf(1)).Should().Be((BulkSubscribeAppResponseStatus.DROP, BulkSubscribeAppResponseStatus.SUCCESS), what);
        _calls.Taken.Should().Equal("T:5 a");
    }

    [Fact]
    public async Task Points_OneEventThatTheActorDoesNotTake_OnlyThatComesAgain()
    {
        _calls.RefusesN = 7;

        BulkEvents<IndicatorBatch> events = await PointsAsync(
            new IndicatorBatch("T", null, [Point]), new IndicatorBatch("T", null, [Point with { N = 7 }]), new IndicatorBatch("T", null, [Point with { N = 8 }]),
            new IndicatorBatch("U", null, [Point]));

        Enumerable.Range(0, 4).Select(events.StatusOf).Should().Equal(
            BulkSubscribeAppResponseStatus.SUCCESS, BulkSubscribeAppResponseStatus.RETRY, BulkSubscribeAppResponseStatus.SUCCESS, BulkSubscribeAppResponseStatus.SUCCESS);
        _calls.Taken.Should().BeEquivalentTo("T:5", "T:8", "U:5");
    }

    private async Task<BulkEvents<IndicatorBatch>> PointsAsync(params IndicatorBatch[] batches)
    {
        var events = new BulkEvents<IndicatorBatch>(batches);
        await SymbolSubscriptions.HandlePointsAsync(events, Http(), default);
        return events;
    }

    private DefaultHttpContext Http() => new()
    {
        RequestServices = new ServiceCollection().AddLogging().AddSingleton<ISummaryCalls>(_calls)
            .AddSingleton(Options.Create(new AggregatorOptions())).BuildServiceProvider(),
    };

    private sealed class Calls : ISummaryCalls
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Taken { get; } = new();

        public long RefusesN { get; set; }

        public Task ApplyAsync(string symbol, IReadOnlyList<IndicatorPoint> points, CancellationToken cancellationToken)
        {
            if (points.Any(point => point.N == RefusesN)) throw new InvalidOperationException("not this one");
            foreach (IndicatorPoint point in points) Taken.Enqueue($"{symbol}:{point.N}");
            return Task.CompletedTask;
        }

        public Task CountAsync(string symbol, IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
        {
            foreach (TradingSignal signal in signals) Taken.Enqueue($"{symbol}:{signal.N} {signal.Strategy}");
            return Task.CompletedTask;
        }
    }
}
