using DaprTrading.Conformance.Checks;
using DaprTrading.Conformance.Local;
using DaprTrading.Conformance.Running;
using DaprTrading.Tests.Contract.Testing;

namespace DaprTrading.Tests.Contract.Conformance;

/// <summary>Runs all checks once, side by side, against the local runtime on a Redis and a PostgreSQL of its own.</summary>
public sealed class LocalRuntimeFixture : IAsyncLifetime
{
    /// <summary>Results by the number of the check.</summary>
    public IReadOnlyDictionary<int, CheckResult> Results { get; private set; } = new Dictionary<int, CheckResult>();

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        await using var target = new LocalTarget(redis.Host, postgres.Connection);
        IReadOnlyList<CheckResult> results = await new CheckRunner(target, TimeProvider.System).RunAsync(AllChecks.List, CancellationToken.None);
        Results = results.ToDictionary(result => result.Id);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;
}
