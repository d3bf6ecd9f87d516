namespace DaprTrading.MarketData;

/// <summary>Names of the formats that are read. A file compressed with gzip, or inside a zip, has the format of what is inside.</summary>
public static class Formats
{
    /// <summary>Any CSV with a header that names time, open, high, low, close and volume.</summary>
    public const string Csv = "csv";

    /// <summary>Yahoo: prices adjusted for splits; the column <c>Adj Close</c> is left alone, because it does not fit the other prices.</summary>
    public const string Yahoo = "yahoo";

    /// <summary>Stooq's bulk ASCII files, with <c>&lt;TICKER&gt;,&lt;PER&gt;</c>; clock times are Warsaw times.</summary>
    public const string StooqBulk = "stooq-bulk";

    /// <summary>Kaggle's <c>all_stocks_5yr</c>: many symbols, one after the other.</summary>
    public const string Kaggle = "kaggle";

    /// <summary>Binance klines with or without a header, milliseconds or microseconds.</summary>
    public const string Binance = "binance";

    /// <summary>Alpaca bars, of one or many symbols.</summary>
    public const string Alpaca = "alpaca";

    /// <summary>Polygon aggregates.</summary>
    public const string Polygon = "polygon";

    /// <summary>JSON list of <c>[time, open, high, low, close, volume, …]</c>: Binance REST, freqtrade.</summary>
    public const string Arrays = "arrays";

    /// <summary>CSV of trades: time, price, size.</summary>
    public const string Ticks = "ticks";

    /// <summary>Lean daily bars.</summary>
    public const string LeanDaily = "lean-daily";

    /// <summary>Lean bars of an hour.</summary>
    public const string LeanHour = "lean-hour";

    /// <summary>Lean bars of a minute.</summary>
    public const string LeanMinute = "lean-minute";

    /// <summary>Lean bars of a second.</summary>
    public const string LeanSecond = "lean-second";

    /// <summary>Lean trades.</summary>
    public const string LeanTick = "lean-tick";

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Csv, Yahoo, StooqBulk, Kaggle, Binance, Alpaca, Polygon, Arrays, Ticks, LeanDaily, LeanHour, LeanMinute, LeanSecond, LeanTick];
}
