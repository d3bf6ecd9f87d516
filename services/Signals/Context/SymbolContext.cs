namespace DaprTrading.Signals.Context;

/// <summary>What market events said last about a symbol. It informs people; no signal depends on it.</summary>
/// <param name="Symbol">Canonical symbol.</param>
/// <param name="Sentiment">Newest news sentiment; null when there was none.</param>
/// <param name="OrderBook">Balance of the recent orders; null when there were none.</param>
public sealed record SymbolContext(string Symbol, SentimentContext? Sentiment, OrderBookContext? OrderBook);

/// <summary>The newest news sentiment.</summary>
/// <param name="Score">−1 (bad) to 1 (good).</param>
/// <param name="Magnitude">Strength, 0 to 1.</param>
/// <param name="Time">Unix milliseconds, UTC.</param>
public sealed record SentimentContext(double Score, double Magnitude, long Time);

/// <summary>The balance of the recent orders.</summary>
/// <param name="Imbalance">−1 (only sell orders) to 1 (only buy orders) by quantity, an order counting half after 50 further ones.</param>
/// <param name="Time">Time of the newest order, Unix milliseconds, UTC.</param>
public sealed record OrderBookContext(double Imbalance, long Time);
