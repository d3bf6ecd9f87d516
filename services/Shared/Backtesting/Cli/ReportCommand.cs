using System.Globalization;
using DaprTrading.Backtesting.Cli.Plots;
using DaprTrading.MarketData;
using DaprTrading.Strategies;

namespace DaprTrading.Backtesting.Cli;

/// <summary><c>report</c>: draws the plots of docs/report.md from the data that are shipped, and prints the tables of docs/strategies.md.</summary>
internal static class ReportCommand
{
    /// <summary>First argument that asks for it.</summary>
    public const string Name = "report";

    private const int Horizon = 20;
    private const string BadPrint = "2002-12-23";

    /// <summary>Writes the plots into a folder. Arguments: the folder of the data, the folder of the plots.</summary>
    /// <returns>The exit code: 0 done, 1 failed, 2 wrong usage.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is not [var data, var folder])
        {
            await errors.WriteLineAsync("usage: report DATA_FOLDER PLOT_FOLDER");
            return 2;
        }

        try
        {
            Directory.CreateDirectory(folder);
            foreach ((string name, string content) in Draw(data))
            {
                string path = Path.Combine(folder, name);
                await File.WriteAllTextAsync(path, content);
                await output.WriteLineAsync(path);
            }

            foreach (string line in Tables(data))
                await output.WriteLineAsync(line);
            return 0;
        }
        catch (Exception e) when (e is DatasetFormatException or IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync("error: " + e.Message);
            return 1;
        }
    }

    /// <summary>The plots by file name: default parameters, 1 bp commission and 2 bp slippage a fill, long only.</summary>
    public static IEnumerable<(string Name, string Content)> Draw(string data)
    {
        IReadOnlyList<BacktestResult> spy = Test(data, "SPY.csv"), ibm = Test(data, "IBM-adjusted.csv");
        yield return ("equity-spy.svg", Panels.Equity(spy));
        yield return ("drawdown-spy.svg", Panels.Drawdown(spy));
        yield return ("hit-rates.svg", HitRates.Draw([.. spy, .. ibm], Horizon));
    }

    /// <summary>The tables, line by line, with the same assumptions.</summary>
    public static IEnumerable<string> Tables(string data)
    {
        List<BacktestResult> repaired = Test(data, "IBM-adjusted.csv");
        IReadOnlyList<BacktestResult> all = [.. Test(data, "SPY.csv"), .. repaired];
        return
        [
            .. ReportTables.Signals(all, Horizon), ReportTables.Misses(all, Horizon), .. ReportTables.Trades(all),
            .. ReportTables.Repairs([Test(data, "IBM.csv"), Test(data, "IBM.csv", without: BadPrint), repaired]),
        ];
    }

    private static List<BacktestResult> Test(string folder, string file, string? without = null)
    {
        FileContent content = MarketFiles.Read([Path.Combine(folder, file)], ReadSettings.Default, new ReadLimits(), CancellationToken.None);
        var options = new BacktestOptions { CommissionBps = 1, SlippageBps = 2 };
        return
        [
            .. from series in MarketSeries.Of(content)
               let bars = (PriceBar[])[.. series.Value.Where(bar => DayOf(bar) != without)]
               from name in StrategyCatalog.Names
               select Backtester.Run(series.Key, bars, StrategyCatalog.Create(name, StrategySettings.Default)!, options),
        ];
    }

    private static string DayOf(PriceBar bar) => DateTimeOffset.FromUnixTimeMilliseconds(bar.End).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
