using System.Text.Json;
using Dapr.Actors.Runtime;
using DaprTrading.Processing;
using DaprTrading.Processing.Symbols;

namespace DaprTrading.Tests.Unit.Processing;

/// <summary>The stored state of one symbol: outlives the activations that <see cref="Open"/> it.</summary>
internal sealed class ActorStorage
{
    public string? Stored { get; set; }

    public int Writes { get; set; }

    /// <summary>Called at every save: before (false) and after (true) the state is written. May throw.</summary>
    public Action<bool> OnSave { get; set; } = static _ => { };

    public IActorStateManager Open() => new FakeActorState(this);
}

/// <summary>One activation's view: caches what it read and set until it is cleared, as the real one does.</summary>
internal sealed class FakeActorState(ActorStorage storage) : IActorStateManager
{
    private SymbolState? _cached;
    private bool _dirty;

    public Task<ConditionalValue<T>> TryGetStateAsync<T>(string stateName, CancellationToken cancellationToken = default)
    {
        if (_cached is null && storage.Stored is { } json)
            _cached = JsonSerializer.Deserialize(json, ProcessingJson.Default.SymbolState);
        return Task.FromResult(_cached is null ? default : new ConditionalValue<T>(true, (T)(object)_cached));
    }

    public Task SetStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default)
    {
        (_cached, _dirty) = ((SymbolState)(object)value!, true);
        return Task.CompletedTask;
    }

    public Task SaveStateAsync(CancellationToken cancellationToken = default)
    {
        if (!_dirty)
            return Task.CompletedTask;
        storage.OnSave(false);
        storage.Stored = JsonSerializer.Serialize(_cached!, ProcessingJson.Default.SymbolState);
        storage.Writes++;
        _dirty = false;
        storage.OnSave(true);
        return Task.CompletedTask;
    }

    public Task ClearCacheAsync(CancellationToken cancellationToken = default)
    {
        (_cached, _dirty) = (null, false);
        return Task.CompletedTask;
    }

    public Task AddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) => throw Unused();

    public Task AddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task<bool> TryAddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) => throw Unused();

    public Task<bool> TryAddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> GetStateAsync<T>(string stateName, CancellationToken cancellationToken = default) => throw Unused();

    public Task SetStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task RemoveStateAsync(string stateName, CancellationToken cancellationToken = default) => throw Unused();

    public Task<bool> TryRemoveStateAsync(string stateName, CancellationToken cancellationToken = default) => throw Unused();

    public Task<bool> ContainsStateAsync(string stateName, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> GetOrAddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> GetOrAddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> AddOrUpdateStateAsync<T>(
        string stateName, T addValue, Func<string, T, T> updateValueFactory, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> AddOrUpdateStateAsync<T>(
        string stateName, T addValue, Func<string, T, T> updateValueFactory, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task UnloadStateAsync(string stateName, UnloadStateOptions? options = null, CancellationToken cancellationToken = default) => throw Unused();

    private static NotSupportedException Unused() => new("The code under test is not expected to use this.");
}
