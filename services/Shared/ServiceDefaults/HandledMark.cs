using DaprTrading.Contracts;

namespace DaprTrading.ServiceDefaults;

/// <summary>How far this process has come in the stream of bars: what its heartbeats say as <see cref="Heartbeat.HandledUntil"/>. Thread-safe.</summary>
/// <remarks>
/// The newest time wins, because a broker delivers roughly in order: what is older than that is under way at most. A time ahead of this process's clock
/// counts as now, so that a wrong one cannot say that everything to come has been handled.
/// </remarks>
public sealed class HandledMark(TimeProvider time)
{
    private long _until, _published, _events;

    /// <summary>The newest ingest time among the bars and points handled, Unix milliseconds, UTC; null when there were none.</summary>
    public long? Until => Known(ref _until);

    /// <summary>The newest ingest time among the points published; null when there were none.</summary>
    public long? PublishedUntil => Known(ref _published);

    /// <summary>Batches of bars or points handled.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Takes note of an event; one that holds neither bars nor points changes nothing.</summary>
    public void Handled(object data)
    {
        long ingestedAt = data switch
        {
            BarBatch { Bars: [.., { } last] } => last.IngestedAt,
            IndicatorBatch { Points: [.., { } last] } => last.IngestedAt,
            _ => 0,
        };
        if (ingestedAt <= 0) return;
        Interlocked.Increment(ref _events);
        Raise(ref _until, ingestedAt);
    }

    /// <summary>Takes note of points that were published.</summary>
    /// <param name="ingestedAt">When the edge accepted the newest of them, Unix milliseconds.</param>
    public void Published(long ingestedAt) => Raise(ref _published, ingestedAt);

    private static long? Known(ref long mark) => Interlocked.Read(ref mark) is > 0 and long until ? until : null;

    private void Raise(ref long mark, long to)
    {
        long known = Interlocked.Read(ref mark);
        if (to <= known) return;
        to = Math.Min(to, time.GetUtcNow().ToUnixTimeMilliseconds());
        while (to > known)
        {
            long seen = Interlocked.CompareExchange(ref mark, to, known);
            if (seen == known) return;
            known = seen;
        }
    }
}
