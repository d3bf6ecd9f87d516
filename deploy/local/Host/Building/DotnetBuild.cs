namespace DaprTrading.LocalRuntime.Host.Building;

/// <summary>Builds with the .NET SDK, always in Release.</summary>
internal static class DotnetBuild
{
    /// <summary>Builds a project, a solution or a filter of one.</summary>
    /// <exception cref="UserException">It failed; the message holds the tool's errors.</exception>
    public static Task RunAsync(Workspace workspace, string target, CancellationToken cancellationToken) =>
        RunAsync(workspace, workspace.Display(target), ["build", target, "-c", "Release"], cancellationToken);

    /// <summary>Runs a command of the SDK that builds.</summary>
    /// <param name="workspace">The sources.</param>
    /// <param name="what">What is built, for people.</param>
    /// <param name="command">Command and arguments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UserException">It failed; the message holds the tool's errors.</exception>
    public static async Task RunAsync(Workspace workspace, string what, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        string dotnet = Processes.Executables.Find("dotnet") ?? throw new UserException("dotnet is missing: install the .NET SDK 10 (see ./run doctor).");
        var errors = new SortedSet<string>(StringComparer.Ordinal);
        var last = new Queue<string>();
        string[] arguments = [.. command, "-m", "-nr:false", "-v:q", "-nologo", "-tl:off", "-clp:NoSummary"];
        int code = await Tool.RunAsync(dotnet, arguments, workspace.Root, Note, cancellationToken).ConfigureAwait(false);
        if (code == 0) return;

        IEnumerable<string> shown = errors.Count > 0 ? errors.Take(40) : last;
        throw new UserException($"Building {what} failed:\n  " + string.Join("\n  ", shown));

        void Note(string line)
        {
            if (line.Contains(": error ", StringComparison.Ordinal)) errors.Add(Shorten(line));
            last.Enqueue(line);
            if (last.Count > 20) last.Dequeue();
        }

        string Shorten(string line) => line.Replace(workspace.Root + "/", "", StringComparison.Ordinal).Trim();
    }
}
