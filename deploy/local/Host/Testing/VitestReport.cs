namespace DaprTrading.LocalRuntime.Host.Testing;

/// <summary>The part of vitest's JSON report that is summed.</summary>
/// <param name="NumPassedTests">Passed.</param>
/// <param name="NumFailedTests">Failed.</param>
/// <param name="NumPendingTests">Skipped.</param>
/// <param name="NumTodoTests">Announced but not written.</param>
/// <param name="TestResults">Per file.</param>
internal sealed record VitestReport(int NumPassedTests, int NumFailedTests, int NumPendingTests, int NumTodoTests, IReadOnlyList<VitestFile>? TestResults);

/// <summary>One file of tests.</summary>
/// <param name="Name">Path.</param>
/// <param name="Status"><c>passed</c> or <c>failed</c>; a file that cannot be loaded has no assertions.</param>
/// <param name="Message">Why the file failed as a whole.</param>
/// <param name="AssertionResults">Its tests.</param>
internal sealed record VitestFile(string Name, string? Status, string? Message, IReadOnlyList<VitestTest>? AssertionResults);

/// <summary>One test.</summary>
/// <param name="FullName">Name with its groups.</param>
/// <param name="Status"><c>passed</c>, <c>failed</c>, <c>pending</c>, <c>skipped</c> or <c>todo</c>.</param>
/// <param name="FailureMessages">Why it failed.</param>
internal sealed record VitestTest(string FullName, string Status, IReadOnlyList<string>? FailureMessages);
