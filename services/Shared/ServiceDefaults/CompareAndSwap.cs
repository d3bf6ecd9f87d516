using Dapr;
using Dapr.Client;

namespace DaprTrading.ServiceDefaults;

/// <summary>Replaces what several replicas change, so that no change is lost.</summary>
public static class CompareAndSwap
{
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    /// <summary>Stores a value unless another writer was faster.</summary>
    /// <param name="dapr">Client of the sidecar.</param>
    /// <param name="store">State store component.</param>
    /// <param name="key">Key.</param>
    /// <param name="value">What replaces the value that was read with <paramref name="etag"/>.</param>
    /// <param name="etag">What the read answered; empty when there was nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False when another writer was faster: read again.</returns>
    /// <exception cref="DaprException">The store does not take it, for another reason.</exception>
    public static async Task<bool> TrySwapAsync<T>(this DaprClient dapr, string store, string key, T value, string etag, CancellationToken cancellationToken)
    {
        try
        {
            return await dapr.TrySaveStateAsync(store, key, value, etag, FirstWrite, cancellationToken: cancellationToken);
        }
        catch (DaprException) when (etag.Length == 0)
        {
            // Without an etag Redis and PostgreSQL do not say that the race for a new key was lost: it is an error like any other.
            var (_, now) = await dapr.GetStateAndETagAsync<T>(store, key, cancellationToken: cancellationToken);
            if (now.Length == 0) throw;
            return false;
        }
    }
}
