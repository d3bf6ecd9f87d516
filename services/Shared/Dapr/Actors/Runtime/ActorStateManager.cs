namespace Dapr.Actors.Runtime;

/// <summary>The state of one activation: a write-behind cache over the store.</summary>
/// <remarks>
/// A name that was read as missing is remembered as missing, since only this activation may write it; so setting a name never asks the
/// store first. A turn of a reentrant chain has a cache of its own.
/// </remarks>
internal sealed class ActorStateManager(ActorStateStore? store) : IActorStateManager
{
    private readonly AsyncLocal<Context?> _reentrant = new();
    private readonly Context _activation = new();

    private Context Current => _reentrant.Value ?? _activation;

    private ActorStateStore Store => store
        ?? throw new InvalidOperationException("The actor was made without a state store. Give the test actor a state manager of its own.");

    /// <summary>Starts a turn. To be called in the turn's own flow, since a reentrant turn gets its own cache there.</summary>
    public void BeginTurn(bool isReentrant, CancellationToken aborted)
    {
        if (isReentrant)
        {
            _reentrant.Value = new Context();
        }

        Current.Aborted = aborted;
    }

    public async Task AddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) =>
        ThrowUnless(await TryAddStateAsync(stateName, value, cancellationToken), stateName);

    public async Task AddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        ThrowUnless(await TryAddStateAsync(stateName, value, ttl, cancellationToken), stateName);

    public Task<bool> TryAddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) =>
        TryAddAsync(stateName, value, ttl: null, cancellationToken);

    public Task<bool> TryAddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        TryAddAsync(stateName, value, ttl, cancellationToken);

    public async Task<T> GetStateAsync<T>(string stateName, CancellationToken cancellationToken = default) =>
        await FindAsync<T>(stateName, cancellationToken) is { } state ? state.Value : throw Missing(stateName);

    public async Task<ConditionalValue<T>> TryGetStateAsync<T>(string stateName, CancellationToken cancellationToken = default) =>
        await FindAsync<T>(stateName, cancellationToken) is { } state ? new ConditionalValue<T>(true, state.Value) : default;

    public Task SetStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) => Set(stateName, value, ttl: null);

    public Task SetStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        Set(stateName, value, ttl);

    public async Task RemoveStateAsync(string stateName, CancellationToken cancellationToken = default)
    {
        if (!await TryRemoveStateAsync(stateName, cancellationToken))
        {
            throw Missing(stateName);
        }
    }

    public async Task<bool> TryRemoveStateAsync(string stateName, CancellationToken cancellationToken = default)
    {
        if (!await ContainsStateAsync(stateName, cancellationToken))
        {
            return false;
        }

        Dictionary<string, ActorState> states = Current.States;
        bool isNew = states.TryGetValue(stateName, out ActorState? state) && state.Change == ActorStateChange.Added;
        states[stateName] = new ActorState(isNew ? ActorStateChange.Absent : ActorStateChange.Removed);
        return true;
    }

    public async Task<bool> ContainsStateAsync(string stateName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        ActorStateStore target = Store;
        Dictionary<string, ActorState> states = Current.States;
        if (states.TryGetValue(stateName, out ActorState? state))
        {
            return state.IsLive(target.Clock);
        }

        bool exists = await target.ContainsAsync(stateName, cancellationToken);
        if (!exists)
        {
            states[stateName] = new ActorState(ActorStateChange.Absent);
        }

        return exists;
    }

    public Task<T> GetOrAddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) =>
        GetOrAddAsync(stateName, value, ttl: null, cancellationToken);

    public Task<T> GetOrAddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        GetOrAddAsync(stateName, value, ttl, cancellationToken);

    public Task<T> AddOrUpdateStateAsync<T>(string stateName, T addValue, Func<string, T, T> updateValueFactory,
        CancellationToken cancellationToken = default) =>
        AddOrUpdateAsync(stateName, addValue, updateValueFactory, ttl: null, cancellationToken);

    public Task<T> AddOrUpdateStateAsync<T>(string stateName, T addValue, Func<string, T, T> updateValueFactory, TimeSpan ttl,
        CancellationToken cancellationToken = default) =>
        AddOrUpdateAsync(stateName, addValue, updateValueFactory, ttl, cancellationToken);

    public Task UnloadStateAsync(string stateName, UnloadStateOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        _ = Store;
        Dictionary<string, ActorState> states = Current.States;
        if (states.TryGetValue(stateName, out ActorState? state) && state.IsDirty && options?.AllowUnloadingWhenStateModified is not true)
        {
            throw new InvalidOperationException($"State '{stateName}' has a change that is not saved, so it cannot be unloaded.");
        }

        states.Remove(stateName);
        return Task.CompletedTask;
    }

    public Task ClearCacheAsync(CancellationToken cancellationToken = default)
    {
        _ = Store;
        Current.States.Clear();
        return Task.CompletedTask;
    }

    public async Task SaveStateAsync(CancellationToken cancellationToken = default)
    {
        ActorStateStore target = Store;
        Context context = Current;
        context.Aborted.ThrowIfCancellationRequested();
        if (!HasChanges(context.States))
        {
            return;
        }

        await target.SaveAsync(context.States, cancellationToken);
        foreach (ActorState state in context.States.Values)
        {
            state.Change = state.Change is ActorStateChange.Removed or ActorStateChange.Absent ? ActorStateChange.Absent : ActorStateChange.None;
        }
    }

    private static bool HasChanges(Dictionary<string, ActorState> states)
    {
        foreach (ActorState state in states.Values)
        {
            if (state.IsDirty)
            {
                return true;
            }
        }

        return false;
    }

    private static void ThrowUnless(bool added, string stateName)
    {
        if (!added)
        {
            throw new InvalidOperationException($"State '{stateName}' exists already, so it cannot be added.");
        }
    }

    private static KeyNotFoundException Missing(string stateName) => new($"The actor has no state named '{stateName}'.");

    private async Task<bool> TryAddAsync<T>(string stateName, T value, TimeSpan? ttl, CancellationToken cancellationToken)
    {
        if (await ContainsStateAsync(stateName, cancellationToken))
        {
            return false;
        }

        await Set(stateName, value, ttl);
        return true;
    }

    private async Task<T> GetOrAddAsync<T>(string stateName, T value, TimeSpan? ttl, CancellationToken cancellationToken)
    {
        if (await FindAsync<T>(stateName, cancellationToken) is { } state)
        {
            return state.Value;
        }

        await Set(stateName, value, ttl);
        return value;
    }

    private async Task<T> AddOrUpdateAsync<T>(string stateName, T addValue, Func<string, T, T> update, TimeSpan? ttl,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(update);
        ActorState<T>? state = await FindAsync<T>(stateName, cancellationToken);
        T value = state is null ? addValue : update(stateName, state.Value);
        await Set(stateName, value, ttl);
        return value;
    }

    private Task Set<T>(string stateName, T value, TimeSpan? ttl)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        DateTimeOffset? expires = ttl is { } time ? Store.Clock.GetUtcNow() + time : null;
        _ = Store;
        Dictionary<string, ActorState> states = Current.States;
        bool isNew = states.TryGetValue(stateName, out ActorState? state) && state.Change is ActorStateChange.Added or ActorStateChange.Absent;
        states[stateName] = new ActorState<T>(value, isNew ? ActorStateChange.Added : ActorStateChange.Updated, expires);
        return Task.CompletedTask;
    }

    private async Task<ActorState<T>?> FindAsync<T>(string stateName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        ActorStateStore target = Store;
        Dictionary<string, ActorState> states = Current.States;
        if (!states.TryGetValue(stateName, out ActorState? state))
        {
            (bool exists, T? value, DateTimeOffset? expires) = await target.ReadAsync<T>(stateName, cancellationToken);
            state = exists ? new ActorState<T>(value!, ActorStateChange.None, expires) : new ActorState(ActorStateChange.Absent);
            states[stateName] = state;
        }

        return state.IsLive(target.Clock) ? As<T>(stateName, state) : null;
    }

    private static ActorState<T> As<T>(string stateName, ActorState state) => state as ActorState<T> ?? state.Boxed switch
    {
        T value => new ActorState<T>(value, state.Change, state.Expires),
        null when default(T) is null => new ActorState<T>(default!, state.Change, state.Expires),
        _ => throw new InvalidCastException($"State '{stateName}' is a {state.Boxed?.GetType().Name ?? "null"}, not a {typeof(T).Name}."),
    };

    private sealed class Context
    {
        public Dictionary<string, ActorState> States { get; } = new(StringComparer.Ordinal);

        /// <summary>Set when the sidecar gave the turn up: nothing may be saved any more.</summary>
        public CancellationToken Aborted { get; set; }
    }
}
