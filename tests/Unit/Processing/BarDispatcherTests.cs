using System.Collections.Concurrent;
using Dapr.AspNetCore;
using DaprTrading.Contracts;
using DaprTrading.Processing.Bars;
using DaprTrading.Processing.Symbols;
using DaprTrading.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Unit.Processing;

public sealed class BarDispatcherTests
{
    private readonly FakeSymbols _symbols = new();

    [Fact]
    public async Task HandleAsync_SeveralEventsOfASymbol_AreOneCallInTheirOrder()
    {
        List<Bar> bars = SampleBars.Of(1, 6);

        await HandleAsync(Batch("A", bars[0], bars[1]), Batch("B", bars[0]), Batch("A", bars[2]), Batch("A", bars[3], bars[4]));

        _symbols.Calls.Select(c => c.Symbol).Should().BeEquivalentTo("A", "B");
        _symbols.Calls.Single(c => c.Symbol == "A").Bars.Should().Equal(bars.Take(5));
    }

    [Fact]
    public async Task HandleAsync_OneActorFails_OnlyItsEventsComeAgain()
    {
        _symbols.Failing.Add("B");
        List<Bar> bars = SampleBars.Of(1, 3);

        BulkEvents<BarBatch> events = await HandleAsync(Batch("A", bars[0]), Batch("B", bars[0]), Batch("C", bars[0]), Batch("B", bars[1]));

        Statuses(events).Should().Equal(
            BulkSubscribeAppResponseStatus.SUCCESS, BulkSubscribeAppResponseStatus.RETRY,
            BulkSubscribeAppResponseStatus.SUCCESS, BulkSubscribeAppResponseStatus.RETRY);
    }

    [Fact]
    public async Task HandleAsync_EventWithoutSymbolOrBars_IsDropped()
    {
        BulkEvents<BarBatch> events = await HandleAsync(Batch("A"), Batch("", SampleBars.Of(1, 1)[0]), Batch("A", SampleBars.Of(1, 1)[0]));

        Statuses(events).Should().Equal(
            BulkSubscribeAppResponseStatus.DROP, BulkSubscribeAppResponseStatus.DROP, BulkSubscribeAppResponseStatus.SUCCESS);
        _symbols.Calls.Should().ContainSingle();
    }

    [Fact]
    public async Task HandleAsync_VeryManyBarsOfASymbol_AreSeveralCallsInTheirOrder()
    {
        List<Bar> bars = SampleBars.Of(1, 5_000);

        await HandleAsync([.. bars.Chunk(700).Select(part => Batch("A", part))]);

        _symbols.Calls.Should().HaveCount(4).And.OnlyContain(c => c.Bars.Count <= BarDispatcher.MaxBarsPerCall);
        _symbols.Calls.SelectMany(c => c.Bars).Should().Equal(bars);
    }

    [Fact]
    public async Task HandleAsync_OneEventMakesTheActorThrow_TheOthersOfItsSymbolAreApplied()
    {
        List<Bar> bars = SampleBars.Of(1, 5);
        _symbols.Poison = bars[2];

        BulkEvents<BarBatch> events = await HandleAsync([.. bars.Select(bar => Batch("A", bar))]);

        Statuses(events).Should().Equal(Enumerable.Range(0, 5).Select(i => i == 2 ? BulkSubscribeAppResponseStatus.RETRY : BulkSubscribeAppResponseStatus.SUCCESS));
        _symbols.Calls.SelectMany(c => c.Bars).Should().Equal(bars.Where((_, i) => i != 2));
    }

    [Fact]
    public async Task HandleAsync_EventAboveTheLimitOfACall_IsCut()
    {
        List<Bar> bars = SampleBars.Of(1, 5_000);

        BulkEvents<BarBatch> events = await HandleAsync(Batch("A", [.. bars]));

        _symbols.Calls.Select(c => c.Bars.Count).Should().Equal(2_000, 2_000, 1_000);
        _symbols.Calls.SelectMany(c => c.Bars).Should().Equal(bars);
        Statuses(events).Should().Equal(BulkSubscribeAppResponseStatus.SUCCESS);
    }

    public static TheoryData<string, BarBatch> Poison()
    {
        Bar good = SampleBars.Of(1, 1)[0];
        return new()
        {
            { "no symbol", new BarBatch(null!, [good]) },
            { "lower case", new BarBatch("abc", [good]) },
            { "key separator", new BarBatch("A||B", [good]) },
            { "path", new BarBatch("../A", [good]) },
            { "long symbol", new BarBatch(new string('A', 33), [good]) },
            { "no bars", new BarBatch("A", null!) },
            { "null bar", new BarBatch("A", [good, null!]) },
            { "infinite price", new BarBatch("A", [good with { High = double.PositiveInfinity }]) },
            { "price of NaN", new BarBatch("A", [good with { Close = double.NaN }]) },
            { "price of 0", new BarBatch("A", [good with { Low = 0 }]) },
            { "volume", new BarBatch("A", [good with { Volume = 1e300 }]) },
            { "no source", new BarBatch("A", [good with { Source = null! }]) },
            { "long source", new BarBatch("A", [good with { Source = new string('s', 129) }]) },
            { "source beyond ASCII", new BarBatch("A", [good with { Source = "f\u00fcnf" }]) },
            { "sequence of 0", new BarBatch("A", [good with { Sequence = 0 }]) },
            { "last sequence", new BarBatch("A", [good with { Sequence = long.MaxValue }]) },
            { "time", new BarBatch("A", [good with { Time = long.MinValue }]) },
        };
    }

    [Theory, MemberData(nameof(Poison))]
    public async Task HandleAsync_EventThatBreaksTheContract_IsDroppedAlone(string what, BarBatch poison)
    {
        Bar good = SampleBars.Of(1, 1)[0];

        BulkEvents<BarBatch> events = await HandleAsync(Batch("A", good), poison, Batch("B", good));

        Statuses(events).Should().Equal(
            [BulkSubscribeAppResponseStatus.SUCCESS, BulkSubscribeAppResponseStatus.DROP, BulkSubscribeAppResponseStatus.SUCCESS], what);
        _symbols.Calls.Should().HaveCount(2);
    }

    [Fact]
    public async Task HandleAsync_ManySymbols_RunSideBySideButBounded()
    {
        _symbols.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Bar bar = SampleBars.Of(1, 1)[0];

        Task handling = HandleAsync([.. Enumerable.Range(0, 40).Select(i => Batch($"S{i}", bar))]);
        await _symbols.Full.Task.WaitAsync(TimeSpan.FromSeconds(10));
        _symbols.Gate.SetResult();
        await handling.WaitAsync(TimeSpan.FromSeconds(10));

        _symbols.MostAtOnce.Should().Be(16);
        _symbols.Calls.Should().HaveCount(40);
    }

    private async Task<BulkEvents<BarBatch>> HandleAsync(params BarBatch[] batches)
    {
        var events = new BulkEvents<BarBatch>(batches);
        await new BarDispatcher(_symbols, NullLogger<BarDispatcher>.Instance).HandleAsync(events, new DefaultHttpContext(), CancellationToken.None);
        return events;
    }

    private static BarBatch Batch(string symbol, params Bar[] bars) => new(symbol, bars);

    private static IEnumerable<BulkSubscribeAppResponseStatus> Statuses(BulkEvents<BarBatch> events) =>
        Enumerable.Range(0, events.Count).Select(events.StatusOf);

    private sealed class FakeSymbols : ISymbols
    {
        private readonly Lock _lock = new();
        private int _running;

        public ConcurrentQueue<BarBatch> Calls { get; } = new();

        public HashSet<string> Failing { get; } = [];

        public Bar? Poison { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public TaskCompletionSource Full { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int MostAtOnce { get; private set; }

        public Task<ApplyResult> ForgoAsync(BarBatch lost, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task<ApplyResult> ApplyAsync(BarBatch batch, CancellationToken cancellationToken)
        {
            if (Poison is { } poison && batch.Bars.Contains(poison))
                throw new InvalidOperationException("The actor threw.");
            Calls.Enqueue(batch);
            if (Failing.Contains(batch.Symbol))
                throw new HttpRequestException("The actor cannot be reached.");
            lock (_lock)
            {
                MostAtOnce = Math.Max(MostAtOnce, ++_running);
                if (_running == 16)
                    Full.TrySetResult();
            }

            if (Gate is not null)
                await Gate.Task;
            lock (_lock)
                _running--;
            return new ApplyResult(batch.Bars.Count, 0, 0, 0);
        }
    }
}
