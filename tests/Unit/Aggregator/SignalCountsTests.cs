using DaprTrading.Aggregator.Summaries;
using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Aggregator;

public sealed class SignalCountsTests
{
    [Fact]
    public void Add_Repeats_CountsEachSignalOnce()
    {
        TradingSignal[] signals = [Signal(5, "a", Side.Buy), Signal(5, "b", Side.Sell), Signal(6, "a", Side.Sell)];

        SignalCounts counts = SignalCounts.None.Add(signals).Add(signals);

        (counts.Buy, counts.Sell, counts.Last!.N).Should().Be((1, 2, 6));
    }

    [Fact]
    public void Add_NothingNew_IsTheSameObject()
    {
        SignalCounts counts = SignalCounts.None.Add([Signal(5, "a", Side.Buy)]);

        counts.Add([Signal(5, "a", Side.Buy)]).Should().BeSameAs(counts);
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

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void SeenIndexes_RandomOrder_EqualsASetWithinTheWindow(int seed)
    {
        var random = new Random(seed);
        var seen = SeenIndexes.None;
        var set = new HashSet<long>();
        for (int i = 0; i < 30_000; i++)
        {
            long index = Math.Max(1, (i * 2) - random.Next(0, 6_000));

            SeenIndexes after = seen.Add(index);

            ReferenceEquals(after, seen).Should().Be(!set.Add(index), $"index {index} at step {i}, seed {seed}");
            seen = after;
        }

        seen.Bits.Length.Should().BeLessThanOrEqualTo(SeenIndexes.Window / 8);
    }

    [Fact]
    public void SeenIndexes_BelowTheWindow_CountsAsSeen()
    {
        SeenIndexes seen = SeenIndexes.None.Add(100_000);

        seen.Add(100_000 - SeenIndexes.Window).Should().BeSameAs(seen);
        seen.Add(100_001 - SeenIndexes.Window).Should().NotBeSameAs(seen);
    }

    internal static TradingSignal Signal(long n, string strategy, Side side) =>
        new($"T:{n}:{strategy}", "T", side, strategy, 0.5, 10, n, n * 1000, ["because"], "test", n * 1000);
}
