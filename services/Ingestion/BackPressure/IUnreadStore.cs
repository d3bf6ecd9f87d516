using Dapr.Client;
using DaprTrading.Contracts;

namespace DaprTrading.Ingestion.BackPressure;

/// <summary>Where the <see cref="UnreadRecord"/> is.</summary>
internal interface IUnreadStore
{
    /// <summary>The record and its etag; null and an empty one when there is none yet.</summary>
    Task<(UnreadRecord? Record, string Etag)> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes the record unless somebody else did since it was read.</summary>
    /// <returns>False when somebody did.</returns>
    Task<bool> TryWriteAsync(UnreadRecord record, string etag, CancellationToken cancellationToken);
}

/// <summary>In the state store.</summary>
internal sealed class UnreadStore(DaprClient dapr) : IUnreadStore
{
    private const string Key = "unread";
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    public async Task<(UnreadRecord? Record, string Etag)> ReadAsync(CancellationToken cancellationToken) =>
        await dapr.GetStateAndETagAsync<UnreadRecord?>(StateStores.State, Key, cancellationToken: cancellationToken);

    public Task<bool> TryWriteAsync(UnreadRecord record, string etag, CancellationToken cancellationToken) =>
        dapr.TrySaveStateAsync(StateStores.State, Key, record, etag, FirstWrite, cancellationToken: cancellationToken);
}
