using System.CommandLine;
using DaprTrading.LocalRuntime.Host.Processes;
using DaprTrading.LocalRuntime.Host.Running;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary><c>logs</c>: prints what an app wrote.</summary>
internal static class LogsCommand
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var app = new Argument<string>("APP") { Description = "App id (all its instances), one instance as in processing-1, a server as in redis, generator or runtime." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on printing what comes." };
        var lines = new Option<int>("--lines", "-n") { Description = "Lines to begin with (default: 100).", HelpName = "N", DefaultValueFactory = _ => 100 };
        Option<string?> data = CommandLine.DataOption();
        var command = new Command("logs", "Print the log of an app.") { app, follow, lines, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            DataDirectory.Resolve(parsed.GetValue(data), Workspace.Find()), parsed.GetRequiredValue(app), Math.Max(0, parsed.GetValue(lines)), parsed.GetValue(follow), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DataDirectory data, string app, int lines, bool follow, CancellationToken cancellationToken)
    {
        string[] files = Files(data, app);
        LogFollower[] followers = [.. files.Select(file => new LogFollower(file))];
        foreach (LogFollower follower in followers) follower.SkipToEnd();
        for (int i = 0; i < files.Length; i++) Print(RotatingLog.Tail(files[i], lines), Prefix(files, i));

        while (follow && !cancellationToken.IsCancellationRequested)
        {
            for (int i = 0; i < files.Length; i++) Print(followers[i].Read(), Prefix(files, i));
            await Task.Delay(Between, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return ExitCode.Ok;
    }

    private static string[] Files(DataDirectory data, string app)
    {
        string[] all = Directory.Exists(data.Logs) ? [.. Directory.EnumerateFiles(data.Logs, "*.log").Order(StringComparer.Ordinal)] : [];
        string[] chosen = [.. all.Where(file => Matches(Path.GetFileNameWithoutExtension(file), app))];
        if (chosen.Length > 0) return chosen;

        string known = string.Join(", ", all.Select(Path.GetFileNameWithoutExtension));
        throw new UserException($"There is no log of '{app}' in {data.Logs}" + (known.Length > 0 ? $"; there are {known}." : "."));
    }

    private static bool Matches(string name, string app) =>
        name == app || (name.StartsWith(app + "-", StringComparison.Ordinal) && name[(app.Length + 1)..].All(char.IsAsciiDigit));

    private static string Prefix(string[] files, int index) => files.Length == 1 ? "" : Path.GetFileNameWithoutExtension(files[index]) + " | ";

    private static void Print(IReadOnlyList<string> lines, string prefix)
    {
        foreach (string line in lines) Console.WriteLine(prefix + line);
    }
}
