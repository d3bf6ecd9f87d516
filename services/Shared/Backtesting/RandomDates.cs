namespace DaprTrading.Backtesting;

/// <summary>How often as many dates chosen at random would have hit: the chance of every number of hits.</summary>
/// <remarks>
/// Dates chosen without repetition from all of a series hit as balls are drawn from an urn, so the chances are those of the hypergeometric distribution:
/// exactly what ever more draws come to, and the same every time. O(number of dates chosen).
/// </remarks>
internal sealed class RandomDates
{
    private const double Tail = 0.025;

    private readonly int _least, _chosen;
    private readonly double[] _chances;

    /// <param name="dates">Dates there are.</param>
    /// <param name="hits">Those of them that are followed by a profit.</param>
    /// <param name="chosen">Dates that are chosen, at least one and not more than there are.</param>
    public RandomDates(int dates, int hits, int chosen)
    {
        _chosen = chosen;
        _least = Math.Max(0, chosen - (dates - hits));
        _chances = new double[Math.Min(hits, chosen) - _least + 1];

        // From the likeliest number outwards each chance follows from its neighbour; none of them gets too large, and those that get too small are none.
        int likeliest = (int)Math.Clamp((chosen + 1L) * (hits + 1L) / (dates + 2L), _least, _least + _chances.Length - 1);
        _chances[likeliest - _least] = 1;
        for (int k = likeliest; k < _least + _chances.Length - 1; k++)
            _chances[k + 1 - _least] = _chances[k - _least] * ((double)(hits - k) * (chosen - k)) / ((k + 1.0) * (dates - hits - chosen + k + 1.0));
        for (int k = likeliest; k > _least; k--)
            _chances[k - 1 - _least] = _chances[k - _least] * (k * (double)(dates - hits - chosen + k)) / ((hits - k + 1.0) * (chosen - k + 1.0));
        double sum = _chances.Sum();
        for (int i = 0; i < _chances.Length; i++)
            _chances[i] /= sum;
    }

    /// <summary>Share of all choices with so many hits or more.</summary>
    public double AtLeast(int hits) => Math.Min(1, _chances.Skip(Math.Max(0, hits - _least)).Sum());

    /// <summary>The hit rates between which the middle 95 % of all choices lie.</summary>
    public (double Low, double High) Middle()
    {
        (int low, int high) = (0, _chances.Length - 1);
        for (double below = _chances[0]; below < Tail && low < high; below += _chances[low])
            low++;
        for (double above = _chances[^1]; above < Tail && high > low; above += _chances[high])
            high--;
        return ((double)(_least + low) / _chosen, (double)(_least + high) / _chosen);
    }
}
