using Dapr.Actors.Client;
using Microsoft.Extensions.Logging;

namespace Dapr.Actors.Runtime;

/// <summary>Base of every actor: one turn at a time, state saved after each turn.</summary>
/// <remarks>
/// A turn: activation on the first call, <see cref="OnPreActorMethodAsync"/>, the method, <see cref="OnPostActorMethodAsync"/>, save. When
/// anything of that fails, or the sidecar gives the turn up, nothing is saved and the cached state is forgotten.
/// </remarks>
public abstract class Actor
{
    private readonly string _actorType;

    protected Actor(ActorHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        Host = host;
        _actorType = host.ActorTypeInfo.ActorTypeName;
        OwnState = new ActorStateManager(host.StateStore);
        StateManager = OwnState;
        Logger = host.LoggerFactory.CreateLogger(GetType());
    }

    public ActorId Id => Host.Id;

    public ActorHost Host { get; }

    public IActorProxyFactory ProxyFactory => Host.ProxyFactory;

    /// <summary>The actor's state. A test may put its own here.</summary>
    public IActorStateManager StateManager { get; protected set; }

    protected ILogger Logger { get; }

    internal ActorStateManager OwnState { get; }

    /// <summary>Starts a timer: a method of this class is called as a turn until the activation ends.</summary>
    /// <param name="callback">Name of a method of this class: not overloaded, no parameter or one <c>byte[]</c>, returns <see cref="Task"/>.</param>
    public Task<ActorTimer> RegisterTimerAsync(string? timerName, string callback, byte[]? callbackParams, TimeSpan dueTime, TimeSpan period) =>
        StartAsync(new ActorTimer(_actorType, Id, TimerName(timerName), CheckCallback(callback), callbackParams, dueTime, period));

    /// <summary>Starts a timer that removes itself after a time.</summary>
    /// <param name="callback">Name of a method of this class: not overloaded, no parameter or one <c>byte[]</c>, returns <see cref="Task"/>.</param>
    public Task<ActorTimer> RegisterTimerAsync(string? timerName, string callback, byte[]? callbackParams, TimeSpan dueTime, TimeSpan period,
        TimeSpan ttl) =>
        StartAsync(new ActorTimer(_actorType, Id, TimerName(timerName), CheckCallback(callback), callbackParams, dueTime, period, ttl));

    internal Task ActivateAsync() => OnActivateAsync();

    internal Task DeactivateAsync() => OnDeactivateAsync();

    internal Task PreAsync(ActorMethodContext context) => OnPreActorMethodAsync(context);

    internal Task PostAsync(ActorMethodContext context) => OnPostActorMethodAsync(context);

    internal Task FailedAsync(ActorMethodContext context, Exception exception) => OnActorMethodFailedAsync(context, exception);

    /// <summary>Saves the changes so far, before the turn ends.</summary>
    protected Task SaveStateAsync() => StateManager.SaveStateAsync();

    /// <summary>Called before the first turn; what it changes is saved.</summary>
    protected virtual Task OnActivateAsync() => Task.CompletedTask;

    /// <summary>Called after the last turn; nothing is saved any more.</summary>
    protected virtual Task OnDeactivateAsync() => Task.CompletedTask;

    /// <summary>Called before the method of a turn.</summary>
    protected virtual Task OnPreActorMethodAsync(ActorMethodContext actorMethodContext) => Task.CompletedTask;

    /// <summary>Called after the method of a turn, before its state is saved.</summary>
    protected virtual Task OnPostActorMethodAsync(ActorMethodContext actorMethodContext) => Task.CompletedTask;

    /// <summary>Called when a turn failed, before its changes are forgotten.</summary>
    protected virtual Task OnActorMethodFailedAsync(ActorMethodContext actorMethodContext, Exception e) => Task.CompletedTask;

    /// <summary>Registers a reminder, replacing the one of that name.</summary>
    protected Task<IActorReminder> RegisterReminderAsync(string reminderName, byte[]? state, TimeSpan dueTime, TimeSpan period) =>
        RegisterAsync(new ActorReminder(_actorType, Id, reminderName, state, dueTime, period));

    /// <summary>Registers a reminder that removes itself after a time.</summary>
    protected Task<IActorReminder> RegisterReminderAsync(string reminderName, byte[]? state, TimeSpan dueTime, TimeSpan period, TimeSpan ttl) =>
        RegisterAsync(new ActorReminder(_actorType, Id, reminderName, state, dueTime, period, ttl));

    /// <summary>Registers a reminder that fires a number of times at most, and removes itself after a time.</summary>
    protected Task<IActorReminder> RegisterReminderAsync(string reminderName, byte[]? state, TimeSpan dueTime, TimeSpan period, int repetitions,
        TimeSpan ttl) =>
        RegisterAsync(new ActorReminder(_actorType, Id, reminderName, state, dueTime, period, repetitions, ttl));

    /// <summary>Registers a reminder that fires a number of times.</summary>
    protected Task<IActorReminder> RegisterReminderAsync(string reminderName, byte[]? state, TimeSpan dueTime, TimeSpan period, int repetitions) =>
        RegisterAsync(new ActorReminder(_actorType, Id, reminderName, state, dueTime, period, repetitions));

    /// <summary>Reads a reminder back; without its ttl and repetitions.</summary>
    protected Task<IActorReminder> GetReminderAsync(string reminderName) =>
        Host.TimerManager.GetReminderAsync(new ActorReminderToken(_actorType, Id, reminderName));

    /// <summary>Removes a reminder.</summary>
    protected Task UnregisterReminderAsync(IActorReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        return UnregisterReminderAsync(reminder.Name);
    }

    /// <summary>Removes a reminder; a missing one is fine.</summary>
    protected Task UnregisterReminderAsync(string reminderName) =>
        Host.TimerManager.UnregisterReminderAsync(new ActorReminderToken(_actorType, Id, reminderName));

    /// <summary>Stops a timer.</summary>
    protected Task UnregisterTimerAsync(ActorTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return UnregisterTimerAsync(timer.Name);
    }

    /// <summary>Stops a timer; a missing one is fine.</summary>
    protected Task UnregisterTimerAsync(string timerName) =>
        Host.TimerManager.UnregisterTimerAsync(new ActorTimerToken(_actorType, Id, timerName));

    private string TimerName(string? name) => string.IsNullOrEmpty(name) ? $"{_actorType}_Timer_{Guid.NewGuid():N}" : name;

    private string CheckCallback(string callback)
    {
        ArgumentException.ThrowIfNullOrEmpty(callback);
        Host.ActorTypeInfo.TimerCallbacks.Find(callback);
        return callback;
    }

    private async Task<IActorReminder> RegisterAsync(ActorReminder reminder)
    {
        await Host.TimerManager.RegisterReminderAsync(reminder);
        return reminder;
    }

    private async Task<ActorTimer> StartAsync(ActorTimer timer)
    {
        await Host.TimerManager.RegisterTimerAsync(timer);
        return timer;
    }
}
