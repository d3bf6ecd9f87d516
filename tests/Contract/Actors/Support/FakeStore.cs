using System.Globalization;
using System.Text;
using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Actors;

/// <summary>A state store in memory that keeps what it was asked, and fails or blocks when told to.</summary>
internal sealed class FakeStore : IStateStore
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, StateItem> _items = new(StringComparer.Ordinal);
    private int _version;

    public string Name => "store";

    public string Type => "state.fake";

    public string Version => "v1";

    public IReadOnlyList<string> Capabilities { get; init; } = ["ETAG", "TRANSACTIONAL", "TTL"];

    public IReadOnlyDictionary<string, string> Metadata { get; } = EmptyMetadata.Value;

    /// <summary>What every call throws; null: none.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What a transaction waits for before it is applied.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int Transactions { get; private set; }

    public IReadOnlyList<StateOperation> LastOperations { get; private set; } = [];

    public List<string> Keys
    {
        get
        {
            lock (_sync) return [.. _items.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public string? Text(string key)
    {
        lock (_sync) return _items.TryGetValue(key, out StateItem? item) ? Encoding.UTF8.GetString(item.Data.Span) : null;
    }

    public void Seed(string key, string json, DateTimeOffset? expires = null)
    {
        lock (_sync) _items[key] = new StateItem(Encoding.UTF8.GetBytes(json), "1", expires);
    }

    public Task InitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<StateItem?> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (Failure is { } failure) return Task.FromException<StateItem?>(failure);
        lock (_sync) return Task.FromResult(_items.GetValueOrDefault(key));
    }

    public Task<StateItem?[]> BulkGetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        if (Failure is { } failure) return Task.FromException<StateItem?[]>(failure);
        lock (_sync) return Task.FromResult(keys.Select(key => _items.GetValueOrDefault(key)).ToArray());
    }

    public Task SetAsync(StateUpsert item, CancellationToken cancellationToken) => ApplyAsync([item]);

    public Task DeleteAsync(StateDelete item, CancellationToken cancellationToken) => ApplyAsync([item]);

    public async Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        await Gate;
        await ApplyAsync(operations);
        lock (_sync)
        {
            Transactions++;
            LastOperations = operations;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task ApplyAsync(IReadOnlyList<StateOperation> operations)
    {
        if (Failure is { } failure) return Task.FromException(failure);
        lock (_sync)
        {
            foreach (StateOperation operation in operations)
            {
                if (operation is not StateUpsert upsert) _items.Remove(operation.Key);
                else _items[operation.Key] = new StateItem(upsert.Value.ToArray(), (++_version).ToString(CultureInfo.InvariantCulture), null);
            }
        }

        return Task.CompletedTask;
    }
}
