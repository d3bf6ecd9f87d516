using DaprTrading.Contracts;

namespace DaprTrading.Tests.Unit.Ordering;

/// <summary>The rules of ordering, written a second time: one bar after the other, with sets that remember everything and nothing that is bounded.</summary>
internal sealed class NaiveOrder(long timeoutMs)
{
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);

    /// <summary>What was released: the bar, and when.</summary>
    public List<(Bar Bar, long At)> Released { get; } = [];

    public int Repeats { get; private set; }

    public long Missing { get; private set; }

    public int Gaps { get; private set; }

    public int Late { get; private set; }

    public void Deliver(IReadOnlyList<Bar> bars, long now)
    {
        foreach (Bar bar in bars)
        {
            if (!_sources.TryGetValue(bar.Source, out Source? source)) _sources[bar.Source] = source = new Source();
            if (!source.Seen.Add(bar.Sequence))
            {
                Repeats++;
                continue;
            }

            if (bar.Sequence < source.Next)
            {
                Late++;
                Released.Add((bar, now));
                continue;
            }

            long? behindTheGap = source.Waiting.Count == 0 ? null : source.Waiting.Keys.First();
            source.Waiting.Add(bar.Sequence, bar);
            Release(source, now);
            if (behindTheGap < source.Next) source.Since = null;   // a gap that is filled in part stays the same gap
        }

        foreach (Source source in _sources.Values)
        {
            if (source.Waiting.Count > 0 && source.Since is { } since && now - since >= timeoutMs) GiveUp(source, now);
            source.Since = source.Waiting.Count == 0 ? null : source.Since ?? now;
        }
    }

    private void GiveUp(Source source, long now)
    {
        long first = source.Waiting.Keys.First();
        Missing += first - source.Next;
        Gaps++;
        source.Next = first;
        source.Since = null;
        Release(source, now);
    }

    private void Release(Source source, long now)
    {
        while (source.Waiting.Remove(source.Next, out Bar? bar))
        {
            Released.Add((bar, now));
            source.Next++;
        }
    }

    private sealed class Source
    {
        public long Next { get; set; } = 1;

        public SortedDictionary<long, Bar> Waiting { get; } = [];

        public HashSet<long> Seen { get; } = [];

        public long? Since { get; set; }
    }
}
