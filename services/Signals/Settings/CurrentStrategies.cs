using Dapr;
using Microsoft.Extensions.Options;

namespace DaprTrading.Signals.Settings;

/// <summary>The strategies this replica evaluates by. Thread-safe.</summary>
internal sealed class CurrentStrategies(
    ISettingsStore store, IOptions<SettingsOptions> options, TimeProvider time, ILogger<CurrentStrategies> logger) : IDisposable
{
    private const int MaxAttempts = 50;
    private static readonly TimeSpan MaxAhead = TimeSpan.FromHours(1), AfterFailure = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _gate = new(1);
    private volatile StrategyTimeline? _timeline;
    private long _failedAt;
    private bool _failing;

    /// <summary>A timeline that decides every bar accepted up to a moment.</summary>
    /// <param name="moment">Unix milliseconds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when that cannot be known now: the store is away, or the moment lies more than an hour ahead of this clock.</returns>
    public ValueTask<StrategyTimeline?> DecideAsync(long moment, CancellationToken cancellationToken) =>
        _timeline is { } timeline && timeline.Horizon >= moment ? new(timeline) : new(FixAsync(moment, cancellationToken));

    public void Dispose() => _gate.Dispose();

    private async Task<StrategyTimeline?> FixAsync(long moment, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_timeline is { } known && known.Horizon >= moment)
                return known;
            if (_failing && time.GetElapsedTime(_failedAt) < AfterFailure)
                return null;
            return await ReadOrMoveAsync(moment, cancellationToken);
        }
        catch (Exception e) when (e is DaprException or HttpRequestException or InvalidDataException)
        {
            if (!_failing)
                logger.SettingsUnknown(e);
            (_failing, _failedAt) = (true, time.GetTimestamp());
            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<StrategyTimeline?> ReadOrMoveAsync(long moment, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            (SettingsLedger ledger, string etag) = await store.LoadAsync(cancellationToken);
            if (ledger.Horizon >= moment)
                return Use(ledger);

            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (moment > now + MaxAhead.TotalMilliseconds)
            {
                logger.BarFromTheFuture(moment - now);
                return null;
            }

            SettingsLedger moved = ledger.FixUntil(Math.Max(moment, now + (long)options.Value.Lead.TotalMilliseconds));
            if (await store.TrySaveAsync(moved, etag, cancellationToken))
                return Use(moved);
        }

        throw new DaprException($"The settings of the strategies were changed by others {MaxAttempts} times in a row.");
    }

    private StrategyTimeline Use(SettingsLedger ledger)
    {
        StrategyTimeline? before = _timeline;
        var timeline = new StrategyTimeline(ledger, before);
        if (before is null || before.Ledger.Newest.Version != ledger.Newest.Version)
            logger.SettingsKnown(ledger.Newest.Version, ledger.Newest.EffectiveFrom, ledger.Newest.Settings);
        (_timeline, _failing) = (timeline, false);
        return timeline;
    }
}

internal static partial class SettingsLog
{
    [LoggerMessage(3001, LogLevel.Information, "Strategy settings version {Version} apply to bars accepted from {From}: {Settings}")]
    public static partial void SettingsKnown(this ILogger logger, int version, long from, DaprTrading.Strategies.StrategySettings settings);

    [LoggerMessage(3002, LogLevel.Warning, "The strategy settings cannot be read or are not valid; points come again until they can")]
    public static partial void SettingsUnknown(this ILogger logger, Exception exception);

    [LoggerMessage(3003, LogLevel.Error, "A bar was accepted {Ahead} ms in the future of this clock; it is not evaluated")]
    public static partial void BarFromTheFuture(this ILogger logger, long ahead);
}
