using System.Collections.Concurrent;
using DaprTrading.Contracts;

namespace DaprTrading.Signals.Context;

/// <summary>The newest sentiment and order imbalance per symbol that this replica saw. In memory, bounded, thread-safe.</summary>
internal sealed class MarketContext
{
    private const int MaxSymbols = 10_000;

    /// <summary>Weight of the past when one more order comes: half after 50 orders.</summary>
    private static readonly double Decay = Math.Pow(0.5, 1.0 / 50);

    private readonly ConcurrentDictionary<string, Entry> _symbols = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes in one event; kinds without a symbol say nothing about one.</summary>
    public void Add(MarketEvent market)
    {
        if (market.Symbol is not { Length: > 0 } symbol || market.Kind is not (MarketEventKinds.NewsSentiment or MarketEventKinds.OrderBook))
            return;
        if (_symbols.Count >= MaxSymbols && !_symbols.ContainsKey(symbol))
            return;

        Entry entry = _symbols.GetOrAdd(symbol, static _ => new Entry());
        lock (entry)
            entry.Add(market);
    }

    /// <summary>The context of a symbol; null when nothing was seen of it.</summary>
    public SymbolContext? Find(string symbol)
    {
        if (!_symbols.TryGetValue(symbol, out Entry? entry))
            return null;
        lock (entry)
            return entry.ToContext(symbol.ToUpperInvariant());
    }

    private sealed class Entry
    {
        private SentimentContext? _sentiment;
        private double _buys, _sells;
        private long _orderTime = long.MinValue;

        public void Add(MarketEvent market)
        {
            if (market is { SentimentScore: { } score, SentimentMagnitude: { } magnitude } && !(market.Time < _sentiment?.Time))
                _sentiment = new SentimentContext(score, magnitude, market.Time);
            if (market is not { Side: { } side, Quantity: { } quantity })
                return;
            _buys = _buys * Decay + (side == Side.Buy ? quantity : 0);
            _sells = _sells * Decay + (side == Side.Sell ? quantity : 0);
            _orderTime = Math.Max(_orderTime, market.Time);
        }

        public SymbolContext ToContext(string symbol)
        {
            double all = _buys + _sells;
            OrderBookContext? orders = all > 0 ? new OrderBookContext(Math.Round((_buys - _sells) / all, 4), _orderTime) : null;
            return new SymbolContext(symbol, _sentiment, orders);
        }
    }
}
