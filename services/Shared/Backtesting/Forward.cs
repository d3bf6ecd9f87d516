using DaprTrading.Contracts;

namespace DaprTrading.Backtesting;

/// <summary>What followed the signals: entry at the open after the signal, exit at the close <c>horizon</c> bars after the signal's bar.</summary>
/// <param name="Horizon">Bars.</param>
/// <param name="All">Buys and sells.</param>
/// <param name="Buys">Buys only.</param>
/// <param name="Sells">Sells only: a hit is a fall.</param>
public sealed record ForwardResult(int Horizon, HitStats All, HitStats Buys, HitStats Sells);

/// <summary>How often signals were followed by a profit after costs.</summary>
/// <param name="N">Signals whose horizon lies within the data.</param>
/// <param name="Hits">Those followed by a profit.</param>
/// <param name="HitRate">Hits per signal; null without signals.</param>
/// <param name="Low">Lower bound of Wilson's 95 % interval of the hit rate.</param>
/// <param name="High">Upper bound.</param>
/// <param name="BaseRate">The hit rate of the same sides taken at every bar of the series: what no skill at all gives; null without signals.</param>
/// <param name="MeanReturn">Mean profit after costs, a share; null without signals.</param>
/// <param name="MedianReturn">Median profit after costs, a share; null without signals.</param>
/// <param name="RandomLow">Lower end of the middle 95 % of hit rates that as many dates chosen at random give; null without signals, and for both sides together.</param>
/// <param name="RandomHigh">Upper end.</param>
/// <param name="RandomAtLeast">Share of all choices of as many dates that hit at least as often.</param>
public sealed record HitStats(
    int N, int Hits, double? HitRate, double Low, double High, double? BaseRate, double? MeanReturn, double? MedianReturn,
    double? RandomLow = null, double? RandomHigh = null, double? RandomAtLeast = null);

internal static class Forward
{
    public static ForwardResult Of(int horizon, IReadOnlyList<PriceBar> bars, int before, IReadOnlyList<TradingSignal> signals, Costs costs)
    {
        int dates = Math.Max(0, bars.Count - horizon);
        int rises = Profits(Side.Buy, horizon, bars, costs), falls = Profits(Side.Sell, horizon, bars, costs);
        double up = Share(rises, dates), down = Share(falls, dates);
        List<double> buys = [], sells = [];
        foreach (TradingSignal signal in signals)
        {
            if (Return(signal.Side, (int)signal.N - 1 - before, horizon, bars, costs) is { } result)
                (signal.Side == Side.Buy ? buys : sells).Add(result);
        }

        int n = buys.Count + sells.Count;
        return new ForwardResult(
            horizon, Stats([.. buys, .. sells], n == 0 ? 0 : (up * buys.Count + down * sells.Count) / n), AgainstRandom(Stats(buys, up), dates, rises), AgainstRandom(Stats(sells, down), dates, falls));
    }

    private static HitStats Stats(List<double> returns, double baseRate)
    {
        int hits = returns.Count(result => result > 0);
        (double low, double high) = Wilson.Interval(hits, returns.Count);
        return returns.Count == 0
            ? new HitStats(0, 0, null, low, high, null, null, null)
            : new HitStats(returns.Count, hits, (double)hits / returns.Count, low, high, baseRate, returns.Average(), Median(returns));
    }

    private static HitStats AgainstRandom(HitStats stats, int dates, int hits)
    {
        if (stats.N == 0)
            return stats;
        var random = new RandomDates(dates, hits, stats.N);
        (double low, double high) = random.Middle();
        return stats with { RandomLow = low, RandomHigh = high, RandomAtLeast = random.AtLeast(stats.Hits) };
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static int Profits(Side side, int horizon, IReadOnlyList<PriceBar> bars, Costs costs)
    {
        int profits = 0;
        for (int bar = 0; bar < bars.Count - horizon; bar++)
            profits += Return(side, bar, horizon, bars, costs) > 0 ? 1 : 0;
        return profits;
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;

    private static double? Return(Side side, int bar, int horizon, IReadOnlyList<PriceBar> bars, Costs costs) =>
        bar + horizon < bars.Count ? costs.RoundTrip(side, bars[bar + 1].Open, bars[bar + horizon].Close) : null;
}
