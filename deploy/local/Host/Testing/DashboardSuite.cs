using System.Text.Json;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Control;

namespace DaprTrading.LocalRuntime.Host.Testing;

/// <summary>Builds the dashboard and runs its vitest suite.</summary>
internal sealed class DashboardSuite(Workspace workspace, string results)
{
    private const string Suite = "dashboard";

    /// <summary>Runs it.</summary>
    public async Task<SuiteResult> RunAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(workspace.Dashboard, "package.json"))) return SuiteResult.NotRun(Suite, "dashboard/package.json is missing");
        try
        {
            await DashboardBuild.RunAsync(workspace, progress, cancellationToken).ConfigureAwait(false);
            progress("dashboard: npm test");
            string report = Path.Combine(results, "dashboard.json");
            var last = new Queue<string>();
            string[] arguments = ["test", "--", "--reporter=json", "--outputFile=" + report];
            int code = await Tool.RunAsync(DashboardBuild.Npm(), arguments, workspace.Dashboard, Note, cancellationToken).ConfigureAwait(false);
            return File.Exists(report)
                ? Read(await File.ReadAllBytesAsync(report, cancellationToken).ConfigureAwait(false), code)
                : SuiteResult.NotRun(Suite, $"npm test ended with {code} and wrote no results:\n" + string.Join('\n', last));

            void Note(string line)
            {
                last.Enqueue(line);
                if (last.Count > 20) last.Dequeue();
            }
        }
        catch (UserException e)
        {
            return SuiteResult.NotRun(Suite, e.Message);
        }
    }

    /// <summary>Sums vitest's JSON report.</summary>
    internal static SuiteResult Read(ReadOnlySpan<byte> json, int exitCode)
    {
        VitestReport? report;
        try
        {
            report = JsonSerializer.Deserialize(json, HostJson.Default.VitestReport);
        }
        catch (JsonException e)
        {
            return SuiteResult.NotRun(Suite, $"its results cannot be read: {e.Message}");
        }

        List<TestFailure> failures = [];
        List<string> skipped = [];
        foreach (VitestFile file in report?.TestResults ?? [])
        {
            IReadOnlyList<VitestTest> tests = file.AssertionResults ?? [];
            failures.AddRange(tests.Where(test => test.Status == "failed").Select(test => new TestFailure(test.FullName, string.Join('\n', test.FailureMessages ?? []))));
            skipped.AddRange(tests.Where(test => test.Status is not ("passed" or "failed")).Select(test => test.FullName));
            if (file.Status == "failed" && tests.Count == 0) failures.Add(new TestFailure(file.Name, file.Message ?? "the file could not be loaded"));
        }

        int passed = report?.NumPassedTests ?? 0;
        if (exitCode != 0 && failures.Count == 0) failures.Add(new TestFailure("dashboard (suite)", $"npm test ended with code {exitCode} although no test failed"));
        return passed + failures.Count + skipped.Count == 0 ? SuiteResult.NotRun(Suite, "it holds no tests") : new SuiteResult(Suite, passed, failures, skipped);
    }
}
