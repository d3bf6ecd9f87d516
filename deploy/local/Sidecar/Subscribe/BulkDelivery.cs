using System.Net;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>
/// Gathers messages into batches: a batch goes when it is full or its window ends, and while all places in flight are taken the next ones
/// gather. What waits is bounded by the broker component, which never has more handler calls open than its concurrency.
/// </summary>
internal sealed class BulkDelivery
{
    private const int MaxInFlight = 4;

    private readonly TopicSubscription _subscription;
    private readonly BulkSubscribeOptions _options;
    private readonly BulkBatch.Sender _sender;
    private readonly TimeProvider _time;
    private readonly ITimer _window;
    private readonly Lock _gate = new();
    private Queue<BulkEntry> _gathering = new();
    private bool _due;
    private int _inFlight;

    public BulkDelivery(TopicSubscription subscription, LocalSidecar sidecar, BulkSubscribeOptions options)
    {
        _subscription = subscription;
        _options = options;
        _sender = new BulkBatch.Sender(subscription, sidecar);
        _time = sidecar.Services.Time;
        _window = _time.CreateTimer(
            static self => ((BulkDelivery)self!).WindowEnded(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends when the message may be acknowledged.</summary>
    public Task DeliverAsync(PubSubMessage message, string path, TraceContext trace, CancellationToken cancellationToken)
    {
        var entry = new BulkEntry(message, path, trace, cancellationToken);
        lock (_gate)
        {
            _gathering.Enqueue(entry);
            if (_gathering.Count == 1) _window.Change(TimeSpan.FromMilliseconds(_options.MaxAwaitDurationMs), Timeout.InfiniteTimeSpan);
            SendWhatIsDue();
        }

        return entry.Task;
    }

    private void WindowEnded()
    {
        lock (_gate)
        {
            if (_gathering.Count == 0) return;
            _due = true;
            SendWhatIsDue();
        }
    }

    private void SendWhatIsDue()
    {
        while (_inFlight < MaxInFlight && _gathering.Count > 0 && (_due || _gathering.Count >= _options.MaxMessagesCount))
        {
            var batch = new BulkEntry[Math.Min(_gathering.Count, _options.MaxMessagesCount)];
            for (int i = 0; i < batch.Length; i++) batch[i] = _gathering.Dequeue();
            _inFlight++;
            if (_gathering.Count == 0) _due = false;
            // RunAsync never fails: every failure becomes the outcome of its entries.
            _ = RunAsync(batch);
        }

        if (_gathering.Count == 0) _window.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private async Task RunAsync(BulkEntry[] batch)
    {
        await Task.Yield();
        try
        {
            if (Array.TrueForAll(batch, entry => entry.Path == batch[0].Path))
            {
                await DeliverAsync(batch);
            }
            else
            {
                await Task.WhenAll(batch.GroupBy(entry => entry.Path, StringComparer.Ordinal).Select(group => DeliverAsync([.. group])));
            }
        }
        catch (Exception e)
        {
            foreach (BulkEntry entry in batch) entry.Fail(new DeliveryPostponedException(e.Message, e));
        }
        finally
        {
            lock (_gate)
            {
                _inFlight--;
                SendWhatIsDue();
            }
        }
    }

    private async Task DeliverAsync(BulkEntry[] entries)
    {
        // The first one has waited for longest, so its time limit ends the batch; those that could have waited for longer come again with it.
        CancellationToken cancellationToken = entries[0].CancellationToken;
        var batch = new BulkBatch(entries, _time);
        Exception? error = null;
        try
        {
            await _subscription.Gate.RunAsync(_subscription.Target.Inbound, batch, _sender.AttemptAsync, cancellationToken);
        }
        catch (Exception e)
        {
            error = e;
        }

        await Task.WhenAll([
            .. batch.Dropped.Select(entry => SettleAsync(entry, () => _subscription.DropAsync(entry.Message, "the app dropped it", entry.CancellationToken))),
            .. batch.Pending.Select(entry => SettleAsync(entry, () => FailAsync(entry, error, cancellationToken.IsCancellationRequested))),
        ]);
    }

    private Task FailAsync(BulkEntry entry, Exception? error, bool interrupted)
    {
        Exception reason = error ?? new AppStatusException((int)HttpStatusCode.InternalServerError, "no answer for the entry");
        if (_subscription.Gate.Stopping) throw new DeliveryAbandonedException(reason);
        if (interrupted) throw new DeliveryPostponedException($"interrupted: {reason.Message}", reason);
        return _subscription.FailAsync(entry.Message, reason, entry.CancellationToken);
    }

    private static async Task SettleAsync(BulkEntry entry, Func<Task> settle)
    {
        try
        {
            await settle();
            entry.Done();
        }
        catch (Exception e)
        {
            entry.Fail(e);
        }
    }
}
