using DaprTrading.Contracts;
using DaprTrading.Ingestion.Publishing;

namespace DaprTrading.Tests.Unit.Ingestion;

public sealed class SequenceStamperTests
{
    private readonly SequenceStamper _stamper = new("ingestion-1");

    [Fact]
    public void Stamp_UnnumberedBars_AreNumberedFromOnePerSymbolAndSource()
    {
        Stamp("A").Should().Be(("ingestion-1", 1));
        Stamp("A").Should().Be(("ingestion-1", 2));
        Stamp("B").Should().Be(("ingestion-1", 1));
        Stamp("A", "feed").Should().Be(("feed@ingestion-1", 1));
        Stamp("A").Should().Be(("ingestion-1", 3));
    }

    [Fact]
    public void Stamp_NumberedBar_IsLeftAlone()
    {
        Stamp("A", "feed", 9).Should().Be(("feed", 9));
    }

    [Fact]
    public void BeginEpoch_NumbersFromOneUnderANewName()
    {
        Stamp("A");
        _stamper.BeginEpoch();

        Stamp("A").Should().Be(("ingestion-1.2", 1));
    }

    [Fact]
    public void Stamp_MoreNamesThanAreKept_NumbersTheRestUnderTheProcess()
    {
        foreach (string process in new[] { "ingestion-1", "ingestion-1.2" })
        {
            for (int i = 0; i < SequenceStamper.MaxSources; i++) Stamp("A", $"feed-{i}").Should().Be(($"feed-{i}@{process}", 1));

            Stamp("A", "one-more").Should().Be((process, 1));
            Stamp("A", "and-another").Should().Be((process, 2));
            Stamp("A").Should().Be((process, 3));
            Stamp("A", "feed-7").Should().Be(($"feed-7@{process}", 2));
            _stamper.BeginEpoch();
        }
    }

    [Fact]
    public void Stamp_EventsAndBarsOfOneSymbol_AreNumberedApart()
    {
        Stamp("A");

        MarketEvent stamped = _stamper.Stamp(new MarketEvent(MarketEventKinds.OrderBook, "A", 0, "", 0, 0));

        stamped.Sequence.Should().Be(1);
    }

    [Theory]
    [InlineData("ingestion-0123456789ab", true)]
    [InlineData("ingestion-0123456789ab.12", true)]
    [InlineData("a@b@ingestion-0123456789ab.2", true)]
    [InlineData("ingestion-1", false)]
    [InlineData("ingestion-0123456789ag", false)]
    [InlineData("ingestion-0123456789ab.x", false)]
    [InlineData("feed", false)]
    [InlineData("", false)]
    public void StampedSource_IsToldFromOthers(string source, bool expected) => StampedSource.Is(source).Should().Be(expected);

    private (string Source, long Sequence) Stamp(string symbol, string source = "", long sequence = 0)
    {
        Bar bar = _stamper.Stamp(symbol, new Bar(0, 1, 1, 1, 1, 1, source, sequence, 0));
        return (bar.Source, bar.Sequence);
    }
}
