using System.Diagnostics.Metrics;
using DaprTrading.Contracts;
using DaprTrading.Signals.History;
using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Signals;

internal sealed class FakeSignalLog : ISignalLog
{
    public List<TradingSignal> Signals { get; } = [];

    public Task AppendAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken)
    {
        Signals.AddRange(signals);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<TradingSignal>> ReadNewestAsync(int limit, Func<TradingSignal, bool> where, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TradingSignal>>([.. Signals.AsEnumerable().Reverse().Where(where).Take(limit)]);
}

internal sealed class FakeSettingsStore : ISettingsStore
{
    public StrategySettings? Stored { get; set; }

    public Exception? Failure { get; set; }

    public Task<StrategySettings?> LoadAsync(CancellationToken cancellationToken) =>
        Failure is null ? Task.FromResult(Stored) : Task.FromException<StrategySettings?>(Failure);

    public Task SaveAsync(StrategySettings settings, CancellationToken cancellationToken)
    {
        Stored = settings;
        return Task.CompletedTask;
    }
}

internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
