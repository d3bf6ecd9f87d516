namespace DaprTrading.Backtesting.Jobs;

/// <summary>The account of a run over time, in columns of the same length, and its trades.</summary>
/// <param name="Time">Ends of the bars, Unix milliseconds, UTC.</param>
/// <param name="Equity">The account, in the quote currency.</param>
/// <param name="Held">What buying and holding would be worth.</param>
/// <param name="Drawdown">How far the account is below its earlier high, a share from 0 to 1.</param>
/// <param name="HeldDrawdown">The same of buying and holding.</param>
/// <param name="Points">How many points there are in full: more than the columns have when they were thinned out.</param>
/// <param name="Trades">The newest trades, by their entry.</param>
/// <param name="TradeCount">How many trades there are in full.</param>
public sealed record BacktestSeries(
    IReadOnlyList<long> Time, IReadOnlyList<double> Equity, IReadOnlyList<double> Held, IReadOnlyList<double> Drawdown, IReadOnlyList<double> HeldDrawdown,
    int Points, IReadOnlyList<Trade> Trades, int TradeCount)
{
    /// <summary>The series of a result, with at most so many points and trades.</summary>
    /// <remarks>Of each stretch of time the extremes of both accounts are kept, so peaks and troughs survive; drawdowns are taken before.</remarks>
    public static BacktestSeries Of(BacktestResult result, int maxPoints, int maxTrades)
    {
        IReadOnlyList<EquityPoint> curve = result.EquityCurve;
        double[] drawdown = Below(curve, result.Options.Capital, point => point.Equity), held = Below(curve, result.Options.Capital, point => point.Held);
        int[] kept = [.. Kept(curve, maxPoints)];
        return new BacktestSeries(
            [.. kept.Select(i => curve[i].Time)], [.. kept.Select(i => curve[i].Equity)], [.. kept.Select(i => curve[i].Held)],
            [.. kept.Select(i => drawdown[i])], [.. kept.Select(i => held[i])], curve.Count,
            [.. result.Trades.Skip(Math.Max(0, result.Trades.Count - maxTrades))], result.Trades.Count);
    }

    private static double[] Below(IReadOnlyList<EquityPoint> curve, double capital, Func<EquityPoint, double> value)
    {
        double peak = capital;
        return [.. curve.Select(point =>
        {
            peak = Math.Max(peak, value(point));
            return 1 - (value(point) / peak);
        })];
    }

    private static IEnumerable<int> Kept(IReadOnlyList<EquityPoint> curve, int most)
    {
        if (curve.Count <= most) return Enumerable.Range(0, curve.Count);
        // First, last, and up to four of each stretch.
        int stretches = Math.Max(1, (most - 2) / 4);
        var kept = new SortedSet<int> { 0, curve.Count - 1 };
        for (int stretch = 0; stretch < stretches; stretch++)
        {
            int from = (int)((long)curve.Count * stretch / stretches), to = (int)((long)curve.Count * (stretch + 1) / stretches);
            IEnumerable<int> part = Enumerable.Range(from, to - from);
            kept.UnionWith([part.MinBy(i => curve[i].Equity), part.MaxBy(i => curve[i].Equity), part.MinBy(i => curve[i].Held), part.MaxBy(i => curve[i].Held)]);
        }

        return kept;
    }
}

/// <summary>One or several bars of a series in one.</summary>
/// <param name="N">Number of the first of them, from 1.</param>
/// <param name="Bars">How many they are.</param>
/// <param name="Time">End of the last of them, Unix milliseconds, UTC.</param>
/// <param name="Open">Open of the first.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Close of the last.</param>
public readonly record struct BacktestCandle(long N, int Bars, long Time, double Open, double High, double Low, double Close)
{
    /// <summary>Bars from one number to another, as candles that hold as many bars each as needed to have no more candles than allowed.</summary>
    /// <param name="bars">All bars of a series.</param>
    /// <param name="from">Number of the first one wanted, from 1.</param>
    /// <param name="to">Number of the last one wanted.</param>
    /// <param name="most">Candles allowed.</param>
    public static IReadOnlyList<BacktestCandle> Of(IReadOnlyList<PriceBar> bars, long from, long to, int most)
    {
        int first = (int)Math.Clamp(from - 1, 0, bars.Count), end = (int)Math.Clamp(to, first, bars.Count);
        int size = Math.Max(1, (end - first + most - 1) / most);
        var candles = new List<BacktestCandle>();
        for (int i = first; i < end; i += size)
        {
            PriceBar[] part = [.. bars.Skip(i).Take(Math.Min(size, end - i))];
            candles.Add(new BacktestCandle(i + 1, part.Length, part[^1].End, part[0].Open, part.Max(bar => bar.High), part.Min(bar => bar.Low), part[^1].Close));
        }

        return candles;
    }
}
