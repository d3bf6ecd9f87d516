using System.Globalization;

namespace DaprTrading.Backtesting.Cli;

/// <summary>The tables of docs/strategies.md, line by line in Markdown.</summary>
internal static class ReportTables
{
    /// <summary>One line per symbol and strategy: what followed its buys and its sells.</summary>
    public static IEnumerable<string> Signals(IReadOnlyList<BacktestResult> results, int horizon)
    {
        foreach (BacktestResult result in results)
        {
            ForwardResult forward = At(result, horizon);
            yield return $"| {result.Symbol} | `{result.Strategy}` | {Cells(forward.Buys)} | {Cells(forward.Sells)} |";
        }
    }

    /// <summary>One line per symbol and strategy, and one for holding each symbol: the trades and the account.</summary>
    public static IEnumerable<string> Trades(IReadOnlyList<BacktestResult> results)
    {
        foreach (IGrouping<string, BacktestResult> symbol in results.GroupBy(result => result.Symbol, StringComparer.Ordinal))
        {
            foreach (BacktestResult result in symbol)
            {
                TradeStats trades = result.TradeStats;
                yield return $"| {symbol.Key} | `{result.Strategy}` | {trades.Closed} | {Interval(trades.WinRate, trades.WinRateLow, trades.WinRateHigh)} | "
                    + $"{Number(trades.ProfitFactor, 2)} | {Percent(trades.Expectancy, 2)} | {Account(result.Equity)} | {Percent(result.Exposure)} |";
            }

            yield return $"| {symbol.Key} | buy and hold | | | | | {Account(symbol.First().BuyAndHold)} | 100 |";
        }
    }

    /// <summary>One line per strategy, and one for holding: what was won in all on the same prices as they are, and repaired step by step.</summary>
    /// <param name="steps">Every strategy on each state of the prices.</param>
    public static IEnumerable<string> Repairs(IReadOnlyList<IReadOnlyList<BacktestResult>> steps)
    {
        for (int i = 0; i < steps[0].Count; i++)
            yield return $"| `{steps[0][i].Strategy}` | {string.Join(" | ", steps.Select(step => Percent(step[i].Equity.TotalReturn)))} |";
        yield return $"| buy and hold | {string.Join(" | ", steps.Select(step => Percent(step[0].BuyAndHold.TotalReturn)))} |";
    }

    /// <summary>One sentence: how many intervals there are, and which of them miss their base rate.</summary>
    public static string Misses(IReadOnlyList<BacktestResult> results, int horizon)
    {
        (string Name, HitStats Stats)[] all =
        [
            .. results.SelectMany(result => new[]
            {
                ($"{result.Symbol} `{result.Strategy}` buys", At(result, horizon).Buys), ($"{result.Symbol} `{result.Strategy}` sells", At(result, horizon).Sells),
            }),
        ];
        string[] misses = [.. all.Where(each => each.Stats.BaseRate < each.Stats.Low || each.Stats.BaseRate > each.Stats.High).Select(each => each.Name)];
        return $"Of {all.Length} intervals {misses.Length} {(misses.Length == 1 ? "misses its" : "miss their")} base rate{(misses.Length > 0 ? ": " : "")}{string.Join(", ", misses)}.";
    }

    private static ForwardResult At(BacktestResult result, int horizon) => result.Forward.Single(each => each.Horizon == horizon);

    private static string Cells(HitStats stats) =>
        $"{stats.N} | {Interval(stats.HitRate, stats.Low, stats.High)} | {Percent(stats.BaseRate)} | {Percent(stats.RandomAtLeast)}";

    private static string Account(EquityStats stats) => $"{Percent(stats.AnnualReturn)} | {Percent(stats.MaxDrawdown)} | {Number(stats.Sharpe, 2)}";

    private static string Interval(double? rate, double low, double high) => rate is null ? "–" : $"{Percent(rate)} ({Percent(low)}–{Percent(high)})";

    private static string Percent(double? share, int digits = 1) => Number(share * 100, digits);

    private static string Number(double? value, int digits) =>
        value?.ToString(digits == 1 ? "0.0" : "0.00", CultureInfo.InvariantCulture).Replace('-', '−') ?? "–";
}
