namespace DaprTrading.Signals.Context;

/// <summary>What market events said last about a symbol and the economy. It moves the confidence of signals a little and decides none of them.</summary>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="Sentiment">Newest news sentiment; null when there was none.</param>
/// <param name="OrderBook">Balance of the recent orders; null when there were none.</param>
/// <param name="Fundamentals">Newest valuation; null when there was none.</param>
/// <param name="Economy">Newest step of each known indicator of the economy.</param>
public sealed record SymbolContext(
    string Symbol, SentimentContext? Sentiment, OrderBookContext? OrderBook, FundamentalContext? Fundamentals = null,
    IReadOnlyList<EconomyContext>? Economy = null);

/// <summary>The newest news sentiment.</summary>
/// <param name="Score">−1 (bad) to 1 (good).</param>
/// <param name="Magnitude">Strength, 0 to 1.</param>
/// <param name="Time">Unix milliseconds, UTC.</param>
public sealed record SentimentContext(double Score, double Magnitude, long Time);

/// <summary>The balance of the recent orders.</summary>
/// <param name="Imbalance">−1 (only sell orders) to 1 (only buy orders) by quantity, an order counting half after 50 further ones.</param>
/// <param name="Time">Time of the newest order, Unix milliseconds, UTC.</param>
public sealed record OrderBookContext(double Imbalance, long Time);

/// <summary>The newest valuation.</summary>
/// <param name="PeRatio">Price to earnings; negative for a loss.</param>
/// <param name="Time">Unix milliseconds, UTC.</param>
public sealed record FundamentalContext(double PeRatio, long Time);

/// <summary>The newest step of an indicator of the economy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Previous">The value before.</param>
/// <param name="Value">The newest value.</param>
/// <param name="Good">1 when the step is good for stocks, −1 when it is bad.</param>
/// <param name="Time">Unix milliseconds, UTC.</param>
public sealed record EconomyContext(string Name, double Previous, double Value, int Good, long Time);
