using DaprTrading.Tests.Testing;

// The suites share one machine's two cores with whole systems: side by side they would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace DaprTrading.Tests.Integration;

/// <summary>One system for the tests that do not break it. Each test uses symbols of its own.</summary>
public sealed class SystemFixture : IAsyncLifetime
{
    private int _symbols;

    public RunningSystem System { get; private set; } = null!;

    public Producer Producer { get; private set; } = null!;

    public string NewSymbol() => $"T{Interlocked.Increment(ref _symbols):000}";

    public async Task InitializeAsync()
    {
        System = await RunningSystem.StartAsync();
        Producer = new Producer(System);
    }

    public async Task DisposeAsync()
    {
        Producer.Dispose();
        await System.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedSystem : ICollectionFixture<SystemFixture>
{
    public const string Name = "one shared system";
}
