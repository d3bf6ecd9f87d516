namespace DaprTrading.LocalRuntime.Actors;

internal sealed partial class ActorType
{
    /// <summary>
    /// Lets a sidecar write the state of an actor that is active on it. Null: it is not. Until <see cref="EndWrite"/> no turn of the actor
    /// starts, so that a late write of a lost turn lands before the next turn reads, or not at all.
    /// </summary>
    /// <remarks>
    /// While the hosts change, the write of a running turn goes on (in daprd it waits): the turn could not end otherwise and would have to be
    /// repeated.
    /// </remarks>
    public async ValueTask<Actor?> BeginWriteAsync(string id, ISidecar sidecar, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task gate;
            lock (_sync)
            {
                bool active = _actors.TryGetValue(id, out Actor? actor) && actor.ActiveOn?.Host.Sidecar == sidecar;
                if (_gate is null || (active && actor!.Depth > 0))
                {
                    if (!active) return null;
                    actor!.Writes++;
                    return actor;
                }

                gate = _gate.Task;
            }

            await gate.WaitAsync(cancellationToken);
        }
    }

    public void EndWrite(Actor actor)
    {
        lock (_sync)
        {
            if (--actor.Writes > 0) return;
            actor.Written?.TrySetResult();
            actor.Written = null;
            ForgetIfUnused(actor);
        }
    }

    /// <summary>Waits while the hosts change, unless the actor has a running turn.</summary>
    public async ValueTask WaitToReadAsync(string id, CancellationToken cancellationToken)
    {
        Task? gate;
        lock (_sync)
        {
            gate = _actors.TryGetValue(id, out Actor? actor) && actor.Depth > 0 ? null : _gate?.Task;
        }

        if (gate is not null) await gate.WaitAsync(cancellationToken);
    }
}
