using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.History;

/// <summary>Segments in the <see cref="StateStores.History"/> store, read through <see cref="StateStores.Cache"/>.</summary>
/// <remarks>A cache that is down makes reads slower, not wrong; a history that is down is an error.</remarks>
internal sealed class DaprSegmentStore(DaprClient dapr, IOptions<AggregatorOptions> options, ILogger<DaprSegmentStore> logger) : ISegmentStore
{
    private readonly Dictionary<string, string> _expiry = new()
    {
        ["ttlInSeconds"] = ((long)options.Value.CacheTtl.TotalSeconds).ToString(),
    };

    public Task SaveAsync<T>(string key, IReadOnlyList<T> items, CancellationToken cancellationToken) =>
        dapr.SaveStateAsync(StateStores.History, key, items, cancellationToken: cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        dapr.DeleteStateAsync(StateStores.History, key, cancellationToken: cancellationToken);

    public async Task<IReadOnlyList<T>> ReadAsync<T>(string key, CancellationToken cancellationToken)
    {
        if (await ReadCacheAsync<T>(key, cancellationToken) is { } cached)
        {
            return cached;
        }

        var stored = await dapr.GetStateAsync<IReadOnlyList<T>?>(StateStores.History, key, cancellationToken: cancellationToken);
        if (stored is null)
        {
            return [];
        }

        await WriteCacheAsync(key, stored, cancellationToken);
        return stored;
    }

    private async Task<IReadOnlyList<T>?> ReadCacheAsync<T>(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await dapr.GetStateAsync<IReadOnlyList<T>?>(StateStores.Cache, key, cancellationToken: cancellationToken);
        }
        catch (DaprException failure)
        {
            logger.CacheFailed("read", key, failure);
            return null;
        }
    }

    private async Task WriteCacheAsync<T>(string key, IReadOnlyList<T> items, CancellationToken cancellationToken)
    {
        try
        {
            await dapr.SaveStateAsync(StateStores.Cache, key, items, metadata: _expiry, cancellationToken: cancellationToken);
        }
        catch (DaprException failure)
        {
            logger.CacheFailed("write", key, failure);
        }
    }
}

internal static partial class SegmentStoreLog
{
    [LoggerMessage(6101, LogLevel.Warning, "Cache {Operation} of {Key} failed; the history store serves instead")]
    public static partial void CacheFailed(this ILogger logger, string operation, string key, Exception exception);
}
