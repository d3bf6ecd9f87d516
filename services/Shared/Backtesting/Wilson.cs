namespace DaprTrading.Backtesting;

/// <summary>Wilson's score interval of a share: where the true share lies with 95 % confidence, right for small counts too.</summary>
/// <remarks>Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).</remarks>
public static class Wilson
{
    private const double Z = 1.959963984540054;

    /// <summary>Bounds of the share; 0 to 1 when there are no trials.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than zero, or more hits than trials.</exception>
    public static (double Low, double High) Interval(int hits, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, trials);
        if (trials == 0)
            return (0, 1);
        double share = (double)hits / trials, z2 = Z * Z / trials;
        double centre = (share + z2 / 2) / (1 + z2);
        double half = Z * Math.Sqrt(share * (1 - share) / trials + z2 / (4 * trials)) / (1 + z2);
        return (hits == 0 ? 0 : Math.Max(0, centre - half), hits == trials ? 1 : Math.Min(1, centre + half));
    }
}
