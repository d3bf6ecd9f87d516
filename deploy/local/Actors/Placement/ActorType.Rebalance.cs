namespace DaprTrading.LocalRuntime.Actors;

internal sealed partial class ActorType
{
    private const int DeactivationsAtOnce = 16;

    /// <summary>How long a cancelled call may take to come back before the change goes on without it; its actor's queue still waits for it.</summary>
    private static readonly TimeSpan CancellationPatience = TimeSpan.FromSeconds(5);

    /// <summary>A host joins: lock, drain, update, deactivate what moves, unlock.</summary>
    public Task JoinAsync(HostedType host) => ChangeAsync(joining: host, leaving: null);

    /// <summary>A host that still answers leaves.</summary>
    public Task LeaveAsync(HostedType host) => ChangeAsync(joining: null, leaving: host);

    /// <summary>
    /// A host is dead. Its actors belong to others at once: nothing that runs elsewhere moves, so nothing is drained, and its own calls fail now.
    /// </summary>
    public void Bury(HostedType host)
    {
        CancellationTokenSource epoch;
        int moved = 0;
        bool left;
        lock (_sync)
        {
            if (host.Dead) return;
            left = host.Gone;
            host.Dead = true;
            host.Gone = true;
            _hosts.Remove(host);
            _ring = HashRing.Of(_hosts);
            foreach (Actor actor in _actors.Values.Where(actor => actor.ActiveOn == host).ToList())
            {
                host.Untold.Add(actor.Id);
                Passivate(actor);
                moved++;
            }

            _moved += moved;
            host.Timers.Clear();
            epoch = host.Epoch;
        }

        if (!left) LogChanged(context.Logger, Name, _hosts.Count, moved);
        epoch.Cancel();
        context.Changes.Raise();
    }

    private async Task ChangeAsync(HostedType? joining, HostedType? leaving)
    {
        await _changing.WaitAsync(context.Background.Stopping);
        try
        {
            HostedType[] hosts;
            lock (_sync)
            {
                if (leaving is { Gone: true }) return;
                _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                hosts = [.. _hosts];
            }

            await Task.WhenAll(hosts.Select(DrainAsync));
            List<(Actor Actor, HostedType Host)> moving = Update(joining, leaving);
            await Parallel.ForEachAsync(
                moving,
                new ParallelOptions { MaxDegreeOfParallelism = DeactivationsAtOnce },
                async (move, _) => await DeactivateAsync(move.Actor, move.Host, moved: true));
            LogChanged(context.Logger, Name, _hosts.Count, moving.Count);
        }
        finally
        {
            Unlock();
            _changing.Release();
            context.Changes.Raise();
        }
    }

    private void Unlock()
    {
        lock (_sync)
        {
            _gate?.TrySetResult();
            _gate = null;
        }
    }

    /// <summary>Waits until nothing runs on a host, at most for its drain time; then what still runs is cancelled.</summary>
    private async Task DrainAsync(HostedType host)
    {
        Task drained;
        lock (_sync)
        {
            if (host.Running == 0) return;
            host.Drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = host.Drained.Task;
        }

        if (host.DrainTimeout == TimeSpan.Zero || !await EndsWithinAsync(drained, host.DrainTimeout))
        {
            CancellationTokenSource epoch;
            lock (_sync)
            {
                epoch = host.Epoch;
                if (!host.Gone) host.Epoch = new CancellationTokenSource();
            }

            await epoch.CancelAsync();
            await EndsWithinAsync(drained, CancellationPatience);
        }

        lock (_sync) host.Drained = null;
    }

    /// <summary>The new table, and the actors that are active on a host it does not give them to.</summary>
    private List<(Actor Actor, HostedType Host)> Update(HostedType? joining, HostedType? leaving)
    {
        lock (_sync)
        {
            if (joining is { Gone: false }) _hosts.Add(joining);
            if (leaving is not null)
            {
                leaving.Gone = true;
                leaving.Timers.Clear();
                _hosts.Remove(leaving);
            }

            _ring = HashRing.Of(_hosts);
            foreach (HostedType host in _hosts) host.Timers.Keep(id => _ring.Find(HashRing.Hash(id)) == host);

            List<(Actor Actor, HostedType Host)> moving = [];
            foreach (Actor actor in _actors.Values)
            {
                // An actor whose turn outlived its cancellation is deactivated when that turn has ended, before the next one starts.
                if (actor.ActiveOn is not { } host || actor.Depth > 0 || _ring.Find(actor.Hash) == host) continue;
                host.Running++;
                moving.Add((actor, host));
            }

            return moving;
        }
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit, context.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
