using System.Globalization;
using System.Text.Json;

namespace DaprTrading.Conformance.Running;

/// <summary>Shows results.</summary>
public static class Report
{
    /// <summary>Prints the table and the sum.</summary>
    public static void Print(IReadOnlyList<CheckResult> results, TextWriter to)
    {
        string section = "";
        foreach (CheckResult result in results)
        {
            if (result.Section != section) to.WriteLine("\n" + (section = result.Section));
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {result.Id,3}  {Word(result),-7} {result.Title}"));
            if (result.Reason.Length > 0) to.WriteLine("               " + result.Reason.ReplaceLineEndings(" "));
        }

        to.WriteLine();
        to.WriteLine(Sum(results));
    }

    /// <summary><c>N passed, M failed, K not applicable</c>.</summary>
    public static string Sum(IReadOnlyList<CheckResult> results) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count(results, Outcome.Passed)} passed, {Count(results, Outcome.Failed)} failed, {Count(results, Outcome.NotApplicable)} not applicable");

    /// <summary>Writes the results as JSON.</summary>
    public static async Task SaveAsync(IReadOnlyList<CheckResult> results, string file, CancellationToken cancellationToken)
    {
        await using FileStream stream = File.Create(file);
        await JsonSerializer.SerializeAsync(stream, results, ResultsJson.Default.IReadOnlyListCheckResult, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the results as a Markdown table.</summary>
    public static Task SaveTableAsync(IReadOnlyList<CheckResult> results, string file, CancellationToken cancellationToken)
    {
        IEnumerable<string> rows = results.Select(result => string.Create(
            CultureInfo.InvariantCulture,
            $"| {result.Id} | {result.Section} | {Cell(result.Title)} | {Word(result)}{(result.Reason.Length > 0 ? ": " + Cell(result.Reason) : "")} |"));
        return File.WriteAllLinesAsync(file, [Sum(results) + ".", "", "| # | section | rule | result |", "|---|---|---|---|", .. rows], cancellationToken);
    }

    private static string Word(CheckResult result) => result.Outcome switch { Outcome.Passed => "passed", Outcome.Failed => "FAILED", _ => "n/a" };

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private static int Count(IReadOnlyList<CheckResult> results, Outcome outcome) => results.Count(result => result.Outcome == outcome);
}
