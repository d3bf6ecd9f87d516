namespace DaprTrading.Backtesting;

/// <summary>A curve of money in figures. Returns are those from bar to bar, the free interest rate is taken as zero.</summary>
/// <remarks>What is stated per year needs 30 days of data: a day's figures times the root of all minutes of a year would say nothing.</remarks>
/// <param name="TotalReturn">Profit over all as a share of the capital.</param>
/// <param name="AnnualReturn">The yearly rate that compounds to it; null when the data are shorter than 30 days or all is lost.</param>
/// <param name="MaxDrawdown">Deepest fall below an earlier high, a share of that high.</param>
/// <param name="DrawdownBars">Most bars in a row below an earlier high.</param>
/// <param name="Sharpe">Mean return by its sample deviation, times the root of the bars per year; null without any movement or with less than 30 days.</param>
/// <param name="Sortino">The same by the root of the mean square of the negative returns; null without a negative one or with less than 30 days.</param>
public sealed record EquityStats(
    double TotalReturn, double? AnnualReturn, double MaxDrawdown, int DrawdownBars, double? Sharpe, double? Sortino)
{
    private const double ShortestYears = 30 / 365.25;

    internal static EquityStats Of(ReadOnlySpan<double> equity, double capital, double years, double barsPerYear)
    {
        double peak = capital, deepest = 0, before = capital, sum = 0, squares = 0, below = 0;
        int under = 0, longest = 0;
        foreach (double value in equity)
        {
            under = value < peak ? under + 1 : 0;
            longest = Math.Max(longest, under);
            peak = Math.Max(peak, value);
            deepest = Math.Max(deepest, 1 - value / peak);
            double result = before > 0 ? value / before - 1 : 0;
            sum += result;
            squares += result * result;
            below += result < 0 ? result * result : 0;
            before = value;
        }

        int n = equity.Length;
        double mean = n > 0 ? sum / n : 0, total = before / capital - 1;
        double variance = n > 1 ? Math.Max(0, (squares - n * mean * mean) / (n - 1)) : 0;
        double downside = n > 0 ? Math.Sqrt(below / n) : 0, scale = years >= ShortestYears ? Math.Sqrt(barsPerYear) : 0;
        return new EquityStats(
            total, years >= ShortestYears && total > -1 ? Math.Pow(1 + total, 1 / years) - 1 : null, deepest, longest,
            variance > 1e-20 && scale > 0 ? mean / Math.Sqrt(variance) * scale : null, downside > 0 && scale > 0 ? mean / downside * scale : null);
    }
}
