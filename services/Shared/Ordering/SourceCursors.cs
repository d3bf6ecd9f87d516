using DaprTrading.Contracts;

namespace DaprTrading.Ordering;

/// <summary>Where one source of bars stands.</summary>
/// <param name="Source">Name of the source.</param>
/// <param name="Cursor">Its cursor.</param>
public sealed record SourceCursor(string Source, SequenceCursor<Bar> Cursor);

/// <summary>Where every source of one symbol's bars stands. Immutable, bounded, and a function of what was applied.</summary>
/// <remarks>
/// Each source is ordered by itself: its bars are released in the order of their numbers, each once. One that comes early is held until those
/// before it are there, or until the gap is given up: when it is older than the time-out, or when more bars are held than the limit allows. A bar
/// that arrives after its gap was given up is released at once as long as the gap is remembered, and is a repeat after that. A source that is
/// first seen above 1 is a gap like any other. Sources are merged in the order in which their bars become due. Pure: the same calls give the same
/// result. In the ordinary case, the next bars of one source, the batch itself is the result and only the new cursors are allocated.
/// Sources are kept in the order of their last use; when there are more than the limit, the one not heard of for longest is
/// forgotten, and what it held is released first. A forgotten source that comes back is a new one: it starts behind the gap time-out,
/// and repeats of what was applied before it was forgotten are no longer recognised.
/// </remarks>
/// <param name="Sources">The sources, least recently used first.</param>
public sealed record SourceCursors(IReadOnlyList<SourceCursor> Sources)
{
    /// <summary>The layout written by this build. Layout 1 has no forgone numbers and every held bar as an object of its own.</summary>
    public const int CurrentVersion = 2;

    /// <summary>No source was seen yet.</summary>
    public static SourceCursors Start { get; } = new([]);

    /// <summary>Layout of this record in storage.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Takes in bars of one symbol; an empty batch only looks whether a gap is due.</summary>
    /// <param name="bars">Bars in any order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="limits">How much and how long to wait, and how many sources to remember.</param>
    public Ordered<SourceCursors, Bar> Apply(IReadOnlyList<Bar> bars, long nowMs, OrderingLimits limits) =>
        TryApplyInOrder(bars, limits) ?? new SourceWork(this, nowMs, limits).Apply(bars);

    /// <summary>Gives up bars that will not come, without waiting for them, whether they are next in their source or further ahead.</summary>
    /// <param name="lost">Numbers by source; anything else about the bars does not matter.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="limits">How much and how long to wait for the others.</param>
    public Ordered<SourceCursors, Bar> Forgo(IReadOnlyList<Bar> lost, long nowMs, OrderingLimits limits) => new SourceWork(this, nowMs, limits).Forgo(lost);

    /// <summary>With no gap older than <paramref name="fromMs"/>: time in which nothing could arrive is no wait.</summary>
    /// <param name="fromMs">Unix milliseconds.</param>
    public SourceCursors WaitFrom(long fromMs)
    {
        if (!Sources.Any(source => source.Cursor.GapSince < fromMs))
            return this;
        return this with
        {
            Version = CurrentVersion,
            Sources = [.. Sources.Select(source => source.Cursor.GapSince < fromMs ? source with { Cursor = source.Cursor with { GapSince = fromMs } } : source)],
        };
    }

    /// <summary>The ordinary case: the next bars of one source, and nobody waits for anything.</summary>
    private Ordered<SourceCursors, Bar>? TryApplyInOrder(IReadOnlyList<Bar> bars, OrderingLimits limits)
    {
        if (bars.Count == 0)
            return null;

        string source = bars[0].Source;
        int at = -1;
        for (int i = 0; i < Sources.Count; i++)
        {
            if (Sources[i].Cursor.HasGap)
                return null;
            if (Sources[i].Source == source)
                at = i;
        }

        SequenceCursor<Bar> cursor = at < 0 ? SequenceCursor<Bar>.Start : Sources[at].Cursor;
        if (cursor.Forgone is not null || !IsNextOf(source, bars, cursor.Next))
            return null;

        // The source moves to the end: it is the one used last. A new one may push out the one at the front, which holds nothing.
        int drop = at < 0 && Sources.Count >= limits.MaxSources ? 0 : at;
        var sources = new List<SourceCursor>(Sources.Count + 1);
        for (int i = 0; i < Sources.Count; i++)
        {
            if (i != drop)
                sources.Add(Sources[i]);
        }

        sources.Add(new SourceCursor(source, cursor with { Next = cursor.Next + bars.Count }));
        return new(this with { Sources = sources, Version = CurrentVersion }, bars, 0, 0, 0, 0, null)
        {
            NewSources = at < 0 ? 1 : 0, Unnumbered = at < 0 && StampedSource.Is(source) ? 1 : 0, Restarted = at < 0 && Sources.Count > 0 && cursor.Next == 1 ? 1 : 0,
            Forgotten = at < 0 && drop == 0 ? 1 : 0,
        };
    }

    private static bool IsNextOf(string source, IReadOnlyList<Bar> bars, long next)
    {
        for (int i = 0; i < bars.Count; i++)
        {
            if (bars[i].Sequence != next + i || bars[i].Source != source)
                return false;
        }

        return true;
    }
}
