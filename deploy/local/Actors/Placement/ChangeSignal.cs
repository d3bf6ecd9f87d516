namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Tells waiting calls that the hosts of some type have changed.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Completes at the next change. Read it before the attempt it shall follow.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Wakes everybody who waits.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>True when <paramref name="change"/> came within <paramref name="limit"/>.</summary>
    public static async Task<bool> WithinAsync(Task change, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (change.IsCompleted) return true;

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task delay = Task.Delay(limit, time, ended.Token);
        Task first = await Task.WhenAny(change, delay);
        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == change;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
