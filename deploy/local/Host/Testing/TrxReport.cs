using System.Xml;
using System.Xml.Linq;

namespace DaprTrading.LocalRuntime.Host.Testing;

/// <summary>Reads the result files of <c>dotnet test --logger trx</c>.</summary>
internal static class TrxReport
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>
    /// Sums the results in a file. They are counted one by one: the counters at the end of the file leave skipped tests out.
    /// </summary>
    /// <param name="suite">Name of the suite.</param>
    /// <param name="file">The result file.</param>
    /// <param name="exitCode">Exit code of the run: one that failed without a failed test has been cut short.</param>
    public static SuiteResult Read(string suite, string file, int exitCode)
    {
        if (!File.Exists(file)) return SuiteResult.NotRun(suite, $"no results were written (dotnet test ended with {exitCode})");

        XDocument document;
        try
        {
            document = XDocument.Load(file);
        }
        catch (XmlException e)
        {
            return SuiteResult.NotRun(suite, $"its results cannot be read: {e.Message}");
        }

        int passed = 0;
        List<TestFailure> failures = [];
        List<string> skipped = [];
        foreach (XElement result in document.Descendants(Trx + "UnitTestResult"))
        {
            string name = (string?)result.Attribute("testName") ?? "?";
            switch ((string?)result.Attribute("outcome"))
            {
                case "Passed": passed++; break;
                case "NotExecuted" or "Pending" or "Inconclusive" or "Disconnected": skipped.Add(name); break;
                default: failures.Add(new TestFailure(name, Message(result))); break;
            }
        }

        if (exitCode != 0 && failures.Count == 0) failures.Add(new TestFailure($"{suite} (suite)", RunProblem(document, exitCode)));
        return passed + failures.Count + skipped.Count == 0 ? SuiteResult.NotRun(suite, "it holds no tests") : new SuiteResult(suite, passed, failures, skipped);
    }

    private static string Message(XElement result)
    {
        XElement? error = result.Descendants(Trx + "ErrorInfo").FirstOrDefault();
        string message = ((string?)error?.Element(Trx + "Message") ?? "no message").Trim();
        IEnumerable<string> stack = ((string?)error?.Element(Trx + "StackTrace") ?? "").Split('\n', StringSplitOptions.TrimEntries)
            .Where(line => line.Contains(" in ", StringComparison.Ordinal)).Take(3);
        return string.Join('\n', stack.Prepend(message));
    }

    private static string RunProblem(XDocument document, int exitCode)
    {
        string texts = string.Join('\n', document.Descendants(Trx + "RunInfo").Descendants(Trx + "Text").Select(text => text.Value.Trim()).Take(3));
        return $"the run ended with code {exitCode} although no test failed" + (texts.Length > 0 ? ":\n" + texts : "");
    }
}
