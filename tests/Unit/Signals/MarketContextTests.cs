using DaprTrading.Contracts;
using DaprTrading.Signals.Context;

namespace DaprTrading.Tests.Unit.Signals;

public sealed class MarketContextTests
{
    private readonly MarketContext _context = new();

    [Fact]
    public void Find_NeverSeen_IsNull() => _context.Find("A").Should().BeNull();

    [Fact]
    public void Add_Sentiment_KeepsTheNewest()
    {
        _context.Add(Sentiment("A", 5_000, 0.5));
        _context.Add(Sentiment("A", 4_000, -1));

        _context.Find("a")!.Sentiment.Should().Be(new SentimentContext(0.5, 0.8, 5_000));
    }

    [Fact]
    public void Add_Orders_GivesTheirBalance()
    {
        foreach (long time in Enumerable.Range(1, 400))
            _context.Add(Order("A", time, time % 4 == 0 ? Side.Sell : Side.Buy));
        _context.Add(Order("B", 1, Side.Sell));

        _context.Find("A")!.OrderBook!.Imbalance.Should().BeApproximately(0.5, 0.05);
        _context.Find("A")!.OrderBook!.Time.Should().Be(400);
        _context.Find("B")!.OrderBook!.Imbalance.Should().Be(-1);
        _context.Find("B")!.Sentiment.Should().BeNull();
    }

    [Fact]
    public void Add_EventsThatSayNothingAboutASymbol_AreIgnored()
    {
        _context.Add(new MarketEvent(MarketEventKinds.EconomicIndicator, null, 1, "s", 1, 1) { IndicatorName = "GDP", Value = 1 });
        _context.Add(new MarketEvent(MarketEventKinds.MarketData, "A", 1, "s", 1, 1) { MarketCap = 1 });

        _context.Find("A").Should().BeNull();
    }

    private static MarketEvent Sentiment(string symbol, long time, double score) =>
        new(MarketEventKinds.NewsSentiment, symbol, time, "s", time, 0) { SentimentScore = score, SentimentMagnitude = 0.8 };

    private static MarketEvent Order(string symbol, long time, Side side) =>
        new(MarketEventKinds.OrderBook, symbol, time, "s", time, 0) { Side = side, Price = 10, Quantity = 2 };
}
