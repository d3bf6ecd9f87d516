using DaprTrading.Backtesting.Cli.Plots;
using DaprTrading.MarketData;
using DaprTrading.Strategies;

namespace DaprTrading.Backtesting.Cli;

/// <summary><c>report</c>: draws the plots of docs/report.md from the data that are shipped.</summary>
internal static class ReportCommand
{
    /// <summary>First argument that asks for it.</summary>
    public const string Name = "report";

    private const int Horizon = 20;

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
        IReadOnlyList<BacktestResult> spy = Test(Path.Combine(data, "SPY.csv")), ibm = Test(Path.Combine(data, "IBM.csv"));
        yield return ("equity-spy.svg", Panels.Equity(spy));
        yield return ("drawdown-spy.svg", Panels.Drawdown(spy));
        yield return ("hit-rates.svg", HitRates.Draw([.. spy, .. ibm], Horizon));
    }

    private static List<BacktestResult> Test(string file)
    {
        FileContent content = MarketFiles.Read([file], ReadSettings.Default, new ReadLimits(), CancellationToken.None);
        var options = new BacktestOptions { CommissionBps = 1, SlippageBps = 2 };
        return
        [
            .. from series in MarketSeries.Of(content)
               from name in StrategyCatalog.Names
               select Backtester.Run(series.Key, series.Value, StrategyCatalog.Create(name, StrategySettings.Default)!, options),
        ];
    }
}
