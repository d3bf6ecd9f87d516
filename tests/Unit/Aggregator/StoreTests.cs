using Dapr;
using Dapr.Client;
using DaprTrading.Aggregator;
using DaprTrading.Aggregator.Summaries;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.ServiceDefaults;
using DaprTrading.Tests.Unit.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Aggregator;

/// <summary>What goes through the sidecar besides actors.</summary>
public sealed class StoreTests : IAsyncLifetime
{
    private StubSidecar _sidecar = null!;
    private DaprClient _dapr = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await StubSidecar.StartAsync();
        _dapr = new DaprClientBuilder().UseHttpEndpoint(_sidecar.Endpoint).UseJsonSerializationOptions(ServiceJson.Options(AggregatorJson.Default)).Build();
    }

    public async Task DisposeAsync()
    {
        _dapr.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Directory_Full_AsksTheStoreNoMoreAndListsNoMore()
    {
        using var directory = new SymbolDirectory(
            _dapr, Options.Create(new AggregatorOptions { MaxSymbols = 2 }), TimeProvider.System, NullLogger<SymbolDirectory>.Instance);
        foreach (string symbol in (string[])["A", "B", "C"]) await directory.AddAsync(symbol, default);
        int reads = _sidecar.Reads;

        for (int turn = 0; turn < 10; turn++) await directory.AddAsync("D", default);

        _sidecar.Reads.Should().Be(reads);
        (await directory.ReadAsync(default)).Should().Equal("A", "B");
    }

    [Fact]
    public async Task Publisher_BrokerDoesNotTakeASummary_SendsItAgain()
    {
        var publisher = new SummaryPublisher(_dapr, Options.Create(new AggregatorOptions()), TimeProvider.System, NullLogger<SummaryPublisher>.Instance);
        RunningSummary running = RunningSummary.Apply(null, APoint.Walk(3, seed: 1));
        publisher.Offer("A", running, SignalCounts.None);
        _sidecar.Refuses = "\"symbol\":\"A\"";

        Func<Task> refused = () => publisher.PublishAsync(default);
        await refused.Should().ThrowAsync<DaprException>();
        _sidecar.Refuses = null;
        await publisher.PublishAsync(default);

        _sidecar.Published.Should().ContainSingle();
    }
}
