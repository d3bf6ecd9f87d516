using DaprTrading.Conformance.Checks;
using DaprTrading.Conformance.Running;

namespace DaprTrading.Tests.Contract.Conformance;

/// <summary>The local runtime, with real sidecars, components, actors and Redis together, keeps Dapr's HTTP contract.</summary>
public sealed class LocalRuntimeConformanceTests(LocalRuntimeFixture runtime) : IClassFixture<LocalRuntimeFixture>
{
    /// <summary>Number and name of every check that can be run over HTTP.</summary>
    public static TheoryData<int, string> Checks
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (Check check in AllChecks.List.Where(check => check.NotOverHttp is null)) data.Add(check.Id, check.Title);
            return data;
        }
    }

    [Theory, MemberData(nameof(Checks))]
    public void LocalRuntime_KeepsTheContract(int id, string rule)
    {
        CheckResult result = runtime.Results[id];

        result.Outcome.Should().Be(Outcome.Passed, "{0}: {1}", rule, result.Reason);
    }

    [Fact]
    public void Checks_HaveEveryNumberOnce() => AllChecks.List.Select(check => check.Id).Order().Should().Equal(Enumerable.Range(1, 195));
}
