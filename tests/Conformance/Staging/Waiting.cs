namespace DaprTrading.Conformance.Staging;

/// <summary>Waits for conditions.</summary>
public static class Waiting
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(15);

    /// <summary>Polls until it holds; false when it did not in time.</summary>
    public static async Task<bool> UntilAsync(Func<Task<bool>> holds, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        both.CancelAfter(limit);
        using var poll = new PeriodicTimer(Every);
        try
        {
            do
            {
                if (await holds().ConfigureAwait(false)) return true;
            }
            while (await poll.WaitForNextTickAsync(both.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await holds().ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Waits until a sidecar is ready.</summary>
    public static Task<bool> ReadyAsync(Node node, TimeSpan limit, CancellationToken cancellationToken) => UntilAsync(
        async () =>
        {
            try
            {
                return (await node.Get("/v1.0/healthz").ConfigureAwait(false)).Status == 204;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        limit, cancellationToken);
}
