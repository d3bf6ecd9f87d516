using DaprTrading.LocalRuntime.Host.Testing;

namespace DaprTrading.Tests.Contract.Host;

public sealed class TestReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_PassedFailedAndSkipped_AreSummedOneByOne()
    {
        string file = Trx("""
            <UnitTestResult testName="A.Passes" outcome="Passed" />
            <UnitTestResult testName="A.PassesToo" outcome="Passed" />
            <UnitTestResult testName="A.Fails" outcome="Failed">
              <Output><ErrorInfo><Message>expected 1, found 2</Message><StackTrace>   at A.Fails() in a.cs:line 7</StackTrace></ErrorInfo></Output>
            </UnitTestResult>
            <UnitTestResult testName="A.Skipped" outcome="NotExecuted" />
            """);

        SuiteResult result = TrxReport.Read("unit", file, exitCode: 1);

        result.Passed.Should().Be(2);
        result.Failed.Should().Be(2);
        result.Failures.Should().ContainSingle().Which.Message.Should().Contain("expected 1, found 2").And.Contain("a.cs:line 7");
        result.Skipped.Should().Equal("A.Skipped");
    }

    [Fact]
    public void Read_RunThatWasCutShort_CountsAsFailed()
    {
        string file = Trx("""<UnitTestResult testName="A.Passes" outcome="Passed" />""");

        SuiteResult result = TrxReport.Read("unit", file, exitCode: 1);

        result.Passed.Should().Be(1);
        result.Failures.Should().ContainSingle().Which.Test.Should().Contain("unit");
    }

    [Fact]
    public void Read_NoResultsAtAll_CountsAsFailed()
    {
        TrxReport.Read("unit", _folder.File("missing.trx"), exitCode: 0).Failed.Should().Be(1);
        TrxReport.Read("unit", Trx(""), exitCode: 0).Failed.Should().Be(1);
        File.WriteAllText(_folder.File("broken.trx"), "<TestRun");
        TrxReport.Read("unit", _folder.File("broken.trx"), exitCode: 0).Failed.Should().Be(1);
    }

    [Fact]
    public void Read_VitestReport_IsSummed()
    {
        SuiteResult result = DashboardSuite.Read(
            """
            {"numPassedTests":1,"numFailedTests":1,"numPendingTests":1,"numTodoTests":0,"success":false,"testResults":[
              {"name":"a.test.ts","status":"failed","assertionResults":[
                {"fullName":"store keeps points","status":"passed","failureMessages":[]},
                {"fullName":"store drops old points","status":"failed","failureMessages":["expected 1 to be 2"]},
                {"fullName":"store later","status":"pending","failureMessages":[]}]},
              {"name":"b.test.ts","status":"failed","message":"cannot be loaded","assertionResults":[]}]}
            """u8, exitCode: 1);

        result.Passed.Should().Be(1);
        result.Failures.Select(failure => failure.Test).Should().Equal("store drops old points", "b.test.ts");
        result.Skipped.Should().Equal("store later");
    }

    private string Trx(string results)
    {
        string file = _folder.File("results.trx");
        File.WriteAllText(file, $"""
            <?xml version="1.0" encoding="utf-8"?>
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>{results}</Results></TestRun>
            """);
        return file;
    }
}
