namespace DaprTrading.LocalRuntime.Host.Testing;

/// <summary>What one suite did.</summary>
/// <param name="Suite">Name of the suite.</param>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Failures">Tests that failed, and a suite that could not run.</param>
/// <param name="Skipped">Names of tests that did not run; each counts as failed.</param>
internal sealed record SuiteResult(string Suite, int Passed, IReadOnlyList<TestFailure> Failures, IReadOnlyList<string> Skipped)
{
    /// <summary>Everything that did not pass.</summary>
    public int Failed => Failures.Count + Skipped.Count;

    /// <summary>A suite that did not run counts as one failure.</summary>
    public static SuiteResult NotRun(string suite, string reason) => new(suite, 0, [new TestFailure($"{suite} (suite)", reason)], []);
}

/// <summary>A failed test.</summary>
/// <param name="Test">Its name.</param>
/// <param name="Message">Why.</param>
internal sealed record TestFailure(string Test, string Message);
