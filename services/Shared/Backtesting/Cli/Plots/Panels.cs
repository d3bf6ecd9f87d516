using System.Globalization;

namespace DaprTrading.Backtesting.Cli.Plots;

/// <summary>A small picture for every strategy, all on the same scales: the account against buying and holding over time.</summary>
internal static class Panels
{
    private const int Columns = 3, Width = 900, PanelWidth = 288, PanelHeight = 170, Left = 44, Top = 44, Inner = 226, InnerHeight = 118, MaxStretches = 140;

    /// <summary>The accounts on a logarithmic scale, the capital being 1.</summary>
    public static string Equity(IReadOnlyList<BacktestResult> results)
    {
        double least = results.Min(result => result.EquityCurve.Min(point => Math.Min(point.Equity, point.Held)) / result.Options.Capital);
        double most = results.Max(result => result.EquityCurve.Max(point => Math.Max(point.Equity, point.Held)) / result.Options.Capital);
        double[] marks = [.. new[] { 0.25, 0.5, 1.0, 2, 4, 8 }.Where(mark => mark >= least && mark <= most)];
        var scale = new Scale(Math.Log(least), Math.Log(most));
        return Draw(
            results, $"{results[0].Symbol}: the account against buying and holding", "Each strategy long only with all the money; logarithmic, the start is 1.",
            [.. marks.Select(mark => (scale.Of(Math.Log(mark)), mark.ToString("0.##", CultureInfo.InvariantCulture)))],
            (result, point) => scale.Of(Math.Log(point.Equity / result.Options.Capital)), (result, point) => scale.Of(Math.Log(point.Held / result.Options.Capital)));
    }

    /// <summary>How far the accounts are below their earlier highs.</summary>
    public static string Drawdown(IReadOnlyList<BacktestResult> results)
    {
        double deepest = results.Max(result => Math.Max(result.Equity.MaxDrawdown, result.BuyAndHold.MaxDrawdown));
        var scale = new Scale(-deepest, 0);
        Dictionary<string, (double[] Equity, double[] Held)> below = results.ToDictionary(
            result => result.Strategy, result => (Below(result, point => point.Equity), Below(result, point => point.Held)), StringComparer.Ordinal);
        return Draw(
            results, $"{results[0].Symbol}: distance from the earlier high", "How far the account of each strategy, and buying and holding, were below their highest value so far.",
            [.. new[] { 0.0, 0.2, 0.4, 0.6, 0.8 }.Where(mark => mark <= deepest).Select(mark => (scale.Of(-mark), (mark == 0 ? "0" : "−" + (mark * 100).ToString("0", CultureInfo.InvariantCulture)) + " %"))],
            (result, index) => scale.Of(-below[result.Strategy].Equity[index]), (result, index) => scale.Of(-below[result.Strategy].Held[index]));
    }

    private static string Draw(
        IReadOnlyList<BacktestResult> results, string title, string description, IReadOnlyList<(double At, string Words)> marks,
        Func<BacktestResult, EquityPoint, double> account, Func<BacktestResult, EquityPoint, double> held) =>
        Draw(results, title, description, marks, (result, index) => account(result, result.EquityCurve[index]), (result, index) => held(result, result.EquityCurve[index]));

    private static string Draw(
        IReadOnlyList<BacktestResult> results, string title, string description, IReadOnlyList<(double At, string Words)> marks,
        Func<BacktestResult, int, double> account, Func<BacktestResult, int, double> held)
    {
        int height = Top + ((results.Count + Columns - 1) / Columns * PanelHeight) + 30;
        var page = new SvgPage(Width, height, title, description);
        for (int i = 0; i < results.Count; i++)
        {
            BacktestResult result = results[i];
            double left = Left + (i % Columns * PanelWidth), top = Top + 14 + (i / Columns * PanelHeight);
            page.Text(left, top - 6, "text", result.Strategy, bold: true);
            foreach ((double at, string words) in marks)
            {
                double y = top + (at * InnerHeight);
                page.Line(left, y, left + Inner, y, "axis");
                page.Text(left - 5, y + 3.5, "dim", words, "end", 9);
            }

            foreach ((double at, string words) in Years(result))
                page.Text(left + (at * Inner), top + InnerHeight + 14, "dim", words, "middle", 9);
            page.Path(Curve(result, left, top, held), "held");
            page.Path(Curve(result, left, top, account), "account");
        }

        page.Legend("strategy", "buy and hold");
        return page.ToString();
    }

    // Of each stretch the highest and the lowest point, so that no peak and no trough is missing.
    private static IEnumerable<(double X, double Y)> Curve(BacktestResult result, double left, double top, Func<BacktestResult, int, double> value)
    {
        int last = result.EquityCurve.Count - 1, step = Math.Max(1, result.EquityCurve.Count / MaxStretches);
        for (int from = 0; from <= last; from += step)
        {
            IEnumerable<int> stretch = Enumerable.Range(from, Math.Min(step, last + 1 - from));
            int lowest = stretch.MaxBy(i => value(result, i)), highest = stretch.MinBy(i => value(result, i));
            foreach (int i in lowest == highest ? [lowest] : new[] { Math.Min(lowest, highest), Math.Max(lowest, highest) })
                yield return (left + (Inner * (double)i / Math.Max(1, last)), top + (value(result, i) * InnerHeight));
        }
    }

    private static IEnumerable<(double At, string Words)> Years(BacktestResult result)
    {
        int last = result.EquityCurve.Count - 1, before = 0;
        for (int i = 0; i <= last; i++)
        {
            int year = DateTimeOffset.FromUnixTimeMilliseconds(result.EquityCurve[i].Time).Year;
            if (before != 0 && year != before && year % 5 == 0) yield return ((double)i / last, year.ToString(CultureInfo.InvariantCulture));
            before = year;
        }
    }

    private static double[] Below(BacktestResult result, Func<EquityPoint, double> value)
    {
        double peak = result.Options.Capital;
        return [.. result.EquityCurve.Select(point => 1 - (value(point) / (peak = Math.Max(peak, value(point)))))];
    }

    /// <summary>Where a value lies from the top, 0, to the bottom, 1.</summary>
    private readonly record struct Scale(double Least, double Most)
    {
        public double Of(double value) => (Most - value) / (Most - Least);
    }
}
