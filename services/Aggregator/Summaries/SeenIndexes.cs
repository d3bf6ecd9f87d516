namespace DaprTrading.Aggregator.Summaries;

/// <summary>Which of the newest indexes have been seen: a sliding window of bits. Immutable, one kilobyte.</summary>
/// <param name="Top">The highest index seen; 0 before the first.</param>
/// <param name="Bits">One bit per index, at the index modulo <see cref="Window"/>; shorter while the indexes are still low.</param>
/// <remarks>An index below the window counts as seen: it is older than any redelivery.</remarks>
internal sealed record SeenIndexes(long Top, byte[] Bits)
{
    /// <summary>Indexes that are remembered: more than 80 s of one symbol at 100 bars a second.</summary>
    public const int Window = 8_192;

    /// <summary>Nothing seen.</summary>
    public static readonly SeenIndexes None = new(0, []);

    /// <summary>With <paramref name="index"/>; the same object when it was seen before.</summary>
    public SeenIndexes Add(long index)
    {
        if (index <= Top - Window || Contains(index))
        {
            return this;
        }

        byte[] bits = new byte[Math.Max(Bits.Length, Math.Min(Window / 8, (int)Math.Min(Window, index + 1) / 8 + 1))];
        Bits.CopyTo(bits, 0);
        for (long skipped = Math.Max(Top + 1, index - Window + 1); skipped < index; skipped++)
        {
            Write(bits, skipped, false);
        }

        Write(bits, index, true);
        return new SeenIndexes(Math.Max(Top, index), bits);
    }

    private bool Contains(long index)
    {
        int bit = (int)(index % Window);
        return index <= Top && bit / 8 < Bits.Length && (Bits[bit / 8] & (1 << (bit % 8))) != 0;
    }

    private static void Write(byte[] bits, long index, bool value)
    {
        int bit = (int)(index % Window);
        if (bit / 8 >= bits.Length)
        {
            return;
        }

        bits[bit / 8] = (byte)(value ? bits[bit / 8] | (1 << (bit % 8)) : bits[bit / 8] & ~(1 << (bit % 8)));
    }
}
