using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Building;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>build</c>: builds what <c>up</c> runs.</summary>
internal static class BuildCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("build", "Build the services, the load generator and the dashboard, as far as they changed.");
        command.SetAction(async (_, cancellationToken) =>
        {
            await new SystemBuild(Workspace.Find().WithSources("build"), TimeProvider.System, Console.WriteLine).RunAsync(cancellationToken);
            Console.WriteLine("Everything is built.");
            return ExitCode.Ok;
        });
        return command;
    }
}
