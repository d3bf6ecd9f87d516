using System.Globalization;

namespace DaprTrading.Backtesting.Cli.Plots;

/// <summary>The hit rate of every strategy with its interval, against the base rate.</summary>
internal static class HitRates
{
    private const int Width = 900, RowHeight = 17, Top = 70, Names = 162, Column = 346, Scale = 236;

    /// <summary>One row per strategy and side, one column per symbol.</summary>
    /// <param name="results">Every strategy on every symbol.</param>
    /// <param name="horizon">Bars after the signal; one of those the results have.</param>
    public static string Draw(IReadOnlyList<BacktestResult> results, int horizon)
    {
        string[] strategies = [.. results.Select(result => result.Strategy).Distinct(StringComparer.Ordinal)];
        int height = Top + (strategies.Length * ((2 * RowHeight) + 8)) + 44;
        var page = new SvgPage(
            Width, height, $"Hit rate {horizon} bars after the signal, with its 95 % interval, against the base rate",
            "A dot is the share of signals followed by a profit after costs, the line its Wilson interval, the upright mark the share at any bar of the series.");
        foreach ((string symbol, int column) in results.Select(result => result.Symbol).Distinct(StringComparer.Ordinal).Select((symbol, i) => (symbol, i)))
        {
            double left = Names + 24 + (column * (Column + 8));
            page.Text(left, 50, "text", symbol, bold: true);
            for (int percent = 0; percent <= 100; percent += 25)
            {
                double x = left + (Scale * percent / 100.0);
                page.Line(x, Top - 8, x, height - 42, "axis");
                page.Text(x, height - 30, "dim", $"{percent} %", "middle", 9);
            }
        }

        for (int i = 0; i < strategies.Length; i++)
        {
            double y = Top + 4 + (i * ((2 * RowHeight) + 8));
            page.Text(16, y + 4, "text", strategies[i], bold: true);
            page.Text(Names, y + 4, "dim", "buys", "end");
            page.Text(Names, y + RowHeight + 4, "dim", "sells", "end");
            foreach ((BacktestResult result, int column) in results.Where(result => result.Strategy == strategies[i]).Select((result, column) => (result, column)))
            {
                ForwardResult forward = result.Forward.Single(each => each.Horizon == horizon);
                Row(page, Names + 24 + (column * (Column + 8)), y, forward.Buys);
                Row(page, Names + 24 + (column * (Column + 8)), y + RowHeight, forward.Sells);
            }
        }

        page.Dot(22, height - 13, "dot");
        page.Text(32, height - 9, "text", "hit rate");
        page.Dot(92, height - 13, "out");
        page.Text(102, height - 9, "text", "interval misses the base rate");
        page.Line(290, height - 19, 290, height - 7, "base");
        page.Text(298, height - 9, "text", "base rate");
        return page.ToString();
    }

    private static void Row(SvgPage page, double left, double y, HitStats stats)
    {
        if (stats is not { HitRate: { } rate, BaseRate: { } normal }) return;
        page.Line(left + (Scale * stats.Low), y, left + (Scale * stats.High), y, "span");
        page.Line(left + (Scale * normal), y - 6, left + (Scale * normal), y + 6, "base");
        page.Dot(left + (Scale * rate), y, normal < stats.Low || normal > stats.High ? "out" : "dot");
        page.Text(left + Scale + 12, y + 4, "dim", string.Create(CultureInfo.InvariantCulture, $"{rate * 100:0.0} % of {stats.N}"), size: 10);
    }
}
