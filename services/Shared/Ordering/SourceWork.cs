using DaprTrading.Contracts;

namespace DaprTrading.Ordering;

/// <summary>The cursors of a symbol while a batch is being applied.</summary>
internal sealed class SourceWork
{
    private readonly SourceCursors _from;
    private readonly long _now;
    private readonly OrderingLimits _limits;
    private readonly List<Entry> _entries;
    private readonly List<Bar> _released = [];
    private int _repeats, _gaps, _uses, _late, _newSources, _unnumbered, _restarted, _forgotten;
    private long _missing;

    public SourceWork(SourceCursors from, long nowMs, OrderingLimits limits)
    {
        _from = from;
        _now = nowMs;
        _limits = limits;
        _entries = new List<Entry>(from.Sources.Count + 1);
        for (int i = 0; i < from.Sources.Count; i++)
            _entries.Add(new Entry(from.Sources[i], limits) { Used = i - from.Sources.Count });
    }

    public Ordered<SourceCursors, Bar> Apply(IReadOnlyList<Bar> bars)
    {
        Entry? entry = null;
        foreach (Bar bar in bars)
        {
            if (entry is null || entry.Source != bar.Source)
                entry = Find(bar.Source);
            if (entry.Work.Offer(bar, _released))
                entry.Used = ++_uses;
            else
                _repeats++;
        }

        SkipOverdue();
        SkipWhileTooManyHeld();
        ForgetUnused();
        return Finish();
    }

    public Ordered<SourceCursors, Bar> Forgo(IReadOnlyList<Bar> lost)
    {
        foreach (Bar bar in lost.OrderBy(static bar => bar.Sequence))
        {
            Entry entry = Find(bar.Source);
            if (entry.Work.Forgo(bar.Sequence, _released))
                entry.Used = ++_uses;
        }

        ForgetUnused();
        return Finish();
    }

    private Entry Find(string source)
    {
        foreach (Entry known in _entries)
        {
            if (known.Source == source)
                return known;
        }

        var added = new Entry(new SourceCursor(source, SequenceCursor<Bar>.Start), _limits) { IsNew = true };
        _entries.Add(added);
        return added;
    }

    private void SkipOverdue()
    {
        foreach (Entry entry in _entries)
        {
            if (entry.Held > 0 && _now - (entry.GapSince ?? _now) >= _limits.GapTimeoutMs)
                GiveUp(entry);
        }
    }

    private void SkipWhileTooManyHeld()
    {
        int held = 0;
        foreach (Entry entry in _entries)
            held += entry.Held;

        while (held > _limits.MaxHeld)
        {
            Entry oldest = OldestGap();
            int before = oldest.Held;
            GiveUp(oldest);
            held -= before - oldest.Held;
        }
    }

    private Entry OldestGap()
    {
        Entry? oldest = null;
        foreach (Entry entry in _entries)
        {
            if (entry.Held > 0 && (oldest is null || (entry.GapSince ?? _now) < (oldest.GapSince ?? _now)))
                oldest = entry;
        }

        return oldest!;
    }

    private void GiveUp(Entry entry)
    {
        _missing += entry.Work.Skip(_released);
        _gaps++;
    }

    private void ForgetUnused()
    {
        // A source is new only if something of it was taken in: repeats of nothing do not make one.
        _entries.RemoveAll(static entry => entry.IsUntouchedStart);
        foreach (Entry entry in _entries)
        {
            _late += entry.Late;
            if (entry.IsNew)
                CountNew(entry);
        }

        _entries.Sort(static (a, b) => a.Used.CompareTo(b.Used));
        while (_entries.Count > _limits.MaxSources)
        {
            _forgotten++;
            while (_entries[0].Held > 0)
                GiveUp(_entries[0]);
            CountPassed(_entries[0]);
            _entries.RemoveAt(0);
        }
    }

    private void CountNew(Entry entry)
    {
        _newSources++;
        if (StampedSource.Is(entry.Source))
            _unnumbered++;
        if (_from.Sources.Count > 0 && entry.BeganAtOne)
            _restarted++;
    }

    private void CountPassed(Entry entry)
    {
        _gaps += entry.GapsPassed;
        _missing += entry.MissingPassed;
    }

    private Ordered<SourceCursors, Bar> Finish()
    {
        var sources = new List<SourceCursor>(_entries.Count);
        int held = 0;
        long? gapSince = null;
        bool changed = _forgotten > 0;
        foreach (Entry entry in _entries)
        {
            SourceCursor source = entry.Finish(_now);
            CountPassed(entry);
            sources.Add(source);
            changed |= entry.Changed;
            held += source.Cursor.Held.Count;
            if (source.Cursor.GapSince is { } since && !(gapSince <= since))
                gapSince = since;
        }

        return new(changed ? _from with { Sources = sources, Version = SourceCursors.CurrentVersion } : _from, _released, _repeats, held, _gaps, _missing, gapSince)
        {
            Late = _late, NewSources = _newSources, Unnumbered = _unnumbered, Restarted = _restarted, Forgotten = _forgotten,
        };
    }

    private sealed class Entry(SourceCursor from, OrderingLimits limits)
    {
        private CursorWork<Bar, BarOrder>? _work;

        public string Source => from.Source;

        /// <summary>Rises with every use; below zero and in the order of the state when it was not used in this batch.</summary>
        public int Used { get; set; }

        public CursorWork<Bar, BarOrder> Work => _work ??= new CursorWork<Bar, BarOrder>(from.Cursor, limits);

        public int Held => _work?.HeldCount ?? from.Cursor.Held.Count;

        public long? GapSince => _work is null ? from.Cursor.GapSince : _work.GapSince;

        public int Late => _work?.Late ?? 0;

        public bool IsNew { get; init; }

        public bool Changed => _work is { Changed: true };

        public int GapsPassed => _work?.GapsPassed ?? 0;

        public long MissingPassed => _work?.MissingPassed ?? 0;

        /// <summary>Whether the first bar of a new source was there when it was first seen.</summary>
        public bool BeganAtOne => _work is { BeganAtOne: true };

        public bool IsUntouchedStart => !Changed && from.Cursor is { Next: 1, Held.Count: 0, Forgone: null };

        public SourceCursor Finish(long nowMs) => Changed ? new SourceCursor(from.Source, _work!.Finish(nowMs)) : from;
    }
}
