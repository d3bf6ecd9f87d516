using System.CommandLine;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>report</c>: draws the plots of docs/report.md again, from the data that are shipped.</summary>
internal static class ReportCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("report", "Draw the plots of docs/report.md from the data that are shipped; the same data give the same files.");
        command.SetAction((_, cancellationToken) =>
        {
            Workspace workspace = Workspace.Find();
            string data = Path.Combine(workspace.Root, "services", "Dataset", "data"), plots = Path.Combine(workspace.Root, "docs", "images");
            return BacktestCommand.RunAsync(workspace, ["report", data, plots], cancellationToken);
        });
        return command;
    }
}
