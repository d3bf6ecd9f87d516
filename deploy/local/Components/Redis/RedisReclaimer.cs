namespace DaprTrading.LocalRuntime.Components;

/// <summary>Finds entries that were handed out and never acknowledged, and has them handled again.</summary>
internal sealed class RedisReclaimer(
    RedisClient client, RedisStreamOptions options, RedisConsumerGroup group, Func<IReadOnlyList<StreamEntry>, Task> dispatch, TimeProvider time)
{
    private readonly SemaphoreSlim _now = new(0, 1);

    /// <summary>Looks at once instead of at the next interval.</summary>
    public void LookNow()
    {
        try
        {
            _now.Release();
        }
        catch (SemaphoreFullException)
        {
            // A look is due already.
        }
    }

    /// <summary>Looks at the start, then at every interval, and whenever an entry is given back.</summary>
    /// <remarks>
    /// The first look of a process takes whatever was pending before the process came, however short the time: all instances of an app read in this
    /// one process, so its reader is dead. That is sooner than daprd would redeliver.
    /// </remarks>
    public async Task RunAsync(CancellationToken stop)
    {
        bool leftovers = group.TakeLeftovers();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await TakeReleasedAsync(stop).ConfigureAwait(false);
                if (options.Reclaims) await ReclaimAsync(leftovers, stop).ConfigureAwait(false);
                leftovers = false;
                await NextAsync(stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is ComponentException or RedisServerException or RedisProtocolException)
            {
                // The client tells that Redis is away, the reading loop makes a missing group; the next look is soon enough.
                await PauseAsync(stop).ConfigureAwait(false);
            }
        }
    }

    private async Task NextAsync(CancellationToken stop)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task interval = options.Reclaims ? Task.Delay(options.RedeliverInterval, time, wait.Token) : Task.Delay(Timeout.InfiniteTimeSpan, wait.Token);
        Task asked = _now.WaitAsync(wait.Token);
        await Task.WhenAny(interval, asked, group.ReleasedSome).ConfigureAwait(false);
        await wait.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    private async Task PauseAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    // This process knows that nobody handles these, so they need not have been idle for any time.
    private async Task TakeReleasedAsync(CancellationToken stop)
    {
        while (group.TakeReleased(options.QueueDepth) is { Count: > 0 } ids)
        {
            await ClaimAsync(ids, minIdleMilliseconds: 0, giveBack: true, stop).ConfigureAwait(false);
        }
    }

    private async Task ReclaimAsync(bool leftovers, CancellationToken stop)
    {
        StreamId from = default;
        while (true)
        {
            PendingEntry[] page = await StreamCommands.PendingAsync(client, group.Key, from, options.QueueDepth, stop).ConfigureAwait(false);
            // The age is taken after the answer: an entry this process read while it was asking is younger still.
            long minIdle = (long)(leftovers ? group.Age : options.ProcessingTimeout).TotalMilliseconds + (leftovers ? 1 : 0);
            var ids = new List<StreamId>();
            foreach (PendingEntry entry in page)
            {
                if (entry.IdleMilliseconds >= minIdle && group.TryBegin(entry.Id)) ids.Add(entry.Id);
            }

            if (ids.Count > 0) await ClaimAsync(ids, leftovers ? 0 : minIdle, giveBack: false, stop).ConfigureAwait(false);
            if (page.Length < options.QueueDepth) return;
            from = page[^1].Id.Next;
        }
    }

    private async Task ClaimAsync(List<StreamId> ids, long minIdleMilliseconds, bool giveBack, CancellationToken stop)
    {
        StreamEntry[] claimed;
        try
        {
            claimed = await StreamCommands.ClaimAsync(client, group.Key, minIdleMilliseconds, ids, stop).ConfigureAwait(false);
        }
        catch
        {
            foreach (StreamId id in ids)
            {
                if (giveBack) group.Release(id);
                else group.Abandon(id);
            }

            throw;
        }

        List<StreamId> missing = claimed.Length < ids.Count ? [.. ids.Except(claimed.Select(entry => entry.Id))] : [];
        foreach (StreamId id in missing) group.Abandon(id);
        await dispatch(claimed).ConfigureAwait(false);
        if (missing.Count > 0) await DropMissingAsync(missing, stop).ConfigureAwait(false);
    }

    // An id that was not claimed belongs to an entry that was trimmed or deleted, which is acknowledged, or that another process claimed first.
    private async Task DropMissingAsync(List<StreamId> missing, CancellationToken stop)
    {
        bool[] exist = await StreamCommands.ExistAsync(client, group.Key.Topic, missing, stop).ConfigureAwait(false);
        List<StreamId> gone = [.. missing.Where((_, i) => !exist[i])];
        if (gone.Count > 0) await StreamCommands.AcknowledgeAsync(client, group.Key, gone, stop).ConfigureAwait(false);
    }
}
