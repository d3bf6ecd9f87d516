using System.Text.Json;
using Dapr.Actors.Runtime;
using DaprTrading.Aggregator;
using DaprTrading.Aggregator.History;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Tests.Unit.Aggregator;

/// <summary>Actor state that goes through JSON at every save, as the real one does. What is not saved is gone after <see cref="Crash"/>.</summary>
internal sealed class FakeState : IActorStateManager
{
    private static readonly JsonSerializerOptions Json = ServiceJson.Options(AggregatorJson.Default);
    private readonly Dictionary<string, string?> _changes = [];

    /// <summary>What has been committed, as JSON by name.</summary>
    public SortedDictionary<string, string> Stored { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries written by the last commit.</summary>
    public IReadOnlyList<string> LastWritten { get; set; } = [];

    public void Crash() => _changes.Clear();

    /// <summary>The process dies at the next commit, which does not happen.</summary>
    public bool DiesAtSave { get; set; }

    public Task SaveStateAsync(CancellationToken cancellationToken = default)
    {
        if (_changes.Count == 0)
        {
            return Task.CompletedTask;
        }

        if (DiesAtSave)
        {
            _changes.Clear();
            throw new IOException("died");
        }

        LastWritten = [.. _changes.Keys];
        foreach ((string name, string? value) in _changes)
        {
            _ = value is null ? Stored.Remove(name) : (Stored[name] = value) is not null;
        }

        _changes.Clear();
        return Task.CompletedTask;
    }

    public Task<ConditionalValue<T>> TryGetStateAsync<T>(string stateName, CancellationToken cancellationToken = default)
    {
        string? text = _changes.TryGetValue(stateName, out string? changed) ? changed : Stored.GetValueOrDefault(stateName);
        return Task.FromResult(text is null ? default : new ConditionalValue<T>(true, JsonSerializer.Deserialize<T>(text, Json)!));
    }

    public async Task<T> GetStateAsync<T>(string stateName, CancellationToken cancellationToken = default)
    {
        ConditionalValue<T> found = await TryGetStateAsync<T>(stateName, cancellationToken);
        return found.HasValue ? found.Value : throw new KeyNotFoundException(stateName);
    }

    public Task SetStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default)
    {
        _changes[stateName] = JsonSerializer.Serialize(value, Json);
        return Task.CompletedTask;
    }

    public Task RemoveStateAsync(string stateName, CancellationToken cancellationToken = default)
    {
        _changes[stateName] = null;
        return Task.CompletedTask;
    }

    public Task UnloadStateAsync(string stateName, UnloadStateOptions? options = null, CancellationToken cancellationToken = default) => throw Unused();

    public Task AddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) => throw Unused();

    public Task AddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task SetStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task<bool> TryAddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) => throw Unused();

    public Task<bool> TryAddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task<bool> TryRemoveStateAsync(string stateName, CancellationToken cancellationToken = default) => throw Unused();

    public Task<bool> ContainsStateAsync(string stateName, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> GetOrAddStateAsync<T>(string stateName, T value, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> GetOrAddStateAsync<T>(string stateName, T value, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> AddOrUpdateStateAsync<T>(
        string stateName, T addValue, Func<string, T, T> updateValueFactory, CancellationToken cancellationToken = default) => throw Unused();

    public Task<T> AddOrUpdateStateAsync<T>(
        string stateName, T addValue, Func<string, T, T> updateValueFactory, TimeSpan ttl, CancellationToken cancellationToken = default) => throw Unused();

    public Task ClearCacheAsync(CancellationToken cancellationToken = default) => throw Unused();

    private static NotSupportedException Unused() => new("The code under test is not expected to use this.");
}

/// <summary>Segments in memory. Remembers a write that would change what was written before.</summary>
internal sealed class FakeHistory : ISegmentStore
{
    private static readonly JsonSerializerOptions Json = ServiceJson.Options(AggregatorJson.Default);

    public SortedDictionary<string, string> Segments { get; } = new(StringComparer.Ordinal);

    public List<string> Changed { get; } = [];

    public Task SaveAsync<T>(string key, IReadOnlyList<T> items, CancellationToken cancellationToken)
    {
        string text = JsonSerializer.Serialize(items, Json);
        if (Segments.TryGetValue(key, out string? before) && before != text)
        {
            Changed.Add(key);
        }

        Segments[key] = text;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<T>> ReadAsync<T>(string key, CancellationToken cancellationToken) => Task.FromResult(
        Segments.TryGetValue(key, out string? text) ? JsonSerializer.Deserialize<IReadOnlyList<T>>(text, Json)! : []);

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        Segments.Remove(key);
        return Task.CompletedTask;
    }
}
