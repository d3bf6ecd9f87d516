using System.Globalization;
using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Sidecar.Fakes;

/// <summary>A state store in memory with integer ETags.</summary>
internal sealed class MemoryStore(string name = "store", params string[] capabilities) : IStateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (byte[] Data, int Version)> _items = new(StringComparer.Ordinal);

    public string Name => name;

    public string Type => "state.memory";

    public string Version => "v1";

    public IReadOnlyList<string> Capabilities { get; } = capabilities.Length > 0 ? capabilities : ["ETAG", "TRANSACTIONAL", "TTL"];

    public Dictionary<string, string> Settings { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, string> Metadata => Settings;

    public List<StateOperation> Seen { get; } = [];

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_gate) return [.. _items.Keys];
        }
    }

    public Task InitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<StateItem?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(Item(key));
    }

    public Task<StateItem?[]> BulkGetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        lock (_gate) return Task.FromResult(keys.Select(Item).ToArray());
    }

    public Task SetAsync(StateUpsert item, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Apply(item);
            return Task.CompletedTask;
        }
    }

    public Task DeleteAsync(StateDelete item, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Apply(item);
            return Task.CompletedTask;
        }
    }

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (StateOperation operation in operations) Check(operation);
            foreach (StateOperation operation in operations) Apply(operation);
            return Task.CompletedTask;
        }
    }

    private StateItem? Item(string key) => _items.TryGetValue(key, out var item)
        ? new StateItem(item.Data, item.Version.ToString(CultureInfo.InvariantCulture), null) : null;

    private void Check(StateOperation operation)
    {
        if (operation.ETag is not { } etag) return;
        if (!int.TryParse(etag, out int version)) throw new InvalidETagException("not a number");
        if (!_items.TryGetValue(operation.Key, out var item) || item.Version != version) throw new StateConflictException("version differs");
    }

    private void Apply(StateOperation operation)
    {
        Check(operation);
        Seen.Add(operation);
        if (operation is StateUpsert upsert) _items[operation.Key] = (upsert.Value.ToArray(), _items.GetValueOrDefault(operation.Key).Version + 1);
        else _items.Remove(operation.Key);
    }
}
