namespace DaprTrading.LocalRuntime;

/// <summary>A key/value store. Keys are complete: the sidecar has put its prefix in front already.</summary>
public interface IStateStore : IComponent
{
    /// <summary>The item, or null when it is missing or expired.</summary>
    Task<StateItem?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>The items in the order of <paramref name="keys"/>; null for a missing one.</summary>
    Task<StateItem?[]> BulkGetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Saves one item. Throws <see cref="StateConflictException"/>, <see cref="InvalidETagException"/> or <see cref="ComponentException"/>.</summary>
    Task SetAsync(StateUpsert item, CancellationToken cancellationToken);

    /// <summary>Deletes one item; a missing one is no error unless an ETag was demanded and the store says so.</summary>
    Task DeleteAsync(StateDelete item, CancellationToken cancellationToken);

    /// <summary>Runs operations in order as one transaction, with the store's degree of atomicity.</summary>
    Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken);
}

/// <summary>A stored value.</summary>
/// <param name="Data">JSON text as stored.</param>
/// <param name="ETag">Version of the item; null when the store has none for it.</param>
/// <param name="ExpiresAt">When it expires; null when it does not or the store does not tell.</param>
public sealed record StateItem(ReadOnlyMemory<byte> Data, string? ETag, DateTimeOffset? ExpiresAt);

/// <summary>How concurrent writers are told apart.</summary>
public enum StateConcurrency
{
    /// <summary>Not said: the store's default.</summary>
    Unspecified,

    /// <summary>The first writer wins: an ETag must match.</summary>
    FirstWrite,

    /// <summary>The last writer wins: an ETag is ignored where the store says so.</summary>
    LastWrite,
}

/// <summary>One operation of a transaction.</summary>
/// <param name="Key">Complete key.</param>
public abstract record StateOperation(string Key)
{
    /// <summary>Demanded version; null or empty for none.</summary>
    public string? ETag { get; init; }

    /// <summary>Concurrency demanded.</summary>
    public StateConcurrency Concurrency { get; init; }

    /// <summary>True when the write must have reached the replicas.</summary>
    public bool StrongConsistency { get; init; }

    /// <summary>Request metadata, e.g. <c>ttlInSeconds</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EmptyMetadata.Value;
}

/// <summary>Saves a value.</summary>
/// <param name="Key">Complete key.</param>
/// <param name="Value">JSON text.</param>
public sealed record StateUpsert(string Key, ReadOnlyMemory<byte> Value) : StateOperation(Key);

/// <summary>Deletes a value.</summary>
/// <param name="Key">Complete key.</param>
public sealed record StateDelete(string Key) : StateOperation(Key);

/// <summary>The demanded ETag is not the item's.</summary>
public sealed class StateConflictException(string message) : Exception(message);

/// <summary>The ETag is none this store could have given.</summary>
public sealed class InvalidETagException(string message) : Exception(message);

/// <summary>The shared empty metadata map.</summary>
public static class EmptyMetadata
{
    /// <summary>No entries.</summary>
    public static readonly IReadOnlyDictionary<string, string> Value = new Dictionary<string, string>(0, StringComparer.OrdinalIgnoreCase);
}
