using Dapr;
using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Signals;

namespace DaprTrading.Tests.Unit.Signals;

public sealed class StateLogTests : IAsyncLifetime
{
    private FakeSidecar _sidecar = null!;

    public async Task InitializeAsync() => _sidecar = await FakeSidecar.StartAsync();

    public async Task DisposeAsync() => await _sidecar.DisposeAsync();

    [Fact]
    public async Task Append_RepeatOfASealedPage_IsIgnoredByEveryReplica()
    {
        using DaprClient dapr = Client();
        using StateLog<TradingSignal> one = Log(dapr), another = Log(dapr);
        TradingSignal[] signals = [.. Enumerable.Range(1, 25).Select(Signal)];
        foreach (TradingSignal[] part in signals.Chunk(5))
            await one.AppendAsync(part, default);

        IReadOnlyList<TradingSignal> repeated = await one.AppendAsync(signals, default);
        IReadOnlyList<TradingSignal> elsewhere = await another.AppendAsync([Signal(3), Signal(26), Signal(26)], default);

        repeated.Should().BeEmpty();
        elsewhere.Select(signal => signal.N).Should().Equal(26);
        (await another.ReadNewestAsync(100, null, default)).Select(signal => signal.N).Should().Equal(Enumerable.Range(1, 26).Reverse().Select(n => (long)n));
    }

    [Fact]
    public async Task Append_OthersAreFaster_ReadsAgainFromTheFirstEntryOn()
    {
        using DaprClient dapr = Client();
        using StateLog<TradingSignal> log = Log(dapr);
        for (int i = 0; i < 3; i++) _sidecar.FasterWriters.Enqueue("""{"sealed":0,"items":[]}""");

        IReadOnlyList<TradingSignal> added = await log.AppendAsync([Signal(1)], default);

        added.Should().ContainSingle();
        _sidecar.FasterWriters.Should().BeEmpty();
        (await log.ReadNewestAsync(100, null, default)).Should().ContainSingle();
    }

    [Fact]
    public async Task Swap_AnotherWriterMadeTheKey_IsFalseAndNothingIsOverwritten()
    {
        using DaprClient dapr = Client();
        _sidecar.FasterWriters.Enqueue("\"theirs\"");

        (await dapr.TrySwapAsync("statestore", "k", "ours", "", default)).Should().BeFalse();

        (await dapr.GetStateAsync<string>("statestore", "k")).Should().Be("theirs");
    }

    [Fact]
    public async Task Swap_StoreThatFails_IsAnErrorNotALostRace()
    {
        using DaprClient dapr = Client();
        _sidecar.FailSave = true;

        await dapr.Invoking(d => d.TrySwapAsync("statestore", "k", "ours", "", default)).Should().ThrowAsync<DaprException>();
    }

    private DaprClient Client() => new DaprClientBuilder()
        .UseHttpEndpoint(_sidecar.Endpoint).UseJsonSerializationOptions(ServiceJson.Options(SignalsJson.Default)).Build();

    private static StateLog<TradingSignal> Log(DaprClient dapr) => new(dapr, "statestore", "log", static signal => signal.Id, pageSize: 10);

    private static TradingSignal Signal(int n) => new($"T:{n}:a", "T", Side.Buy, "a", 0.5, 100, n, n, ["because"], "s", n);
}
