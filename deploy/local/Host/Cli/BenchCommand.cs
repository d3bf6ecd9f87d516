using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>bench</c>: builds and runs the benchmarks with the arguments given.</summary>
internal static class BenchCommand
{
    private const string Project = "DaprTrading.Tests.Benchmarks";

    /// <summary>The command, for the list of commands only: its arguments are not parsed here.</summary>
    public static Command Create() => new("bench", "Build and run the benchmarks; all options go to them (bench --help shows them).");

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        Workspace workspace = Workspace.Find().WithSources("bench");
        await DotnetBuild.RunAsync(workspace, Path.Combine(workspace.Root, "tests", "Benchmarks"), cancellationToken);
        string dotnet = Executables.Find("dotnet") ?? throw new UserException("dotnet is missing");
        return await Tool.RunAttachedAsync(dotnet, [workspace.Executable(Project), .. args], workspace.Root, cancellationToken);
    }
}
