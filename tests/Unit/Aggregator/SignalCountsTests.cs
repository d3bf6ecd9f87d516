using DaprTrading.Aggregator.Summaries;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Aggregator;

public sealed class SignalCountsTests
{
    private readonly FakeState _state = new();

    [Fact]
    public void Add_NothingNew_IsTheSameObject()
    {
        SignalCounts counts = SignalCounts.None.Add([Signal(5, "a", Side.Buy)]);

        counts.Add([]).Should().BeSameAs(counts);
    }

    [Fact]
    public void FloorOf_MoreStrategiesThanAreToldApart_HasNoRoomForOthers()
    {
        SignalCounts counts = SignalCounts.None.Add([.. Enumerable.Range(0, SignalCounts.MostStrategies).Select(i => Signal(1, $"s{i}", Side.Buy))]);

        (counts.FloorOf("s0"), counts.FloorOf("other")).Should().Be((0L, null));
    }

    [Fact]
    public void Add_OlderSignal_DoesNotBecomeTheLast() =>
        SignalCounts.None.Add([Signal(9, "a", Side.Buy), Signal(4, "a", Side.Buy)]).Last!.N.Should().Be(9);

    [Fact]
    public void Add_SeveralAtOneIndex_GivesTheSameLastInAnyOrder()
    {
        TradingSignal a = Signal(9, "a", Side.Buy), b = Signal(9, "b", Side.Sell), c = Signal(9, "c", Side.Buy);

        SignalCounts.None.Add([a, b, c]).Last.Should().Be(c);
        SignalCounts.None.Add([c, a]).Add([b]).Last.Should().Be(c);
    }

    /// <summary>Repeats and stragglers of up to 100,000 indexes back: as good as remembering everything.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Seen_RandomOrderWithinTheMemory_EqualsASet(int seed)
    {
        var random = new Random(seed);
        var seen = new SeenSignals(_state);
        var set = new HashSet<long>();
        for (int i = 0; i < 5_000; i++)
        {
            long index = Math.Max(1, (i * 200L) - random.Next(0, 100_000));
            if (random.Next(3) == 0 && set.Count > 0) index = Math.Max(index, set.ElementAt(random.Next(Math.Max(0, set.Count - 100), set.Count)));

            Seen found = await seen.AddAsync("a", index, default);

            found.Should().Be(set.Add(index) ? Seen.New : Seen.Repeat, "index {0} at step {1}, seed {2}", index, i, seed);
        }

        await _state.SaveStateAsync();
        _state.Stored.Should().HaveCount(SeenSignals.Pages);
        _state.Stored.Values.Max(text => text.Length).Should().BeLessThan(1_500);
    }

    [Fact]
    public async Task Seen_OlderThanTheMemory_IsForgottenAndNotNew()
    {
        var seen = new SeenSignals(_state);
        await seen.AddAsync("a", 5, default);
        await seen.AddAsync("a", 5 + (SeenSignals.Pages * SeenPage.Size), default);

        (await seen.AddAsync("a", 5, default)).Should().Be(Seen.Forgotten);
        (await seen.AddAsync("b", 5, default)).Should().Be(Seen.New, "strategies are told apart");
    }

    [Fact]
    public async Task Seen_TakenOverFromLayout1_KnowsWhatThatKnew()
    {
        byte[] bits = new byte[SeenIndexes.Window / 8];
        foreach (int index in (int[])[20_000, 20_003, 15_000]) bits[index % SeenIndexes.Window / 8] |= (byte)(1 << (index % SeenIndexes.Window % 8));
        var before = new SeenIndexes(20_003, bits);
        var seen = new SeenSignals(_state);

        await seen.TakeOverAsync("a", before, default);

        before.Floor.Should().Be(20_003 - SeenIndexes.Window);
        (await Task.WhenAll(((long[])[15_000, 20_000, 20_003, 20_001, 12_000]).Select(index => seen.AddAsync("a", index, default))))
            .Should().Equal(Seen.Repeat, Seen.Repeat, Seen.Repeat, Seen.New, Seen.New);
    }

    internal static TradingSignal Signal(long n, string strategy, Side side) =>
        new($"T:{n}:{strategy}", "T", side, strategy, 0.5, 10, n, n * 1000, ["because"], "test", n * 1000);
}
