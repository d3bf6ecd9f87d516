using DaprTrading.Contracts;

namespace DaprTrading.Ingestion.Publishing;

/// <summary>The records of several requests, numbered and grouped into events. Reused from flush to flush; not thread-safe.</summary>
internal sealed class FlushBatch(SequenceStamper stamper)
{
    private const int MaxBarsPerEvent = 500;
    private const int MaxBarsPerPublish = 5_000;
    private const int MaxEventsPerBatch = 1_000;
    private readonly Dictionary<string, List<Bar>> _bySymbol = new(StringComparer.Ordinal);
    private readonly List<MarketEvent> _events = [];
    private readonly List<RejectedRecord> _rejected = [];

    /// <summary>When the edge accepted the newest bar, Unix milliseconds; 0 without bars.</summary>
    public long NewestIngestedAt { get; private set; }

    /// <summary>Numbers and adds a request's records, in their order.</summary>
    public void Add(PendingRequest pending)
    {
        foreach (var (symbol, bar) in pending.Request.Bars)
        {
            if (!_bySymbol.TryGetValue(symbol, out List<Bar>? bars)) _bySymbol[symbol] = bars = [];
            bars.Add(stamper.Stamp(symbol, bar));
            NewestIngestedAt = Math.Max(NewestIngestedAt, bar.IngestedAt);
        }

        foreach (MarketEvent marketEvent in pending.Request.Events) _events.Add(stamper.Stamp(marketEvent));
        _rejected.AddRange(pending.Request.Rejected);
    }

    /// <summary>The bars, in publishes the sidecar's body limit allows; the events of one publish belong together in no way.</summary>
    public IEnumerable<List<BarBatch>> BarPublishes()
    {
        var publish = new List<BarBatch>();
        int bars = 0;
        foreach (var (symbol, all) in _bySymbol)
        {
            for (int from = 0; from < all.Count; from += MaxBarsPerEvent)
            {
                int count = Math.Min(MaxBarsPerEvent, all.Count - from);
                if (bars + count > MaxBarsPerPublish)
                {
                    yield return publish;
                    publish = [];
                    bars = 0;
                }

                publish.Add(new BarBatch(symbol, from == 0 && count == all.Count ? all : all.GetRange(from, count)));
                bars += count;
            }
        }

        if (publish.Count > 0) yield return publish;
    }

    /// <summary>The market events in batches.</summary>
    public IEnumerable<MarketEventBatch> MarketEvents() => _events.Chunk(MaxEventsPerBatch).Select(chunk => new MarketEventBatch(chunk));

    /// <summary>The refused records in batches.</summary>
    public IEnumerable<RejectedBatch> Rejected(long now) => _rejected.Chunk(MaxEventsPerBatch).Select(chunk => new RejectedBatch(now, chunk));

    public void Clear()
    {
        _bySymbol.Clear();
        NewestIngestedAt = 0;
        _events.Clear();
        _rejected.Clear();
    }
}
