using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Publishing;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>publish-apps</c>: makes a folder that runs the system on another machine.</summary>
internal sealed class PublishAppsCommand
{
    private const string DefaultRuntime = "linux-x64";
    private readonly Argument<string> _folder = new("DIR") { Description = "Folder to make: new, empty, or made by this command." };
    private readonly Option<bool> _selfContained = new("--self-contained") { Description = "Programs bring .NET along and start where it is not installed.", Arity = ArgumentArity.Zero };
    private readonly Option<string?> _runtime = new("--runtime") { Description = $"Machines they are for, with --self-contained (default: {DefaultRuntime}).", HelpName = "RID" };
    private readonly Option<string[]> _only = new("--only") { Description = "Only these, e.g. gateway,runtime,conformance (default: all).", HelpName = "NAME,…", AllowMultipleArgumentsPerToken = false };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var publish = new PublishAppsCommand();
        var command = new Command("publish-apps", "Publish every service, the tools and the local runtime, with components and a run file, into a folder.")
        {
            publish._folder, publish._selfContained, publish._runtime, publish._only,
        };
        command.SetAction(publish.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Workspace workspace = Workspace.Find().WithSources("publish-apps");
        string? runtime = parsed.GetValue(_runtime);
        bool selfContained = parsed.GetValue(_selfContained);
        if (runtime is not null && !selfContained) throw new UserException("--runtime: programs without .NET run on every machine; it goes with --self-contained only.");

        string target = Path.GetFullPath(parsed.GetRequiredValue(_folder));
        string[] only = [.. (parsed.GetValue(_only) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        await new AppPublisher(workspace, target, selfContained ? runtime ?? DefaultRuntime : null, Console.WriteLine).RunAsync(only, cancellationToken);
        Console.WriteLine($"{target} is complete: {target}/README.md says how to run it.");
        return ExitCode.Ok;
    }
}
