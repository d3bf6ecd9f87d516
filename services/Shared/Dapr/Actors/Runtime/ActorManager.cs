using System.Collections.Concurrent;

namespace Dapr.Actors.Runtime;

/// <summary>The active actors of one type, and their turns.</summary>
/// <remarks>
/// The sidecar lets one turn at a time in. A turn it gave up may still be running here, though; so turns and the deactivation of one actor
/// also wait for each other here, and a turn that was given up saves nothing. Only the turns of a reentrant chain may overlap.
/// </remarks>
internal sealed class ActorManager(ActorTypeInformation type, ActorMethodTable methods, ActorActivator activator, Func<ActorId, ActorHost> createHost,
    bool isReentrant)
{
    private const string ReminderMethod = nameof(IRemindable.ReceiveReminderAsync);

    private readonly ConcurrentDictionary<string, Slot> _slots = new(StringComparer.Ordinal);

    public ActorMethodTable Methods => methods;

    /// <summary>A turn that calls a method; the state is saved when the returned call can be read.</summary>
    public async Task<Task> CallAsync(string id, ActorMethod method, object? argument, string? reentrancyId, CancellationToken aborted)
    {
        Task call = Task.CompletedTask;
        await TurnAsync(id, method.Context, reentrancyId, actor => call = method.CallAsync(actor, argument, aborted), aborted);
        return call;
    }

    /// <summary>A turn that delivers a reminder; nothing when the actors of this type take none.</summary>
    public Task RemindAsync(string id, string name, ActorCallback reminder, string? reentrancyId, CancellationToken aborted) => type.IsRemindable
        ? TurnAsync(id, new ActorMethodContext(ReminderMethod, ActorCallType.ReminderMethod), reentrancyId,
            actor => ((IRemindable)actor).ReceiveReminderAsync(name, reminder.Data!, reminder.DueTime, reminder.Period), aborted)
        : Task.CompletedTask;

    /// <summary>A turn that calls the method a timer names.</summary>
    public Task FireAsync(string id, string callback, byte[]? data, string? reentrancyId, CancellationToken aborted)
    {
        Func<Actor, byte[]?, Task> method = type.TimerCallbacks.Find(callback);
        return TurnAsync(id, new ActorMethodContext(callback, ActorCallType.TimerMethod), reentrancyId, actor => method(actor, data), aborted);
    }

    /// <summary>Ends an activation; an actor that is not active is fine.</summary>
    public async Task DeactivateAsync(string id)
    {
        if (!_slots.TryGetValue(id, out Slot? slot))
        {
            return;
        }

        // The end of an activation is not given up half-way, whatever becomes of the request.
        await slot.Gate.WaitAsync(CancellationToken.None);
        try
        {
            ActorActivatorState? active = slot.Active;
            Remove(slot);
            if (active is not null)
            {
                await EndAsync(active);
            }
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    private async Task TurnAsync(string id, ActorMethodContext context, string? reentrancyId, Func<Actor, Task> work, CancellationToken aborted)
    {
        bool isChain = isReentrant && reentrancyId is not null;
        while (true)
        {
            Slot slot = _slots.GetOrAdd(id, static id => new Slot(id));
            await slot.Gate.WaitAsync(aborted);
            bool holdsGate = true;
            try
            {
                if (slot.IsRemoved)
                {
                    continue;
                }

                ActorActivatorState active = slot.Active ??= await ActivateAsync(slot, aborted);
                if (isChain)
                {
                    slot.Gate.Release();
                    holdsGate = false;
                }

                await RunAsync(active.Actor, context, reentrancyId, isChain, work, aborted);
                return;
            }
            finally
            {
                if (holdsGate)
                {
                    slot.Gate.Release();
                }
            }
        }
    }

    private static async Task RunAsync(Actor actor, ActorMethodContext context, string? reentrancyId, bool isChain, Func<Actor, Task> work,
        CancellationToken aborted)
    {
        ActorReentrancyContext.Current = reentrancyId;
        actor.OwnState.BeginTurn(isChain, aborted);
        try
        {
            await actor.PreAsync(context);
            await work(actor);
            await actor.PostAsync(context);
            aborted.ThrowIfCancellationRequested();
            await actor.StateManager.SaveStateAsync(aborted);
        }
        catch (Exception exception)
        {
            await FailAsync(actor, context, exception);
            throw;
        }
    }

    private static async Task FailAsync(Actor actor, ActorMethodContext context, Exception exception)
    {
        try
        {
            await actor.FailedAsync(context, exception);
        }
        finally
        {
            await actor.StateManager.ClearCacheAsync(CancellationToken.None);
        }
    }

    private async Task<ActorActivatorState> ActivateAsync(Slot slot, CancellationToken aborted)
    {
        try
        {
            ActorActivatorState state = await activator.CreateAsync(createHost(new ActorId(slot.Id)));
            try
            {
                state.Actor.OwnState.BeginTurn(isReentrant: false, aborted);
                await state.Actor.StateManager.ClearCacheAsync(aborted);
                await state.Actor.ActivateAsync();
                await state.Actor.StateManager.SaveStateAsync(aborted);
                return state;
            }
            catch
            {
                await activator.DeleteAsync(state);
                throw;
            }
        }
        catch
        {
            Remove(slot);
            throw;
        }
    }

    private async Task EndAsync(ActorActivatorState active)
    {
        try
        {
            active.Actor.OwnState.BeginTurn(isReentrant: false, CancellationToken.None);
            await active.Actor.StateManager.ClearCacheAsync(CancellationToken.None);
            await active.Actor.DeactivateAsync();
        }
        finally
        {
            await activator.DeleteAsync(active);
        }
    }

    /// <summary>Takes a slot out, so that turns waiting for it start over with a new one. Only with its gate held.</summary>
    private void Remove(Slot slot)
    {
        slot.IsRemoved = true;
        slot.Active = null;
        _slots.TryRemove(new KeyValuePair<string, Slot>(slot.Id, slot));
    }

    private sealed class Slot(string id)
    {
        public string Id => id;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public ActorActivatorState? Active { get; set; }

        public bool IsRemoved { get; set; }
    }
}
