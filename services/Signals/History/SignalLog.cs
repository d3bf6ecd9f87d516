using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Signals.History;

/// <summary>The signals of the recent past, shared by all replicas.</summary>
internal interface ISignalLog
{
    /// <summary>Appends the signals that are not in the log yet.</summary>
    Task AppendAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken);

    /// <summary>Up to <paramref name="limit"/> signals that fit, newest first.</summary>
    Task<IReadOnlyList<TradingSignal>> ReadNewestAsync(int limit, Func<TradingSignal, bool> where, CancellationToken cancellationToken);
}

/// <summary>Keeps the signals in the state store.</summary>
internal sealed class SignalLog(StateLog<TradingSignal> log) : ISignalLog
{
    public async Task AppendAsync(IReadOnlyList<TradingSignal> signals, CancellationToken cancellationToken) =>
        await log.AppendAsync(signals, cancellationToken);

    public Task<IReadOnlyList<TradingSignal>> ReadNewestAsync(
        int limit, Func<TradingSignal, bool> where, CancellationToken cancellationToken) =>
        log.ReadNewestAsync(limit, where, cancellationToken);
}
