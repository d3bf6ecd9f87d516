namespace DaprTrading.Contracts;

/// <summary>The kinds of <see cref="MarketEvent"/>: the <c>data_type</c> of the ingest format.</summary>
public static class MarketEventKinds
{
    /// <summary>One order: side, price, quantity.</summary>
    public const string OrderBook = "order_book";

    /// <summary>Sentiment of the news on one symbol.</summary>
    public const string NewsSentiment = "news_sentiment";

    /// <summary>Fundamentals of one symbol.</summary>
    public const string MarketData = "market_data";

    /// <summary>A figure of the whole economy; has no symbol.</summary>
    public const string EconomicIndicator = "economic_indicator";
}

/// <summary>A market record that is not a bar. Which values are present depends on the kind.</summary>
/// <param name="Kind">One of <see cref="MarketEventKinds"/>.</param>
/// <param name="Symbol">Canonical symbol; null for economic indicators.</param>
/// <param name="Time">Unix milliseconds, UTC.</param>
/// <param name="Source">Who numbered it.</param>
/// <param name="Sequence">Contiguous from 1 per source and symbol (or per source, without a symbol).</param>
/// <param name="IngestedAt">When the edge accepted it, Unix milliseconds, UTC.</param>
public sealed record MarketEvent(string Kind, string? Symbol, long Time, string Source, long Sequence, long IngestedAt)
{
    /// <summary>Order book: direction of the order.</summary>
    public Side? Side { get; init; }

    /// <summary>Order book: limit price, above zero.</summary>
    public double? Price { get; init; }

    /// <summary>Order book: quantity, above zero.</summary>
    public double? Quantity { get; init; }

    /// <summary>News sentiment: −1 (bad) to 1 (good).</summary>
    public double? SentimentScore { get; init; }

    /// <summary>News sentiment: strength, 0 to 1.</summary>
    public double? SentimentMagnitude { get; init; }

    /// <summary>Market data: market capitalisation, zero or more.</summary>
    public double? MarketCap { get; init; }

    /// <summary>Market data: price to earnings ratio; negative for a loss.</summary>
    public double? PeRatio { get; init; }

    /// <summary>Economic indicator: its name, e.g. <c>GDP Growth Rate</c>.</summary>
    public string? IndicatorName { get; init; }

    /// <summary>Economic indicator: its value.</summary>
    public double? Value { get; init; }
}

/// <summary>Market events of one request. Topic <c>market-events</c>.</summary>
/// <param name="Events">At least one event.</param>
public sealed record MarketEventBatch(IReadOnlyList<MarketEvent> Events);
