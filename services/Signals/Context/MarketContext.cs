using System.Collections.Concurrent;
using DaprTrading.Contracts;

namespace DaprTrading.Signals.Context;

/// <summary>The newest sentiment, order imbalance and valuation per symbol, and the economy. In memory, bounded, thread-safe.</summary>
internal sealed class MarketContext
{
    private const int MaxSymbols = 10_000;

    /// <summary>Orders of the same time: one that is older than the newest by more says nothing any more.</summary>
    private const long OrdersMs = ContextJudgement.OrdersMs;

    /// <summary>Weight of the past when one more order comes: half after 50 orders.</summary>
    private static readonly double Decay = Math.Pow(0.5, 1.0 / 50);

    private readonly ConcurrentDictionary<string, Entry> _symbols = new(StringComparer.OrdinalIgnoreCase);
    private readonly Economy _economy = new();

    /// <summary>Takes in one event.</summary>
    public void Add(MarketEvent market)
    {
        if (market.Kind == MarketEventKinds.EconomicIndicator)
            _economy.Add(market);
        if (market.Symbol is not { Length: > 0 } symbol ||
            market.Kind is not (MarketEventKinds.NewsSentiment or MarketEventKinds.OrderBook or MarketEventKinds.MarketData))
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
            return entry.ToContext(symbol.ToUpperInvariant(), _economy.Steps);
    }

    /// <summary>What is known about a symbol, be it only the economy; null when nothing is.</summary>
    public SymbolContext? About(string symbol) =>
        Find(symbol) ?? (_economy.Steps is { Count: > 0 } steps ? new SymbolContext(symbol, null, null, null, steps) : null);

    private sealed class Entry
    {
        private SentimentContext? _sentiment;
        private FundamentalContext? _fundamentals;
        private double _buys, _sells;
        private long _orderTime = long.MinValue;

        public void Add(MarketEvent market)
        {
            if (market is { SentimentScore: { } score, SentimentMagnitude: { } magnitude } && !(market.Time < _sentiment?.Time))
                _sentiment = new SentimentContext(score, magnitude, market.Time);
            if (market is { PeRatio: { } ratio } && !(market.Time < _fundamentals?.Time))
                _fundamentals = new FundamentalContext(ratio, market.Time);
            if (market is not { Side: { } side, Quantity: { } quantity } || (_orderTime != long.MinValue && market.Time < _orderTime - OrdersMs))
                return;

            // The balance is that of orders of one time: what was heard long before is not mixed with what is heard now, also after a replica was sent everything again.
            if (market.Time > _orderTime + OrdersMs)
                (_buys, _sells) = (0, 0);
            _buys = _buys * Decay + (side == Side.Buy ? quantity : 0);
            _sells = _sells * Decay + (side == Side.Sell ? quantity : 0);
            _orderTime = Math.Max(_orderTime, market.Time);
        }

        public SymbolContext ToContext(string symbol, IReadOnlyList<EconomyContext> economy)
        {
            double all = _buys + _sells;
            OrderBookContext? orders = all > 0 ? new OrderBookContext(Math.Round((_buys - _sells) / all, 4), _orderTime) : null;
            return new SymbolContext(symbol, _sentiment, orders, _fundamentals, economy.Count > 0 ? economy : null);
        }
    }
}
