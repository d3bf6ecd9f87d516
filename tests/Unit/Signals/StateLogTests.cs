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
        using DaprClient dapr = new DaprClientBuilder()
            .UseHttpEndpoint(_sidecar.Endpoint).UseJsonSerializationOptions(ServiceJson.Options(SignalsJson.Default)).Build();
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

    private static StateLog<TradingSignal> Log(DaprClient dapr) => new(dapr, "statestore", "log", static signal => signal.Id, pageSize: 10);

    private static TradingSignal Signal(int n) => new($"T:{n}:a", "T", Side.Buy, "a", 0.5, 100, n, n, ["because"], "s", n);
}
