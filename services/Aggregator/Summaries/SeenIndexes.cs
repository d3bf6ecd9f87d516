namespace DaprTrading.Aggregator.Summaries;

/// <summary>Which of the newest indexes have been seen: a sliding window of bits, as signals were remembered up to layout 1. Read, never written.</summary>
/// <param name="Top">The highest index seen.</param>
/// <param name="Bits">One bit per index, at the index modulo <see cref="Window"/>; shorter while the indexes are still low.</param>
internal sealed record SeenIndexes(long Top, byte[] Bits)
{
    /// <summary>Indexes that were remembered.</summary>
    public const int Window = 8_192;

    /// <summary>Indexes up to this one count as seen, since nobody knows.</summary>
    public long Floor => Math.Max(0, Top - Window);

    /// <summary>The indexes above <see cref="Floor"/> that were seen.</summary>
    public IEnumerable<long> All()
    {
        for (long index = Floor + 1; index <= Top; index++)
        {
            int bit = (int)(index % Window);
            if (bit / 8 < Bits.Length && (Bits[bit / 8] & (1 << (bit % 8))) != 0)
            {
                yield return index;
            }
        }
    }
}
