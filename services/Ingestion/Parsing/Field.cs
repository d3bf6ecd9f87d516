namespace DaprTrading.Ingestion.Parsing;

/// <summary>The fields of the ingest format.</summary>
internal enum Field
{
    DataType, StockSymbol, OpeningPrice, ClosingPrice, High, Low, Volume, Timestamp, Source, Sequence, OrderType, Price, Quantity,
    SentimentScore, SentimentMagnitude, MarketCap, PeRatio, IndicatorName, Value,
}

internal static class Fields
{
    private static readonly string[] Names =
    [
        "data_type", "stock_symbol", "opening_price", "closing_price", "high", "low", "volume", "timestamp", "source", "sequence", "order_type",
        "price", "quantity", "sentiment_score", "sentiment_magnitude", "market_cap", "pe_ratio", "indicator_name", "value",
    ];

    private static readonly byte[][] Utf8Names = [.. Names.Select(System.Text.Encoding.UTF8.GetBytes)];

    public static int Count => Names.Length;

    public static string Name(this Field field) => Names[(int)field];

    /// <summary>The field the reader stands on, or -1 for one that is not ours.</summary>
    public static int Find(ref System.Text.Json.Utf8JsonReader reader)
    {
        for (int i = 0; i < Utf8Names.Length; i++)
        {
            if (reader.ValueTextEquals(Utf8Names[i])) return i;
        }

        return -1;
    }
}
