namespace DaprTrading.LocalRuntime.Actors;

internal sealed partial class ActorType
{
    /// <summary>Most calls that may wait for one actor.</summary>
    public const int LongestQueue = 10_000;

    /// <summary>
    /// Waits for the actor's turn and starts it on the host that owns the actor then. A call of the running chain enters at once when its type is
    /// reentrant.
    /// </summary>
    /// <exception cref="ActorAddressException">Nobody hosts the type.</exception>
    /// <exception cref="ActorStackDepthException">Re-entered too deeply.</exception>
    /// <exception cref="ActorQueueFullException">Too many calls wait.</exception>
    public ValueTask<Turn> BeginAsync(string id, string? reentrancyId, CancellationToken cancellationToken)
    {
        Actor actor;
        TurnWaiter? waiter = null;
        lock (_sync)
        {
            actor = FindOrAdd(id);
            if (Reenters(actor, reentrancyId)) return new ValueTask<Turn>(Reenter(actor));
            if (actor.Held)
            {
                if (actor.Waiting.Count >= LongestQueue) throw new ActorQueueFullException(Name, id, LongestQueue);
                waiter = new TurnWaiter();
                actor.Waiting.AddLast(waiter.Node);
            }
            else
            {
                actor.Held = true;
                if (CanStart(actor, out HostedType? owner)) return new ValueTask<Turn>(Start(actor, owner, reentrancyId));
            }
        }

        return BeginLaterAsync(actor, waiter, reentrancyId, cancellationToken);
    }

    /// <summary>Ends a turn; the next in the queue gets its chance.</summary>
    public void End(Turn turn)
    {
        context.TurnObserver?.Invoke(new TurnChange(Name, turn.Actor.Id, turn.Host.Host.Sidecar, Started: false));
        lock (_sync)
        {
            turn.Actor.LastActive = context.Time.GetTimestamp();
            Leave(turn.Host);
            if (--turn.Actor.Depth > 0) return;

            turn.Actor.ReentrancyId = null;
            Release(turn.Actor);
        }
    }

    private static bool Reenters(Actor actor, string? reentrancyId) =>
        reentrancyId is not null && actor.Depth > 0 && actor.ActiveOn is { Reentrancy: true, Gone: false }
        && string.Equals(actor.ReentrancyId, reentrancyId, StringComparison.Ordinal);

    /// <summary>Part of the running turn: it does not wait for the gate, or the turn could not end.</summary>
    private Turn Reenter(Actor actor)
    {
        HostedType host = actor.ActiveOn!;
        if (actor.Depth >= host.MaxStackDepth) throw new ActorStackDepthException();
        return Run(actor, host);
    }

    private async ValueTask<Turn> BeginLaterAsync(Actor actor, TurnWaiter? waiter, string? reentrancyId, CancellationToken cancellationToken)
    {
        if (waiter is not null) await WaitForHeadAsync(actor, waiter, cancellationToken);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                HostedType? stale = null;
                HostedType? untold = null;
                Task? obstacle = null;
                lock (_sync)
                {
                    if (CanStart(actor, out HostedType? owner)) return Start(actor, owner, reentrancyId);
                    if (_gate is not null)
                    {
                        obstacle = _gate.Task;
                    }
                    else if (owner is null)
                    {
                        throw new ActorAddressException(Name, actor.Id);
                    }
                    else if (actor.Writes > 0)
                    {
                        actor.Written ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                        obstacle = actor.Written.Task;
                    }
                    else if (actor.ActiveOn is { } former)
                    {
                        stale = former;
                        stale.Running++;
                    }
                    else
                    {
                        untold = owner;
                        untold.Running++;
                    }
                }

                if (stale is not null) await DeactivateAsync(actor, stale, moved: true);
                else if (untold is not null) await TellAsync(actor, untold);
                else await obstacle!.WaitAsync(cancellationToken);
            }
        }
        catch
        {
            lock (_sync) Release(actor);
            throw;
        }
    }

    /// <summary>Catches up on a deactivation the app could not be told of.</summary>
    private async Task TellAsync(Actor actor, HostedType host)
    {
        await DeactivateAsync(actor, host, moved: false);
        lock (_sync)
        {
            if (!host.Untold.Contains(actor.Id)) return;
        }

        throw new ActorUnreachableException($"the host of actor '{Name}||{actor.Id}' does not drop its former instance");
    }

    private async Task WaitForHeadAsync(Actor actor, TurnWaiter waiter, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration gone = cancellationToken.UnsafeRegister(
            _ =>
            {
                lock (_sync)
                {
                    // Not in the list any more: the head is ours already and is given back by the caller.
                    if (waiter.Node.List is null) return;
                    actor.Waiting.Remove(waiter.Node);
                }

                waiter.TrySetCanceled(cancellationToken);
            },
            null);
        await waiter.Task;
    }

    private bool CanStart(Actor actor, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HostedType? owner)
    {
        owner = _ring.Find(actor.Hash);
        return owner is not null && _gate is null && actor.Writes == 0
            && (actor.ActiveOn == owner || (actor.ActiveOn is null && (owner.Untold.Count == 0 || !owner.Untold.Contains(actor.Id))));
    }

    private Turn Start(Actor actor, HostedType owner, string? reentrancyId)
    {
        if (actor.ActiveOn is null) Activate(actor, owner);
        if (owner.Reentrancy) actor.ReentrancyId = reentrancyId ?? Guid.NewGuid().ToString();
        return Run(actor, owner);
    }

    private Turn Run(Actor actor, HostedType host)
    {
        _turns++;
        host.Running++;
        actor.Depth++;
        actor.LastActive = context.Time.GetTimestamp();
        var turn = new Turn(this, actor, host, actor.ReentrancyId);
        context.TurnObserver?.Invoke(new TurnChange(Name, actor.Id, host.Host.Sidecar, Started: true));
        return turn;
    }

    /// <summary>Hands the head of the queue to the next call.</summary>
    private void Release(Actor actor)
    {
        if (actor.Waiting.First is { } next)
        {
            actor.Waiting.RemoveFirst();
            next.Value.TrySetResult();
            return;
        }

        actor.Held = false;
        ForgetIfUnused(actor);
    }
}
