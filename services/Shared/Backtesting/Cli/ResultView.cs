using System.Globalization;
using Spectre.Console;

namespace DaprTrading.Backtesting.Cli;

/// <summary>Results as tables for people.</summary>
internal static class ResultView
{
    /// <summary>Signals against the base rate: does the strategy know anything?</summary>
    public static Table Signals(IReadOnlyList<BacktestResult> results)
    {
        Table table = Of("Signals and what followed (entry at the next open, exit at the close of the last bar of the horizon, after costs)",
            "symbol", "strategy", "side", "horizon", "n", "hit rate", "95 %", "base rate", "random dates", "as good", "mean", "median");
        foreach (BacktestResult result in results)
        {
            foreach (ForwardResult forward in result.Forward)
            {
                Add("all", forward.All);
                Add("buys", forward.Buys);
                Add("sells", forward.Sells);

                void Add(string side, HitStats stats) => table.AddRow(
                    result.Symbol, result.Strategy, side, $"{forward.Horizon}", $"{stats.N}", Percent(stats.HitRate),
                    stats.N == 0 ? "-" : $"{Percent(stats.Low)} to {Percent(stats.High)}", Percent(stats.BaseRate),
                    stats.RandomLow is null ? "-" : $"{Percent(stats.RandomLow)} to {Percent(stats.RandomHigh)}", Percent(stats.RandomAtLeast), Percent(stats.MeanReturn, 2),
                    Percent(stats.MedianReturn, 2));
            }
        }

        return table;
    }

    /// <summary>The trades of each series.</summary>
    public static Table Trades(IReadOnlyList<BacktestResult> results)
    {
        Table table = Of("Trades", "symbol", "strategy", "closed", "open", "win rate", "95 %", "expectancy", "profit factor", "payoff", "bars held");
        foreach (BacktestResult result in results)
        {
            TradeStats stats = result.TradeStats;
            table.AddRow(
                result.Symbol, result.Strategy, $"{stats.Closed}", $"{stats.Open}", Percent(stats.WinRate),
                stats.Closed == 0 ? "-" : $"{Percent(stats.WinRateLow)} to {Percent(stats.WinRateHigh)}", Percent(stats.Expectancy, 2),
                Number(stats.ProfitFactor), Number(stats.Payoff), Number(stats.MeanBars));
        }

        return table;
    }

    /// <summary>The money, against buying and holding.</summary>
    public static Table Money(IReadOnlyList<BacktestResult> results)
    {
        Table table = Of("Money against buying and holding", "symbol", "strategy", "total", "a year", "drawdown", "its bars", "Sharpe", "Sortino", "exposure", "turnover");
        foreach (BacktestResult result in results)
        {
            Row(result.Strategy + (result.Ruined ? " (ruined)" : ""), result.Equity, Percent(result.Exposure), Number(result.Turnover));
            Row("buy and hold", result.BuyAndHold, "", "");

            void Row(string name, EquityStats stats, string exposure, string turnover) => table.AddRow(
                result.Symbol, name, Percent(stats.TotalReturn), Percent(stats.AnnualReturn), Percent(stats.MaxDrawdown), $"{stats.DrawdownBars}",
                Number(stats.Sharpe), Number(stats.Sortino), exposure, turnover);
        }

        return table;
    }

    /// <summary>What the figures rest on.</summary>
    public static string Assumptions(BacktestResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{result.Symbol}: {result.Bars} closed bars, {Date(result.From)} to {Date(result.To)}{(result.FormingBars > 0 ? $", {result.FormingBars} forming left out" : "")}; "
        + $"{(result.Options.AllowShort ? "long and short" : "long only")}, {result.Options.CommissionBps:0.##} bp commission and "
        + $"{result.Options.SlippageBps:0.##} bp slippage a fill; {Yearly(result)}.");

    private static string Yearly(BacktestResult result) => result.Equity.Sharpe is null && result.BuyAndHold.Sharpe is null
        ? "nothing is stated per year"
        : string.Create(CultureInfo.InvariantCulture, $"Sharpe and Sortino from bar returns times the root of {result.BarsPerYear:0.#} bars a year, no interest");

    private static string Date(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Table Of(string title, params string[] columns)
    {
        Table table = new Table().Title(title).AddColumns(columns);
        for (int i = 2; i < columns.Length; i++) table.Columns[i].RightAligned();
        return table;
    }

    private static string Percent(double? share, int digits = 1) =>
        share is { } value ? (value * 100).ToString(digits == 1 ? "0.0" : "0.00", CultureInfo.InvariantCulture) + " %" : "-";

    private static string Number(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";
}
