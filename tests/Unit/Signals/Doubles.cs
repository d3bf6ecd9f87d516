using System.Diagnostics.Metrics;
using DaprTrading.Contracts;
using DaprTrading.Signals.CoolDowns;
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

/// <summary>One document with compare-and-swap, in memory.</summary>
internal sealed class FakeSettingsStore : ISettingsStore
{
    private int _etag;

    public SettingsLedger? Stored { get; private set; }

    public StrategySettings? Before { get; init; }

    public Exception? Failure { get; set; }

    public int Loads { get; private set; }

    public Task<StoredLedger> LoadAsync(CancellationToken cancellationToken)
    {
        Loads++;
        if (Failure is not null)
            return Task.FromException<StoredLedger>(Failure);
        return Task.FromResult(new StoredLedger(
            Stored ?? SettingsLedger.StartingWith(Before ?? StrategySettings.Default), Stored is null ? "" : _etag.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    public Task<bool> TrySaveAsync(SettingsLedger ledger, string etag, CancellationToken cancellationToken)
    {
        if (etag != (Stored is null ? "" : _etag.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            return Task.FromResult(false);
        (Stored, _etag) = (ledger, _etag + 1);
        return Task.FromResult(true);
    }
}

/// <summary>The series as far as it is kept somewhere.</summary>
internal sealed class FakePastPoints : IPastPoints
{
    /// <summary>Points by symbol, ascending from 1.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<string, IReadOnlyList<IndicatorPoint>> Kept { get; } = new();

    public List<(string Symbol, long From, long To)> Asked { get; } = [];

    public Task<IReadOnlyList<IndicatorPoint>?> ReadAsync(string symbol, long from, long to, CancellationToken cancellationToken)
    {
        Asked.Add((symbol, from, to));
        return Task.FromResult<IReadOnlyList<IndicatorPoint>?>(
            Kept.TryGetValue(symbol, out IReadOnlyList<IndicatorPoint>? points) && points.Count >= to
                ? [.. points.Skip((int)from - 1).Take((int)(to - from + 1))]
                : null);
    }
}

/// <summary>A clock that is set by hand.</summary>
internal sealed class HandClock : TimeProvider
{
    public long NowMs { get; set; } = 1_000_000;

    public override long TimestampFrequency => 1_000;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public override long GetTimestamp() => NowMs;
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
