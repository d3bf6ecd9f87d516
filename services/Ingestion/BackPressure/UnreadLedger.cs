using System.Runtime.InteropServices;

namespace DaprTrading.Ingestion.BackPressure;

/// <summary>How many events were published, by the newest ingest time among their records, so that it can be told how many came after some time.</summary>
/// <remarks>
/// Events are kept in steps of about <paramref name="step"/> events; a step counts as read when its newest record has been handled. So the answer is never too
/// low, and too high by one step at most. Memory: one entry per step that is unread. Not thread-safe.
/// </remarks>
/// <param name="step">Events of one step; at least 1.</param>
internal sealed class UnreadLedger(long step)
{
    private readonly Queue<Step> _closed = new();
    private Step _open;
    private long _published, _read;

    /// <summary>Events published and not known to be read.</summary>
    public long Unread => _published - _read;

    /// <summary>Takes note of events that are being published.</summary>
    /// <param name="until">Newest ingest time of their records, Unix milliseconds.</param>
    /// <param name="events">How many.</param>
    public void Published(long until, int events)
    {
        if (_published - _open.From >= step)
        {
            _closed.Enqueue(_open);
            _open = new Step(_published, _published, 0);
        }

        _published += events;
        _open = new Step(_open.From, _published, Math.Max(until, _open.Until));
    }

    /// <summary>Takes note that everything up to some ingest time has been handled.</summary>
    public void Handled(long until)
    {
        while (_closed.TryPeek(out Step oldest) && oldest.Until <= until) _read = _closed.Dequeue().To;
        if (_closed.Count == 0 && _open.Until <= until) _read = _published;
    }

    /// <summary>What is unread, in at most <paramref name="most"/> steps.</summary>
    public List<UnreadStep> Steps(int most)
    {
        var steps = new List<UnreadStep>();
        if (Unread == 0) return steps;
        int each = (_closed.Count / most) + 1, i = 0;
        long from = _read;
        foreach (Step closed in _closed)
        {
            if (++i % each == 0) Add(closed);
        }

        Add(_open);
        return steps;

        void Add(in Step last)
        {
            if (last.To > from) steps.Add(new UnreadStep(last.Until, last.To - from));
            from = Math.Max(from, last.To);
        }
    }

    /// <param name="From">Events published before this step.</param>
    /// <param name="To">Events published up to and with this step.</param>
    /// <param name="Until">Newest ingest time in it.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Step(long From, long To, long Until);
}
