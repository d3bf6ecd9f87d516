using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Control;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>generate</c>: runs the load generator with the arguments given, on the gateway of the running system.</summary>
internal static class GenerateCommand
{
    private const string Project = "DaprTrading.Generator";
    private static readonly string[] NeedNoGateway = ["--url", "--help", "-h", "-?", "--version"];

    /// <summary>The command, for the list of commands only: its arguments are not parsed here.</summary>
    public static Command Create() => new("generate", "Run the load generator on the running system; all options go to it (generate --help shows them).");

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        Workspace workspace = Workspace.Find();
        if (!workspace.IsPublished && !workspace.Has(Project)) await DotnetBuild.RunAsync(workspace, Path.Combine(workspace.Root, "generator"), cancellationToken);

        var (data, rest) = TakeData(args);
        List<string> command = [.. workspace.Command(Project)];
        if (!rest.Any(argument => NeedNoGateway.Contains(argument.Split('=')[0], StringComparer.Ordinal)))
        {
            command.AddRange(["--url", await GatewayAsync(DataDirectory.Resolve(data, workspace), cancellationToken)]);
        }

        command.AddRange(rest);
        return await Tool.RunAttachedAsync(command[0], command[1..], Environment.CurrentDirectory, cancellationToken);
    }

    private static async Task<string> GatewayAsync(DataDirectory data, CancellationToken cancellationToken)
    {
        if (RuntimeRecord.Find(data) is not { } runtime) throw new UserException($"Nothing runs on {data.Path}. Start it with ./run up, or name a gateway with --url.");

        using var client = new ControlClient(runtime);
        StatusDocument status = await client.StatusAsync(cancellationToken);
        return status.GatewayUrl ?? throw new UserException("The running system has no gateway: name one with --url.");
    }

    /// <summary>Takes <c>--data DIR</c>, which tells the system and is not the generator's, out of the arguments.</summary>
    private static (string? Data, string[] Others) TakeData(string[] args)
    {
        int at = Array.IndexOf(args, "--data");
        return at < 0 || at + 1 >= args.Length ? (null, args) : (args[at + 1], [.. args[..at], .. args[(at + 2)..]]);
    }
}
