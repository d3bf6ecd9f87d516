namespace DaprTrading.Ordering;

/// <summary>Orders one numbered series that arrives repeated, shuffled and with holes.</summary>
/// <remarks>
/// Items are released in the order of their numbers, each once. One that comes early is held until those before it are there, or until
/// the gap is given up: when it is older than the time-out, or when more items are held than the limit allows. An item that arrives after
/// its gap was given up counts as a repeat, unless <see cref="OrderingLimits.MaxLateGaps"/> says otherwise. A series that is first seen above 1 is a gap like any other. Pure: the same calls give the
/// same result. In the ordinary case, the next items in order, the batch itself is the result and only the new cursor is allocated.
/// </remarks>
public static class SequenceOrdering
{
    /// <summary>Takes in items; an empty batch only looks whether a gap is due.</summary>
    /// <typeparam name="T">Type of the items.</typeparam>
    /// <typeparam name="TOrder">How the items are numbered.</typeparam>
    /// <param name="cursor">Where the series stands.</param>
    /// <param name="items">Items in any order.</param>
    /// <param name="nowMs">Now, Unix milliseconds.</param>
    /// <param name="limits">How much and how long to wait.</param>
    public static Ordered<SequenceCursor<T>, T> Apply<T, TOrder>(
        this SequenceCursor<T> cursor, IReadOnlyList<T> items, long nowMs, OrderingLimits limits)
        where TOrder : ISequenced<T>
    {
        if (items.Count > 0 && cursor.Held.Count == 0 && IsNext<T, TOrder>(items, cursor.Next))
            return new(cursor with { Next = cursor.Next + items.Count, GapSince = null }, items, 0, 0, 0, 0, null);

        var work = new CursorWork<T, TOrder>(cursor, limits);
        var released = new List<T>(items.Count);
        int repeats = 0, gaps = 0;
        long missing = 0;
        foreach (T item in items)
            repeats += work.Offer(item, released) ? 0 : 1;

        if (work.HeldCount > 0 && nowMs - (work.GapSince ?? nowMs) >= limits.GapTimeoutMs)
            GiveUp();
        while (work.HeldCount > limits.MaxHeld)
            GiveUp();

        if (!work.Changed)
            return new(cursor, [], repeats, cursor.Held.Count, 0, 0, cursor.GapSince);
        SequenceCursor<T> after = work.Finish(nowMs);
        return new(after, released, repeats, after.Held.Count, gaps, missing, after.GapSince) { Late = work.Late };

        void GiveUp()
        {
            missing += work.Skip(released);
            gaps++;
        }
    }

    /// <summary>True when the items are exactly those that come next.</summary>
    internal static bool IsNext<T, TOrder>(IReadOnlyList<T> items, long next)
        where TOrder : ISequenced<T>
    {
        for (int i = 0; i < items.Count; i++)
        {
            if (TOrder.NumberOf(items[i]) != next + i)
                return false;
        }

        return true;
    }
}
