namespace DaprTrading.Tests.Contract.Sdk;

/// <summary>Waits on conditions, with a limit.</summary>
public static class Waiting
{
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Ends when the token is cancelled.</summary>
    public static async Task WhenCancelled(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(Limit, CancellationToken.None);
    }

    /// <summary>Ends when the condition holds.</summary>
    public static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
