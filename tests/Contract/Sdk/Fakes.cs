using System.Collections.Concurrent;
using Dapr.Actors;
using Dapr.Actors.Client;
using Dapr.Actors.Runtime;

namespace DaprTrading.Tests.Contract.Sdk;

/// <summary>Writes down what is registered. That it compiles shows that the class can be faked (S3).</summary>
public sealed class FakeTimers : ActorTimerManager
{
    private readonly ConcurrentQueue<string> _seen = new();

    public string[] Seen => [.. _seen];

    public override Task RegisterReminderAsync(ActorReminder reminder) => Write($"reminder {reminder.ActorType}/{reminder.ActorId}/{reminder.Name} {reminder.Period}");

    public override Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder) =>
        Task.FromResult<IActorReminder>(new ActorReminder(reminder.ActorType, reminder.ActorId, reminder.Name, [], TimeSpan.Zero, TimeSpan.Zero));

    public override Task UnregisterReminderAsync(ActorReminderToken reminder) => Write($"no reminder {reminder.Name}");

    public override Task RegisterTimerAsync(ActorTimer timer) => Write($"timer {timer.ActorType}/{timer.ActorId}/{timer.Name} {timer.TimerCallback}");

    public override Task UnregisterTimerAsync(ActorTimerToken timer) => Write($"no timer {timer.Name}");

    private Task Write(string line)
    {
        _seen.Enqueue(line);
        return Task.CompletedTask;
    }
}

/// <summary>Hands out one proxy. That it compiles shows that the interface can be faked (S3).</summary>
public sealed class FakeProxies(ActorProxy proxy) : IActorProxyFactory
{
    public TActorInterface CreateActorProxy<TActorInterface>(ActorId actorId, string actorType, ActorProxyOptions? options = null)
        where TActorInterface : IActor =>
        throw new NotSupportedException();

    public object CreateActorProxy(ActorId actorId, Type actorInterfaceType, string actorType, ActorProxyOptions? options = null) =>
        throw new NotSupportedException();

    public ActorProxy Create(ActorId actorId, string actorType, ActorProxyOptions? options = null) => proxy;
}

/// <summary>Takes reminders. That it compiles shows that the interface can be implemented (S3).</summary>
public sealed class FakeRemindable : IRemindable
{
    public string? Reminded { get; private set; }

    public Task ReceiveReminderAsync(string reminderName, byte[] state, TimeSpan dueTime, TimeSpan period)
    {
        Reminded = reminderName;
        return Task.CompletedTask;
    }
}

/// <summary>State in a dictionary. That it compiles shows that the interface can be faked (S3).</summary>
public sealed class FakeState : IActorStateManager
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public int Saves { get; private set; }

    public Task UnloadStateAsync(string stateName, UnloadStateOptions? options = null, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task AddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default)
    {
        _values.Add(stateName, value);
        return Task.CompletedTask;
    }

    public Task AddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        AddStateAsync(stateName, value, cancellationToken);

    public Task<T> GetStateAsync<T>(string stateName, CancellationToken cancellationToken = default) => Task.FromResult((T)_values[stateName]!);

    public Task SetStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default)
    {
        _values[stateName] = value;
        return Task.CompletedTask;
    }

    public Task SetStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        SetStateAsync(stateName, value, cancellationToken);

    public Task RemoveStateAsync(string stateName, CancellationToken cancellationToken = default) => TryRemoveStateAsync(stateName, cancellationToken);

    public Task<bool> TryAddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) =>
        Task.FromResult(_values.TryAdd(stateName, value));

    public Task<bool> TryAddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        TryAddStateAsync(stateName, value, cancellationToken);

    public Task<ConditionalValue<T>> TryGetStateAsync<T>(string stateName, CancellationToken cancellationToken = default) =>
        Task.FromResult(_values.TryGetValue(stateName, out object? value) ? new ConditionalValue<T>(true, (T)value!) : default);

    public Task<bool> TryRemoveStateAsync(string stateName, CancellationToken cancellationToken = default) => Task.FromResult(_values.Remove(stateName));

    public Task<bool> ContainsStateAsync(string stateName, CancellationToken cancellationToken = default) => Task.FromResult(_values.ContainsKey(stateName));

    public async Task<T> GetOrAddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default)
    {
        await TryAddStateAsync(stateName, value, cancellationToken);
        return await GetStateAsync<T>(stateName, cancellationToken);
    }

    public Task<T> GetOrAddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        GetOrAddStateAsync(stateName, value, cancellationToken);

    public Task<T> AddOrUpdateStateAsync<T>(string stateName, T addValue, Func<string, T, T> updateValueFactory, CancellationToken cancellationToken = default)
    {
        T value = _values.TryGetValue(stateName, out object? old) ? updateValueFactory(stateName, (T)old!) : addValue;
        _values[stateName] = value;
        return Task.FromResult(value);
    }

    public Task<T> AddOrUpdateStateAsync<T>(string stateName, T addValue, Func<string, T, T> updateValueFactory, TimeSpan ttl,
        CancellationToken cancellationToken = default) =>
        AddOrUpdateStateAsync(stateName, addValue, updateValueFactory, cancellationToken);

    public Task ClearCacheAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task SaveStateAsync(CancellationToken cancellationToken = default)
    {
        Saves++;
        return Task.CompletedTask;
    }
}
