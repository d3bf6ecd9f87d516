using Dapr.Actors.Runtime;

namespace DaprTrading.Aggregator.Summaries;

/// <summary>Indexes of one page that were seen. Immutable.</summary>
/// <param name="Page">Number of the page: it begins at this times <see cref="Size"/>.</param>
/// <param name="Bits">A bit per index; shorter while only the first are seen.</param>
internal sealed record SeenPage(long Page, byte[] Bits)
{
    /// <summary>Indexes of a page.</summary>
    public const int Size = 8_192;

    /// <summary>Whether an index of this page was seen.</summary>
    public bool Contains(long index)
    {
        int bit = (int)(index % Size);
        return bit / 8 < Bits.Length && (Bits[bit / 8] & (1 << (bit % 8))) != 0;
    }

    /// <summary>With indexes of this page.</summary>
    public SeenPage With(IEnumerable<long> indexes)
    {
        byte[] bits = [.. Bits];
        foreach (long index in indexes)
        {
            int bit = (int)(index % Size);
            if (bit / 8 >= bits.Length)
            {
                Array.Resize(ref bits, (bit / 8) + 1);
            }

            bits[bit / 8] |= (byte)(1 << (bit % 8));
        }

        return this with { Bits = bits };
    }
}

/// <summary>What became of a signal that was looked up.</summary>
internal enum Seen
{
    /// <summary>It is new.</summary>
    New,

    /// <summary>It was seen before.</summary>
    Repeat,

    /// <summary>It is older than what is remembered: nobody knows.</summary>
    Forgotten,
}

/// <summary>Which signals of a symbol were counted, in entries of its actor's state: a ring of pages per strategy.</summary>
/// <remarks>
/// A signal writes the page it is on, about a kilobyte, however long the memory is. A page is replaced when one that is <see cref="Pages"/> further comes, so
/// at least 122,880 indexes below the highest are told apart: 16 minutes at 126 bars a second. Bounded: 16 pages per strategy.
/// </remarks>
internal sealed class SeenSignals(IActorStateManager state)
{
    /// <summary>Pages that are remembered per strategy.</summary>
    public const int Pages = 16;

    /// <summary>Looks a signal up and remembers it.</summary>
    public async Task<Seen> AddAsync(string strategy, long index, CancellationToken cancellationToken)
    {
        long page = index / SeenPage.Size;
        SeenPage? stored = await ReadAsync(strategy, page, cancellationToken);
        if (stored is not null && stored.Page >= page)
        {
            if (stored.Page > page)
            {
                return Seen.Forgotten;
            }

            if (stored.Contains(index))
            {
                return Seen.Repeat;
            }
        }

        await WriteAsync(strategy, (stored?.Page == page ? stored : new SeenPage(page, [])).With([index]), cancellationToken);
        return Seen.New;
    }

    /// <summary>Takes over what was remembered in the layout of before.</summary>
    public async Task TakeOverAsync(string strategy, SeenIndexes before, CancellationToken cancellationToken)
    {
        foreach (IGrouping<long, long> page in before.All().GroupBy(static index => index / SeenPage.Size))
        {
            await WriteAsync(strategy, new SeenPage(page.Key, []).With(page), cancellationToken);
        }
    }

    private static string EntryOf(string strategy, long page) => $"seen-{strategy}-{page % Pages}";

    private async Task<SeenPage?> ReadAsync(string strategy, long page, CancellationToken cancellationToken)
    {
        ConditionalValue<SeenPage> found = await state.TryGetStateAsync<SeenPage>(EntryOf(strategy, page), cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private Task WriteAsync(string strategy, SeenPage page, CancellationToken cancellationToken) =>
        state.SetStateAsync(EntryOf(strategy, page.Page), page, cancellationToken);
}
