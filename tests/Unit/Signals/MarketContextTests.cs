using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals;
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

    /// <summary>A replica whose sidecar starts again is sent what the broker still has: it says nothing new.</summary>
    [Fact]
    public void Add_EverythingOnceMore_ChangesNothingThatIsOlderThanTheNewest()
    {
        MarketEvent[] old = [.. Enumerable.Range(1, 200).Select(i => Order("A", i * 1_000, Side.Sell))];
        MarketEvent[] late = [.. Enumerable.Range(1, 50).Select(i => Order("A", 1_000_000 + i, Side.Buy))];
        foreach (MarketEvent market in old.Concat(late)) _context.Add(market);
        OrderBookContext before = _context.Find("A")!.OrderBook!;

        foreach (MarketEvent market in old) _context.Add(market);

        before.Should().Be(new OrderBookContext(1, 1_000_050), "the sells are a quarter of an hour old");
        _context.Find("A")!.OrderBook.Should().Be(before);
    }

    [Fact]
    public async Task Handler_BatchWithNull_IsDroppedAlone()
    {
        using var meters = new TestMeters();
        var handler = new MarketEventHandler(_context, new SignalsMetrics(meters));
        var events = new BulkEvents<MarketEventBatch>([new MarketEventBatch([null!]), new MarketEventBatch([Sentiment("A", 5_000, 0.5)])]);

        await handler.HandleAsync(events, new Microsoft.AspNetCore.Http.DefaultHttpContext(), default);

        events.StatusOf(0).Should().Be(Dapr.AspNetCore.BulkSubscribeAppResponseStatus.DROP);
        _context.Find("A").Should().NotBeNull();
    }

    [Fact]
    public void Add_EventsThatSayNothingAboutASymbol_AreIgnored()
    {
        _context.Add(new MarketEvent(MarketEventKinds.EconomicIndicator, null, 1, "s", 1, 1) { IndicatorName = "GDP", Value = 1 });
        _context.Add(new MarketEvent("weather", "A", 1, "s", 1, 1));

        _context.Find("A").Should().BeNull();
        _context.About("A").Should().BeNull("one value of an indicator is no step, and this one has no known meaning");
    }

    [Theory]
    [InlineData("GDP Growth Rate", 2.0, 2.5, 1)]
    [InlineData("unemployment rate", 4.0, 4.2, -1)]
    [InlineData("Interest Rate", 5.0, 4.5, 1)]
    [InlineData("Inflation Rate", 3.0, 3.0, 0)]
    [InlineData("Sunspots", 3.0, 9.0, 0)]
    public void Add_EconomicIndicator_MeansItsStep(string name, double before, double after, int good)
    {
        _context.Add(Indicator(name, 1_000, before));
        _context.Add(Indicator(name, 2_000, after));
        _context.Add(Indicator(name, 500, 0));

        IEnumerable<(int, double, double)> steps = (_context.About("ANY")?.Economy ?? []).Select(step => (step.Good, step.Previous, step.Value));
        steps.Should().Equal(good == 0 ? [] : [(good, before, after)]);
    }

    [Fact]
    public void Judgement_FreshAgreeingEvents_IsTheirMean()
    {
        var context = new SymbolContext("A", new SentimentContext(1, 0.5, 10_000), new OrderBookContext(1, 10_000), new FundamentalContext(-4, 10_000));

        ContextJudgement judgement = ContextJudgement.Of(context, 10_000)!;

        judgement.Score.Should().BeApproximately((0.5 + 1 - 1) / 3, 1e-9);
        judgement.Words.Should().Be("orders 100 % buys; news sentiment +1.00 of magnitude 0.5; P/E -4, a loss");
    }

    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(60, 0.6)]
    [InlineData(120, 0.4)]
    [InlineData(239, 0.0033)]
    [InlineData(240, null)]
    [InlineData(-1, 0.8)]
    [InlineData(-2, null)]
    public void Judgement_News_FadesOverFourHours(int ageMinutes, double? expected)
    {
        var context = new SymbolContext("A", new SentimentContext(0.8, 1, 1_000_000_000), null);

        ContextJudgement? judgement = ContextJudgement.Of(context, 1_000_000_000 + (ageMinutes * 60_000L));

        if (expected is { } score)
            judgement!.Score.Should().BeApproximately(score, 1e-3);
        else
            judgement.Should().BeNull("events that are too old, or younger than the bar, say nothing");
    }

    [Theory]
    [InlineData(-3.0, -1.0)]
    [InlineData(22.5, null)]
    [InlineData(80.0, -0.5)]
    public void Judgement_Valuation_SpeaksOnlyAtTheExtremes(double ratio, double? expected) =>
        (ContextJudgement.Of(new SymbolContext("A", null, null, new FundamentalContext(ratio, 0)), 0)?.Score).Should().Be(expected);

    [Theory]
    [InlineData(Side.Buy, 0.5, 1.0, 0.6)]
    [InlineData(Side.Sell, 0.5, 1.0, 0.4)]
    [InlineData(Side.Buy, 0.95, 1.0, 1.0)]
    [InlineData(Side.Sell, 0.05, 1.0, 0.0)]
    public void Adjust_StaysWithinBounds(Side side, double confidence, double score, double expected)
    {
        _context.Add(Sentiment("A", 1_000, score, 1));
        var signal = new TradingSignal("A:1:x", "A", side, "x", confidence, 1, 1, 1_000, ["why"], "s", 0);

        TradingSignal adjusted = new ContextAdjuster(_context).Adjust(signal, 0.1);

        adjusted.Confidence.Should().Be(expected);
        adjusted.Reasons.Should().HaveCount(2);
    }

    [Fact]
    public void Adjust_NothingKnownOrNoWeight_LeavesTheSignalAsItIs()
    {
        var signal = new TradingSignal("A:1:x", "A", Side.Buy, "x", 0.5, 1, 1, 1_000, ["why"], "s", 0);
        var adjuster = new ContextAdjuster(_context);

        adjuster.Adjust(signal, 0.1).Should().BeSameAs(signal);
        _context.Add(Sentiment("A", 1_000, 1, 1));
        adjuster.Adjust(signal, 0).Should().BeSameAs(signal);
    }

    private static MarketEvent Indicator(string name, long time, double value) =>
        new(MarketEventKinds.EconomicIndicator, null, time, "s", time, 0) { IndicatorName = name, Value = value };

    private static MarketEvent Sentiment(string symbol, long time, double score, double magnitude = 0.8) =>
        new(MarketEventKinds.NewsSentiment, symbol, time, "s", time, 0) { SentimentScore = score, SentimentMagnitude = magnitude };

    private static MarketEvent Order(string symbol, long time, Side side) =>
        new(MarketEventKinds.OrderBook, symbol, time, "s", time, 0) { Side = side, Price = 10, Quantity = 2 };
}
