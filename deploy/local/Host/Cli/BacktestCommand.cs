using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>backtest</c>: builds the backtester and hands every argument on to it, just as it was given.</summary>
internal static class BacktestCommand
{
    /// <summary>Name of the command.</summary>
    public const string Name = "backtest";

    private const string Project = "DaprTrading.Backtesting.Cli";

    /// <summary>The command, for the list of commands only: its arguments are not parsed here.</summary>
    public static Command Create() => new(Name, "Run strategies over history files; all options go to the backtester (backtest --help shows them).");

    /// <summary>Runs it.</summary>
    public static Task<int> RunAsync(string[] args, CancellationToken cancellationToken) => RunAsync(Workspace.Find(), args, cancellationToken);

    /// <summary>Runs the backtester of a workspace.</summary>
    internal static async Task<int> RunAsync(Workspace workspace, string[] args, CancellationToken cancellationToken)
    {
        if (!workspace.IsPublished) await DotnetBuild.RunAsync(workspace, Path.Combine(workspace.Root, "services", "Shared", "Backtesting", "Cli"), cancellationToken);
        string[] command = [.. workspace.Command(Project), .. args];
        return await Tool.RunAttachedAsync(command[0], command[1..], Directory.GetCurrentDirectory(), cancellationToken);
    }
}
