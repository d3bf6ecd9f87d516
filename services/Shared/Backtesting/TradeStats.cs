namespace DaprTrading.Backtesting;

/// <summary>The trades that were closed, after costs. What cannot be computed is null.</summary>
/// <param name="Closed">Closed trades.</param>
/// <param name="Open">1 when the last one is still open; it is in the equity, not in these figures.</param>
/// <param name="Wins">Closed with a profit.</param>
/// <param name="WinRate">Wins per closed trade.</param>
/// <param name="WinRateLow">Lower bound of Wilson's 95 % interval of the win rate.</param>
/// <param name="WinRateHigh">Upper bound.</param>
/// <param name="ProfitFactor">Sum of the profits divided by the sum of the losses; null without a loss.</param>
/// <param name="Expectancy">Mean return of a trade, a share.</param>
/// <param name="Payoff">Mean profit divided by mean loss; null without a profit or without a loss.</param>
/// <param name="MeanBars">Mean number of closes a trade was held.</param>
public sealed record TradeStats(
    int Closed, int Open, int Wins, double? WinRate, double WinRateLow, double WinRateHigh, double? ProfitFactor, double? Expectancy, double? Payoff,
    double? MeanBars)
{
    internal static TradeStats Of(IReadOnlyList<Trade> trades)
    {
        Trade[] closed = [.. trades.Where(trade => !trade.IsOpen)];
        double[] profits = [.. closed.Select(trade => trade.Return).Where(result => result > 0)];
        double[] losses = [.. closed.Select(trade => -trade.Return).Where(loss => loss > 0)];
        (double low, double high) = Wilson.Interval(profits.Length, closed.Length);
        return new TradeStats(
            closed.Length, trades.Count - closed.Length, profits.Length, Ratio(profits.Length, closed.Length), low, high,
            Ratio(profits.Sum(), losses.Sum()), Ratio(closed.Sum(trade => trade.Return), closed.Length),
            profits.Length > 0 && losses.Length > 0 ? profits.Average() / losses.Average() : null,
            Ratio(closed.Sum(trade => trade.Bars), closed.Length));
    }

    private static double? Ratio(double dividend, double divisor) => divisor > 0 ? dividend / divisor : null;
}
