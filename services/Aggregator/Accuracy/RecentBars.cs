namespace DaprTrading.Aggregator.Accuracy;

/// <summary>Opens and closes of the newest bars of a symbol by index. In memory only: what is in it is in the stored points, too.</summary>
internal sealed class RecentBars
{
    /// <summary>Bars that are kept; a power of two above the longest horizon.</summary>
    public const int Size = 128;

    private readonly long[] _n = new long[Size];
    private readonly double[] _open = new double[Size], _close = new double[Size];

    public void Add(IndicatorPoint point)
    {
        int slot = SlotOf(point.N);
        (_n[slot], _open[slot], _close[slot]) = (point.N, point.Open, point.Close);
    }

    public bool Contains(long n) => n > 0 && _n[SlotOf(n)] == n;

    /// <summary>Whether it has what the bar after <paramref name="last"/> ends a horizon of. A turn that failed leaves newer bars in the place of the oldest.</summary>
    public bool LeadsTo(long last) => Contains(last) && Contains(Math.Max(1, last - Horizons.Longest + 1));

    /// <summary>Price at which a signal of bar <paramref name="n"/> enters: the open of the next bar.</summary>
    public bool TryEntry(long n, out double price)
    {
        price = _open[SlotOf(n + 1)];
        return Contains(n + 1);
    }

    /// <summary>Close of a bar.</summary>
    public bool TryClose(long n, out double price)
    {
        price = _close[SlotOf(n)];
        return Contains(n);
    }

    private static int SlotOf(long n) => (int)(n & (Size - 1));
}
