using Dapr;

namespace DaprTrading.Ingestion.BackPressure;

/// <summary>Keeps the <see cref="UnreadRecord"/>, so that the bound holds over restarts and for all ingestion processes together.</summary>
/// <remarks>
/// A process writes down a reserve before it publishes, and writes again when that is used up or a second has passed, so the record is never short of what
/// was published, whenever a process dies. Publishing waits for the write; without the state store nothing is accepted once the reserve is used up.
/// </remarks>
internal sealed class UnreadBook(BackPressureGate gate, IUnreadStore store, TimeProvider time, ILogger<UnreadBook> logger) : BackgroundService
{
    private const int MaxAttempts = 20;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _one = new(1, 1);
    private bool _failing;

    /// <summary>Ends when the record speaks of these events, so that they may be published.</summary>
    /// <exception cref="TooMuchUnreadException">There is no room for them.</exception>
    /// <exception cref="DaprException">The state store does not answer.</exception>
    public async ValueTask ReserveAsync(int events, CancellationToken cancellationToken)
    {
        if (!gate.IsOff && !gate.Covers(events)) await RenewAsync(events, leaving: false, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (gate.IsOff) return;
        // What was reserved and not used is given back. Without this it counts as unread until something newer is read.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(FarewellLimit);
        await TryRenewAsync(leaving: true, limit.Token);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (gate.IsOff) return;
        await Task.Yield();
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                if (gate.IsRenewalDue()) await TryRenewAsync(leaving: false, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task TryRenewAsync(bool leaving, CancellationToken cancellationToken)
    {
        try
        {
            await RenewAsync(0, leaving, cancellationToken);
            if (_failing) logger.RecordIsKept();
            _failing = false;
        }
        catch (Exception e) when (e is DaprException or InvalidDataException || (leaving && e is OperationCanceledException))
        {
            if (!_failing) logger.RecordIsNotKept(e);
            _failing = true;
        }
    }

    private async Task RenewAsync(int events, bool leaving, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            for (int attempt = 0; attempt < MaxAttempts; attempt++)
            {
                (UnreadRecord? stored, string etag) = await store.ReadAsync(cancellationToken);
                UnreadRecord before = stored?.Readable() ?? UnreadRecord.Empty, after = gate.Renew(before, events, leaving);
                if (!ReferenceEquals(before, after) && !await store.TryWriteAsync(after, etag, cancellationToken)) continue;
                gate.Renewed();
                return;
            }
        }
        finally
        {
            _one.Release();
        }

        throw new DaprException($"The record of unread events was changed by others {MaxAttempts} times in a row.");
    }
}

internal static partial class UnreadBookLog
{
    [LoggerMessage(2021, LogLevel.Warning, "The record of unread events cannot be kept; bars are refused once what is reserved in it is used up")]
    public static partial void RecordIsNotKept(this ILogger logger, Exception exception);

    [LoggerMessage(2022, LogLevel.Information, "The record of unread events is kept again")]
    public static partial void RecordIsKept(this ILogger logger);
}
