using System.Runtime.InteropServices;
using DaprTrading.Contracts;
using DaprTrading.Strategies;

namespace DaprTrading.Backtesting;

/// <summary>
/// Runs the platform's own strategies over history: bars become points, points become signals, signals are filled at the open of the next bar.
/// </summary>
/// <remarks>Pure and deterministic; a signal at a bar depends on nothing after that bar, a fill on nothing after its open. Thread-safe.</remarks>
public static class Backtester
{
    private const double MillisecondsPerYear = 365.25 * 24 * 60 * 60 * 1000, ShortestYears = 1 / 365.25;
    private const long LongestPause = 7L * 24 * 60 * 60 * 1000;

    /// <summary>Tests one strategy on one series.</summary>
    /// <param name="symbol">Canonical symbol.</param>
    /// <param name="bars">By their end, rising.</param>
    /// <param name="strategy">The strategy.</param>
    /// <param name="options">Valid options.</param>
    /// <exception cref="ArgumentException">There is no closed bar, the bars are not in order, or the options are not valid.</exception>
    public static BacktestResult Run(string symbol, IReadOnlyList<PriceBar> bars, IStrategy strategy, BacktestOptions options)
    {
        IReadOnlyList<PriceBar> closed = Closed(symbol, bars, options.AsOf);
        return Run(symbol, closed, PointSeries.Of(closed), strategy, options) with { FormingBars = bars.Count - closed.Count };
    }

    /// <summary>The same with points that are known already, one per bar: several strategies can share them.</summary>
    /// <param name="symbol">Canonical symbol.</param>
    /// <param name="bars">Closed bars, by their end, rising.</param>
    /// <param name="points">What <see cref="PointSeries"/> made of the bars.</param>
    /// <param name="strategy">The strategy.</param>
    /// <param name="options">Valid options.</param>
    public static BacktestResult Run(
        string symbol, IReadOnlyList<PriceBar> bars, IReadOnlyList<IndicatorPoint> points, IStrategy strategy, BacktestOptions options)
    {
        foreach ((string field, string[] messages) in options.Validate())
            throw new ArgumentException($"{field} {messages[0]}", nameof(options));
        if (points.Count != bars.Count || bars.Count == 0)
            throw new ArgumentException($"There must be one point per bar and at least one, but there are {points.Count} for {bars.Count} bars.", nameof(points));

        (int before, int end) = Range(bars, options);
        if (before == end)
            throw new ArgumentException($"{symbol} has no bar from {options.From} to {options.To}.", nameof(options));
        List<TradingSignal> signals = SignalsOf(symbol, points, before, end, strategy);
        return Judge(symbol, new ArraySegment<PriceBar>(bars as PriceBar[] ?? [.. bars], before, end - before), before, signals, strategy.Name, options);
    }

    private static BacktestResult Judge(
        string symbol, ArraySegment<PriceBar> bars, int before, List<TradingSignal> signals, string strategy, BacktestOptions options)
    {
        Simulator.Outcome outcome = new Simulator(bars, before, options).Run(signals);
        double years = (bars[^1].End - bars[0].End) / MillisecondsPerYear;
        double barsPerYear = BarsPerYear(bars);
        Costs costs = Costs.Of(options);
        double[] held = Held(bars, costs, options.Capital);
        return new BacktestResult
        {
            Symbol = symbol, Strategy = strategy, Options = options, Bars = bars.Count, FormingBars = 0,
            From = bars[0].End, To = bars[^1].End, BarsPerYear = barsPerYear, SignalCount = signals.Count, Signals = signals,
            Forward = [.. options.Horizons.Select(horizon => Forward.Of(horizon, bars, before, signals, costs))],
            TradeStats = TradeStats.Of(outcome.Trades),
            Equity = EquityStats.Of([.. outcome.Equity.Select(point => point.Equity)], options.Capital, years, barsPerYear),
            BuyAndHold = EquityStats.Of(held, options.Capital, years, barsPerYear),
            Exposure = (double)outcome.Equity.Count(point => point.Position != 0) / bars.Count,
            Turnover = years >= ShortestYears ? outcome.Traded / outcome.Equity.Average(point => point.Equity) / years : null,
            Ruined = outcome.Ruined, Trades = outcome.Trades, EquityCurve = [.. outcome.Equity.Select((point, i) => point with { Held = held[i] })],
        };
    }

    // A hole in the data is no time in which the market was open: it counts neither as time nor as a bar. No exchange is closed for more than a week.
    private static double BarsPerYear(ArraySegment<PriceBar> bars)
    {
        var steps = new Dictionary<long, int>();
        for (int i = 1; i < bars.Count; i++) CollectionsMarshal.GetValueRefOrAddDefault(steps, bars[i].End - bars[i - 1].End, out _)++;
        if (steps.Count == 0) return 0;

        long longest = Math.Max(LongestPause, 3 * steps.MaxBy(pair => pair.Value).Key), time = 0;
        int count = 0;
        foreach ((long step, int times) in steps.Where(pair => pair.Key <= longest))
        {
            time += step * times;
            count += times;
        }

        return time > 0 ? count * MillisecondsPerYear / time : 0;
    }

    // The first bar that counts, and the one after the last.
    private static (int Before, int End) Range(IReadOnlyList<PriceBar> bars, BacktestOptions options)
    {
        int before = 0, end = bars.Count;
        while (before < end && bars[before].End < options.From) before++;
        while (end > before && bars[end - 1].End > options.To) end--;
        return (before, end);
    }

    private static List<TradingSignal> SignalsOf(string symbol, IReadOnlyList<IndicatorPoint> points, int from, int to, IStrategy strategy)
    {
        var signals = new List<TradingSignal>();
        for (int i = Math.Max(1, from); i < to; i++)
        {
            if (strategy.Evaluate(symbol, points[i - 1], points[i]) is { } signal && LookBack.IsSignal(strategy, signal, points))
                signals.Add(signal);
        }

        return signals;
    }

    private static double[] Held(IReadOnlyList<PriceBar> bars, Costs costs, double capital)
    {
        double[] equity = new double[bars.Count];
        equity[0] = capital;
        double units = bars.Count > 1 ? capital / (costs.Fill(Side.Buy, bars[1].Open) * (1 + costs.Commission)) : 0;
        for (int i = 1; i < equity.Length; i++)
            equity[i] = units * bars[i].Close;
        return equity;
    }

    private static IReadOnlyList<PriceBar> Closed(string symbol, IReadOnlyList<PriceBar> bars, long? asOf)
    {
        for (int i = 1; i < bars.Count; i++)
        {
            if (bars[i].End <= bars[i - 1].End)
                throw new ArgumentException($"Bar {i + 1} of {symbol} ends at {bars[i].End}, not after the one before ({bars[i - 1].End}).", nameof(bars));
        }

        IReadOnlyList<PriceBar> closed = asOf is { } moment && bars.Count > 0 && bars[^1].End > moment ? [.. bars.TakeWhile(bar => bar.End <= moment)] : bars;
        return closed.Count > 0 ? closed : throw new ArgumentException($"{symbol} has no closed bar.", nameof(bars));
    }
}
