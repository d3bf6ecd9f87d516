using DaprTrading.Contracts;
using DaprTrading.Ordering;

namespace DaprTrading.Tests.Unit.Ordering;

/// <summary>The rules of ordering, written a second time: one number after the other, with sets of numbers instead of ranges.</summary>
internal sealed class NaiveOrder(OrderingLimits limits)
{
    private readonly List<Source> _sources = [];
    private int _uses;

    /// <summary>What was released: the bar, and when.</summary>
    public List<(Bar Bar, long At)> Released { get; } = [];

    public int Repeats { get; private set; }

    public long Missing { get; private set; }

    public int Gaps { get; private set; }

    public int Late { get; private set; }

    public int Forgotten { get; private set; }

    public void Deliver(IReadOnlyList<Bar> bars, long now)
    {
        foreach (Bar bar in bars)
        {
            Source source = Find(bar.Source);
            if (Take(source, bar, now)) source.Used = ++_uses;
            else Repeats++;
        }

        foreach (Source source in _sources.Where(source => source.Waiting.Count > 0 && now - (source.Since ?? now) >= limits.GapTimeoutMs).ToList())
            GiveUp(source, now);
        while (_sources.Sum(source => source.Waiting.Count) > limits.MaxHeld)
            GiveUp(_sources.Where(source => source.Waiting.Count > 0).MinBy(source => source.Since ?? now)!, now);
        End(now);
    }

    public void Forgo(IReadOnlyList<Bar> lost, long now)
    {
        foreach (Bar bar in lost.OrderBy(bar => bar.Sequence))
        {
            Source source = Find(bar.Source);
            if (bar.Sequence < source.Next || source.Waiting.ContainsKey(bar.Sequence) || !source.Gone.Add(bar.Sequence)) continue;
            source.Used = ++_uses;
            GoOn(source, now);
        }

        End(now);
    }

    public void WaitFrom(long from)
    {
        foreach (Source source in _sources.Where(source => source.Since < from)) source.Since = from;
    }

    private Source Find(string name)
    {
        if (_sources.Find(source => source.Name == name) is { } known) return known;
        var added = new Source(name) { Used = int.MinValue };
        _sources.Add(added);
        return added;
    }

    private bool Take(Source source, Bar bar, long now)
    {
        if (bar.Sequence < source.Next)
        {
            if (!source.Skipped.Remove(bar.Sequence)) return false;
            Late++;
            Released.Add((bar, now));
            ForgetSkipped(source);
            return true;
        }

        if (!source.Waiting.TryAdd(bar.Sequence, bar)) return false;
        source.Gone.Remove(bar.Sequence);
        GoOn(source, now);
        return true;
    }

    /// <summary>One number after the other: its bar is there, or it is known not to come.</summary>
    private void GoOn(Source source, long now)
    {
        while (true)
        {
            if (source.Waiting.Remove(source.Next, out Bar? bar))
            {
                Released.Add((bar, now));
                // A gap that is filled in part stays the same gap; the bar that waited behind it ends it.
                if (source.Held.Remove(source.Next)) source.Since = null;
            }
            else if (source.Gone.Remove(source.Next))
            {
                Missing++;
                if (source.LastGone != source.Next - 1) Gaps++;
                source.LastGone = source.Next;
                source.Skipped.Add(source.Next);
                ForgetSkipped(source);
            }
            else
            {
                break;
            }

            source.Next++;
        }

        source.Held.UnionWith(source.Waiting.Keys);
    }

    private void GiveUp(Source source, long now)
    {
        long first = source.Waiting.Keys.First();
        Missing += first - source.Next;
        Gaps++;
        for (; source.Next < first; source.Next++) source.Skipped.Add(source.Next);
        ForgetSkipped(source);
        source.Gone.RemoveWhere(number => number < first);
        GoOn(source, now);
    }

    private void End(long now)
    {
        _sources.RemoveAll(source => source is { Next: 1, Waiting.Count: 0, Gone.Count: 0 });
        List<Source> order = [.. _sources.OrderBy(source => source.Used)];
        while (order.Count > limits.MaxSources)
        {
            Forgotten++;
            while (order[0].Waiting.Count > 0) GiveUp(order[0], now);
            order.RemoveAt(0);
        }

        _sources.Clear();
        _sources.AddRange(order);
        foreach (Source source in _sources)
        {
            source.Since = source.Waiting.Count == 0 ? null : source.Since ?? now;
            source.LastGone = -1;
        }
    }

    /// <summary>As many runs of numbers as there is room for, the highest.</summary>
    private void ForgetSkipped(Source source)
    {
        while (source.Skipped.Count(number => !source.Skipped.Contains(number - 1)) > limits.MaxLateGaps)
        {
            long number = source.Skipped.Min;
            while (source.Skipped.Remove(number)) number++;
        }
    }

    private sealed class Source(string name)
    {
        public string Name => name;

        public int Used { get; set; }

        public long Next { get; set; } = 1;

        public SortedDictionary<long, Bar> Waiting { get; } = [];

        /// <summary>Numbers of bars that came early.</summary>
        public HashSet<long> Held { get; } = [];

        /// <summary>Numbers ahead that will not come.</summary>
        public HashSet<long> Gone { get; } = [];

        /// <summary>Numbers that were given up and are still welcome.</summary>
        public SortedSet<long> Skipped { get; } = [];

        public long LastGone { get; set; } = -1;

        public long? Since { get; set; }
    }
}
