using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Visualization.Live;

/// <summary>Everything that arrives and has not been sent to the browsers. Thread-safe, bounded.</summary>
/// <remarks>
/// A replica that joins is sent what the broker still has. Signals, notifications and market events from more than a minute before it began are no news
/// to anybody: they are in the lists that a page loads.
/// </remarks>
internal sealed class LiveBoard(IOptions<VisualizationOptions> options, ServiceInstance instance)
{
    private const long NewsMs = 60_000;
    private const int MaxRecentIds = 20_000;
    private const int MaxPending = 10_000;
    private const int MaxMarketEvents = 50;
    private readonly ConcurrentDictionary<string, SymbolFeed> _feeds = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly RecentIds _signalIds = new(MaxRecentIds);
    private readonly RecentIds _noticeIds = new(MaxRecentIds);
    private readonly Queue<MarketEvent> _events = [];
    private List<TradingSignal> _signals = [];
    private List<Notice> _notices = [];

    /// <summary>Every symbol known here.</summary>
    public ICollection<SymbolFeed> Feeds => _feeds.Values;

    /// <summary>The feed of a symbol that points have arrived for or that was loaded.</summary>
    public bool TryGet(string symbol, [NotNullWhen(true)] out SymbolFeed? feed) => _feeds.TryGetValue(symbol, out feed);

    /// <summary>The feed of a symbol, made if needed; null when there are as many as there may be.</summary>
    public SymbolFeed? FeedOf(string symbol) =>
        _feeds.TryGetValue(symbol, out SymbolFeed? feed) ? feed
        : _feeds.Count >= options.Value.MaxSymbols ? null
        : _feeds.GetOrAdd(symbol, static (name, settings) => new SymbolFeed(name, settings), options.Value);

    /// <summary>Adds a signal; a repeat is ignored.</summary>
    public void Add(TradingSignal signal)
    {
        if (!IsNews(signal.IngestedAt))
        {
            return;
        }

        lock (_lock)
        {
            if (_signalIds.Add(signal.Id) && _signals.Count < MaxPending)
            {
                _signals.Add(signal);
            }
        }
    }

    /// <summary>Adds a notification; a repeat is ignored.</summary>
    public void Add(Notice notice)
    {
        if (!IsNews(notice.IngestedAt))
        {
            return;
        }

        lock (_lock)
        {
            if (_noticeIds.Add(notice.Id) && _notices.Count < MaxPending)
            {
                _notices.Add(notice);
            }
        }
    }

    /// <summary>Adds market events; only the newest are kept.</summary>
    public void Add(IReadOnlyList<MarketEvent> events)
    {
        lock (_lock)
        {
            foreach (MarketEvent marketEvent in events.Where(each => IsNews(each.IngestedAt)))
            {
                _events.Enqueue(marketEvent);
                if (_events.Count > MaxMarketEvents)
                {
                    _events.Dequeue();
                }
            }
        }
    }

    /// <summary>The signals to send.</summary>
    public TradingSignal[] TakeSignals()
    {
        lock (_lock)
        {
            TradingSignal[] signals = [.. _signals];
            _signals = [];
            return signals;
        }
    }

    /// <summary>The notifications to send.</summary>
    public Notice[] TakeNotices()
    {
        lock (_lock)
        {
            Notice[] notices = [.. _notices];
            _notices = [];
            return notices;
        }
    }

    /// <summary>The market events to send.</summary>
    public MarketEvent[] TakeEvents()
    {
        lock (_lock)
        {
            MarketEvent[] events = [.. _events];
            _events.Clear();
            return events;
        }
    }

    private bool IsNews(long ingestedAt) => ingestedAt >= instance.StartedAt - NewsMs;
}
