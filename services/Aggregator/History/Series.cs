using Dapr.Actors.Runtime;

namespace DaprTrading.Aggregator.History;

/// <summary>How a series is stored.</summary>
/// <param name="Name">Prefix of its keys.</param>
/// <param name="SegmentSize">Items per sealed segment.</param>
/// <param name="Keep">Newest segments that are kept.</param>
/// <param name="SlotSize">Items that small additions are gathered to before a new slot of the actor's state begins.</param>
internal sealed record SeriesShape(string Name, int SegmentSize, int Keep, int SlotSize = 16);

/// <summary>
/// A growing series of one symbol: the newest items in small entries of the actor's state, the others in sealed segments of the history.
/// </summary>
/// <remarks>
/// An addition writes the slots it touches and nothing else, so the cost of a turn does not depend on the length of the series. Slots are
/// overwritten, not removed, once their items are sealed: <see cref="SeriesTail"/>, which the caller commits in the same turn, says which count.
/// A segment is written before that commit under a key made of symbol and index, so a crash in between repeats the same write.
/// </remarks>
internal sealed class Series<T>(string symbol, SeriesShape shape, Func<T, long> position, IActorStateManager state, ISegmentStore store)
{
    private string ListName => shape.Name + "-segments";

    /// <summary>Key of a sealed segment in the history.</summary>
    public static string KeyOf(string symbol, string series, long index) => $"{symbol}:{series}:{index}";

    /// <summary>Adds items at the end and seals what is full.</summary>
    /// <returns>The tail to commit.</returns>
    public async Task<SeriesTail> AppendAsync(SeriesTail tail, IReadOnlyList<T> items, CancellationToken cancellationToken)
    {
        T[] all = [.. items];
        int done = 0;
        while (done < all.Length)
        {
            int held = tail.Slots.Sum();
            int taken = Math.Min(all.Length - done, shape.SegmentSize - held);
            ArraySegment<T> part = new(all, done, taken);
            tail = held + taken == shape.SegmentSize
                ? await SealAsync(tail, part, cancellationToken)
                : await StoreAsync(tail, part, cancellationToken);
            done += taken;
        }

        return tail;
    }

    /// <summary>The items not sealed yet, oldest first.</summary>
    public async Task<List<T>> ReadTailAsync(SeriesTail tail, CancellationToken cancellationToken)
    {
        var items = new List<T>(tail.Slots.Sum());
        for (int slot = 0; slot < tail.Slots.Count; slot++)
        {
            items.AddRange(await state.GetStateAsync<IReadOnlyList<T>>(SlotName(slot), cancellationToken));
        }

        return items;
    }

    /// <summary>The kept segments, oldest first.</summary>
    public async Task<IReadOnlyList<Segment>> ReadSegmentsAsync(CancellationToken cancellationToken)
    {
        ConditionalValue<SegmentList> found = await state.TryGetStateAsync<SegmentList>(ListName, cancellationToken);
        return found.HasValue ? found.Value.Segments : [];
    }

    private string SlotName(int slot) => $"{shape.Name}-{slot}";

    private async Task<SeriesTail> StoreAsync(SeriesTail tail, ArraySegment<T> items, CancellationToken cancellationToken)
    {
        List<int> slots = [.. tail.Slots];
        if (slots.Count > 0 && slots[^1] + items.Count <= shape.SlotSize)
        {
            IReadOnlyList<T> before = await state.GetStateAsync<IReadOnlyList<T>>(SlotName(slots.Count - 1), cancellationToken);
            await state.SetStateAsync<IReadOnlyList<T>>(SlotName(slots.Count - 1), [.. before, .. items], cancellationToken);
            slots[^1] += items.Count;
        }
        else
        {
            await state.SetStateAsync<IReadOnlyList<T>>(SlotName(slots.Count), [.. items], cancellationToken);
            slots.Add(items.Count);
        }

        return tail with { Slots = slots };
    }

    private async Task<SeriesTail> SealAsync(SeriesTail tail, ArraySegment<T> last, CancellationToken cancellationToken)
    {
        List<T> items = await ReadTailAsync(tail, cancellationToken);
        items.AddRange(last);
        await store.SaveAsync<T>(KeyOf(symbol, shape.Name, tail.Sealed), items, cancellationToken);

        List<Segment> segments = [.. await ReadSegmentsAsync(cancellationToken)];
        segments.Add(new Segment(tail.Sealed, items.Min(position), items.Max(position)));
        while (segments.Count > shape.Keep)
        {
            await store.DeleteAsync(KeyOf(symbol, shape.Name, segments[0].Index), cancellationToken);
            segments.RemoveAt(0);
        }

        await state.SetStateAsync(ListName, new SegmentList(segments), cancellationToken);
        return new SeriesTail(tail.Sealed + 1, []);
    }
}
