using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Servers;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>conformance</c>: checks the local runtime, or the sidecar named by <c>--http</c>, against Dapr's HTTP contract.</summary>
internal static class ConformanceCommand
{
    /// <summary>Its name.</summary>
    public const string Name = "conformance";

    private const string External = "DaprTrading.Conformance";
    private const string Local = "DaprTrading.Conformance.Local";

    /// <summary>The command, for the list of commands only: its arguments are not parsed here.</summary>
    public static Command Create() =>
        new(Name, "Check the local runtime, or any sidecar (--http HOST:PORT --app-port N), against Dapr's HTTP contract (conformance --help).");

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        Workspace workspace = Workspace.Find();
        bool external = args.Contains("--http", StringComparer.Ordinal);
        if (!external && !args.Contains("--redis", StringComparer.Ordinal) && !args.Contains("--help", StringComparer.Ordinal))
        {
            var (redis, reason) = await BackingServers.FindAsync([new RedisServer()], Console.WriteLine, cancellationToken);
            if (redis is null) throw new UserException(reason);
        }

        string folder = Path.Combine(workspace.Root, "tests", "Conformance");
        if (!workspace.IsPublished) await DotnetBuild.RunAsync(workspace, external ? folder : Path.Combine(folder, "Local"), cancellationToken);
        string[] command = [.. workspace.Command(external ? External : Local), .. args];
        return await Tool.RunAttachedAsync(command[0], command[1..], Environment.CurrentDirectory, cancellationToken);
    }
}
