using DaprTrading.Backtesting;

namespace DaprTrading.Aggregator.Accuracy;

/// <summary>What no skill at all gives: how often a buy and a sell at every bar so far were followed by a profit. Immutable by use.</summary>
/// <param name="Rules">The assumptions these were counted by.</param>
/// <param name="N">Bars whose horizon is over, per horizon.</param>
/// <param name="Up">Those at which a buy was followed by a profit.</param>
/// <param name="Down">Those at which a sell was.</param>
internal sealed record BaseRates(string Rules, long[] N, long[] Up, long[] Down)
{
    public static BaseRates None(string rules)
    {
        int count = Horizons.All.Count;
        return new BaseRates(rules, new long[count], new long[count], new long[count]);
    }

    /// <summary>A copy to count on.</summary>
    public BaseRates Copy() => new(Rules, [.. N], [.. Up], [.. Down]);

    /// <summary>Counts the bars whose horizon is over with a bar; they and it are in <paramref name="bars"/>.</summary>
    public void Count(long n, RecentBars bars, Costs costs)
    {
        for (int i = 0; i < Horizons.All.Count; i++)
        {
            long from = n - Horizons.All[i];
            if (from < 1 || !bars.Contains(from) || !bars.TryEntry(from, out double entry) || !bars.TryClose(n, out double exit))
            {
                continue;
            }

            N[i]++;
            Up[i] += costs.RoundTrip(Side.Buy, entry, exit) > 0 ? 1 : 0;
            Down[i] += costs.RoundTrip(Side.Sell, entry, exit) > 0 ? 1 : 0;
        }
    }

    /// <summary>The share of profits of a side; 0 before the first bar is over.</summary>
    public double Of(Side side, int horizon) => N[horizon] == 0 ? 0 : (double)(side == Side.Buy ? Up : Down)[horizon] / N[horizon];
}
