using System.Globalization;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>state.in-memory</c>: a map inside the runtime's process; nothing outlives it. As large as what is put in.</summary>
/// <remarks>
/// ETags are random. A demanded ETag must be the item's, also for a key that does not exist; <c>first-write</c> without one refuses an existing
/// key. <c>ttlInSeconds</c> counts from each save; zero, less or nothing means for ever. Transactions are all or nothing.
/// </remarks>
internal sealed class InMemoryStateStore : IStateStore
{
    private readonly ComponentSettings _settings;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StateItem> _items = new(StringComparer.Ordinal);
    private readonly PriorityQueue<(string Key, string ETag), DateTimeOffset> _expiries = new();
    private ITimer? _sweep;

    public InMemoryStateStore(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        _time = context.Time;
        settings.WarnUnknown(context.Loggers.CreateLogger<InMemoryStateStore>());
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities { get; } = ["ETAG", "TRANSACTIONAL", "TTL"];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public Task InitAsync(CancellationToken cancellationToken)
    {
        _sweep = _time.CreateTimer(_ => Sweep(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        return Task.CompletedTask;
    }

    public Task<StateItem?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock) return Task.FromResult(Find(key));
    }

    public Task<StateItem?[]> BulkGetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var items = new StateItem?[keys.Count];
        lock (_lock)
        {
            for (int i = 0; i < items.Length; i++) items[i] = Find(keys[i]);
        }

        return Task.FromResult(items);
    }

    public Task SetAsync(StateUpsert item, CancellationToken cancellationToken) => TransactAsync([item], cancellationToken);

    public Task DeleteAsync(StateDelete item, CancellationToken cancellationToken) => TransactAsync([item], cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var before = new List<(string Key, StateItem? Item)>(operations.Count);
            try
            {
                foreach (StateOperation operation in operations)
                {
                    StateItem? found = Find(operation.Key);
                    before.Add((operation.Key, found));
                    Apply(operation, found);
                }
            }
            catch (Exception failure) when (failure is StateConflictException or ComponentException)
            {
                for (int i = before.Count - 1; i >= 0; i--) Restore(before[i].Key, before[i].Item);
                return Task.FromException(failure);
            }
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_sweep is not null) await _sweep.DisposeAsync().ConfigureAwait(false);
    }

    private StateItem? Find(string key)
    {
        if (!_items.TryGetValue(key, out StateItem? item)) return null;
        return item.ExpiresAt is { } end && end <= _time.GetUtcNow() ? null : item;
    }

    private void Apply(StateOperation operation, StateItem? found)
    {
        if (operation.ETag is { Length: > 0 } etag)
        {
            if (found?.ETag != etag) throw new StateConflictException($"the etag '{etag}' is not the one of key '{operation.Key}'");
        }
        else if (found is not null && operation is StateUpsert && operation.Concurrency == StateConcurrency.FirstWrite)
        {
            throw new StateConflictException($"key '{operation.Key}' exists already and first-write was demanded");
        }

        if (operation is StateUpsert upsert)
        {
            Store(upsert.Key, new StateItem(upsert.Value.ToArray(), Guid.NewGuid().ToString(), ExpiresAt(upsert)));
        }
        else
        {
            _items.Remove(operation.Key);
        }
    }

    private void Restore(string key, StateItem? item)
    {
        if (item is null) _items.Remove(key);
        else _items[key] = item;
    }

    private void Store(string key, StateItem item)
    {
        _items[key] = item;
        if (item.ExpiresAt is { } end) _expiries.Enqueue((key, item.ETag!), end);
    }

    private DateTimeOffset? ExpiresAt(StateUpsert upsert)
    {
        if (!upsert.Metadata.TryGetValue("ttlInSeconds", out string? text) || text.Length == 0) return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds))
        {
            throw new ComponentException($"component '{Name}': key '{upsert.Key}': ttlInSeconds '{text}' is not a whole number");
        }

        return seconds > 0 ? _time.GetUtcNow().AddSeconds(seconds) : null;
    }

    private void Sweep()
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            while (_expiries.TryPeek(out var due, out DateTimeOffset end) && end <= now)
            {
                _expiries.Dequeue();
                if (_items.TryGetValue(due.Key, out StateItem? item) && item.ETag == due.ETag) _items.Remove(due.Key);
            }
        }
    }
}
