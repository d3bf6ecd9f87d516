using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Testing;

/// <summary><c>./run test</c>: prepares, builds once, runs the suites, sums them up.</summary>
internal sealed class TestRun(Workspace workspace, TimeProvider time, Action<string> print, ChaosRun chaos)
{
    /// <summary>The kinds in the order they run, with their projects; the dashboard's has none.</summary>
    public static readonly IReadOnlyDictionary<string, string> Kinds = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["unit"] = "Unit", ["contract"] = "Contract", ["dashboard"] = "", ["integration"] = "Integration", ["chaos"] = "Chaos",
        ["endtoend"] = "EndToEnd",
    };

    private string Results => Path.Combine(workspace.Artifacts, "test-results");

    /// <summary>Runs the kinds (all when none is named) and prints the sums; the last line is <c>N passed, M failed</c>.</summary>
    /// <returns>0 when every test ran and passed, else 1.</returns>
    public async Task<int> RunAsync(IReadOnlyCollection<string> kinds, CancellationToken cancellationToken)
    {
        HashSet<string> chosen = new(kinds.Count > 0 ? kinds : Kinds.Keys, StringComparer.OrdinalIgnoreCase);
        if (Directory.Exists(Results)) Directory.Delete(Results, recursive: true);
        Directory.CreateDirectory(Results);

        await InstallAsync(chosen, cancellationToken).ConfigureAwait(false);
        List<SuiteResult> results = await RunSuitesAsync(chosen, cancellationToken).ConfigureAwait(false);
        await StopBuildServersAsync(cancellationToken).ConfigureAwait(false);
        return Print(results);
    }

    private async Task<List<SuiteResult>> RunSuitesAsync(HashSet<string> chosen, CancellationToken cancellationToken)
    {
        List<SuiteResult> results = [];
        if (chosen.Contains("dashboard")) results.Add(await new DashboardSuite(workspace, Results).RunAsync(print, cancellationToken).ConfigureAwait(false));
        else if (chosen.Contains("endtoend")) await BuildPageAsync(results, cancellationToken).ConfigureAwait(false);

        string[] projects = [.. Kinds.Keys.Where(kind => Kinds[kind].Length > 0 && chosen.Contains(kind))];
        if (projects.Length == 0) return results;

        try
        {
            print("dotnet build DaprTrading.sln");
            await DotnetBuild.RunAsync(workspace, Path.Combine(workspace.Root, "DaprTrading.sln"), cancellationToken).ConfigureAwait(false);
        }
        catch (UserException e)
        {
            print(e.Message);
            results.AddRange(projects.Select(kind => SuiteResult.NotRun(kind, "the build failed")));
            return results;
        }

        // Two at a time at most, and those that start whole systems alone: they measure time.
        string[][] rounds = [[.. projects.Where(IsSmall)], .. projects.Where(kind => !IsSmall(kind)).Select(kind => new[] { kind })];
        foreach (string[] round in rounds)
        {
            var suite = new DotnetSuite(workspace, Results, time, chaos);
            results.AddRange(await Task.WhenAll(round.Select(kind => suite.RunAsync(kind, Kinds[kind], print, cancellationToken))).ConfigureAwait(false));
        }

        return results;
    }

    private static bool IsSmall(string kind) => kind is "unit" or "contract";

    private async Task BuildPageAsync(List<SuiteResult> results, CancellationToken cancellationToken)
    {
        try
        {
            await DashboardBuild.RunAsync(workspace, print, cancellationToken).ConfigureAwait(false);
        }
        catch (UserException e)
        {
            results.Add(SuiteResult.NotRun("dashboard", e.Message));
        }
    }

    private async Task InstallAsync(HashSet<string> chosen, CancellationToken cancellationToken)
    {
        if (!chosen.Overlaps(["contract", "integration", "chaos", "endtoend"])) return;

        List<string> missing = [];
        if (Executables.Find("redis-server") is null) missing.Add("redis-server");
        if (chosen.Contains("contract") && Executables.Find("rabbitmq-server") is null) missing.Add("rabbitmq-server");
        // Debian keeps the server itself outside the path; this comes with it.
        if (chosen.Contains("contract") && Executables.FindAny("pg_ctlcluster", "postgres") is null) missing.Add("postgresql");
        if (chosen.Contains("endtoend") && Executables.FindAny("chromium", "chromium-browser", "google-chrome") is null) missing.Add("chromium");
        if (missing.Count == 0) return;

        string[] packages = [.. missing];
        if (await DebianPackages.InstallAsync(packages, print, cancellationToken).ConfigureAwait(false) is { } problem)
        {
            print($"Missing: {string.Join(", ", packages)} ({problem}). Install with: {DebianPackages.Command(packages)}");
        }
    }

    private async Task StopBuildServersAsync(CancellationToken cancellationToken)
    {
        if (Executables.Find("dotnet") is { } dotnet)
        {
            await Tool.RunAsync(dotnet, ["build-server", "shutdown"], workspace.Root, static _ => { }, cancellationToken).ConfigureAwait(false);
        }
    }

    private int Print(List<SuiteResult> results)
    {
        foreach (SuiteResult result in results)
        {
            foreach (TestFailure failure in result.Failures) print($"FAILED {failure.Test}\n    {failure.Message.Replace("\n", "\n    ", StringComparison.Ordinal)}");
            foreach (string test in result.Skipped) print($"SKIPPED {test}");
        }

        foreach (SuiteResult result in results) print($"{result.Suite}: {result.Passed} passed, {result.Failed} failed");
        int failed = results.Sum(result => result.Failed);
        print($"{results.Sum(result => result.Passed)} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }
}
