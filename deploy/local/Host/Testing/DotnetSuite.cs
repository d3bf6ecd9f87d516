using DaprTrading.LocalRuntime.Host.Building;

namespace DaprTrading.LocalRuntime.Host.Testing;

/// <summary>Runs one test project, already built.</summary>
internal sealed class DotnetSuite(Workspace workspace, string results, TimeProvider time, ChaosRun chaos)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Hung = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>Runs it, saying from time to time how far it is.</summary>
    public async Task<SuiteResult> RunAsync(string kind, string project, Action<string> progress, CancellationToken cancellationToken)
    {
        string path = Path.Combine(workspace.Root, "tests", project, $"DaprTrading.Tests.{project}.csproj");
        if (!File.Exists(path)) return SuiteResult.NotRun(kind, $"{workspace.Display(path)} is missing");

        string file = Path.Combine(results, kind + ".trx");
        string[] arguments =
        [
            "test", path, "--no-build", "-c", "Release", "--nologo", "--logger", $"trx;LogFileName={kind}.trx",
            "--logger", "console;verbosity=normal", "--results-directory", results,
            "--blame-hang-timeout", $"{(kind == ChaosRun.Suite ? chaos.Limit(Hung) : Hung).TotalMinutes:0}min", "--blame-hang-dump-type", "none",
        ];
        TimeSpan longest = kind == ChaosRun.Suite ? chaos.Limit(Longest) : Longest;
        var counted = new Counted();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(longest);
        long started = time.GetTimestamp();
        var timeline = new GrowingFile(Path.Combine(results, kind + ".timeline"));
        if (kind == ChaosRun.Suite) chaos.Export(Path.Combine(results, kind + ".timeline"));
        progress(kind == ChaosRun.Suite ? chaos.ToString() : $"{kind}: started");
        await using ITimer timer = time.CreateTimer(_ => Tell(), null, Every, Every);
        try
        {
            string dotnet = Processes.Executables.Find("dotnet") ?? throw new UserException("dotnet is missing");
            int code = await Tool.RunAsync(dotnet, arguments, workspace.Root, counted.Note, limit.Token).ConfigureAwait(false);
            SuiteResult result = TrxReport.Read(kind, file, code);
            progress($"{kind}: {result.Passed} passed, {result.Failed} failed in {time.GetElapsedTime(started).TotalSeconds:0} s");
            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return SuiteResult.NotRun(kind, $"it did not end within {longest.TotalMinutes:0} min");
        }

        void Tell()
        {
            progress($"{kind}: {counted} after {time.GetElapsedTime(started).TotalSeconds:0} s");
            foreach (string line in timeline.ReadNew()) progress($"{kind}: {line}");
        }
    }

    private sealed class Counted
    {
        private int _passed, _failed;

        public void Note(string line)
        {
            if (line.StartsWith("  Passed ", StringComparison.Ordinal)) _passed++;
            else if (line.StartsWith("  Failed ", StringComparison.Ordinal)) _failed++;
        }

        public override string ToString() => $"{Volatile.Read(ref _passed)} passed, {Volatile.Read(ref _failed)} failed";
    }
}
