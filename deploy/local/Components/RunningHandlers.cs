namespace DaprTrading.LocalRuntime.Components;

/// <summary>Counts the running handlers of a subscription and waits for them when it stops.</summary>
internal sealed class RunningHandlers(TimeProvider time)
{
    /// <summary>How long a stop lets handlers finish before it cancels them.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>How long a message that nobody decided on is kept from coming again where the broker knows no such delay.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AfterCancel = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopped = new();
    private readonly TaskCompletionSource _stopBegins = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running = 1;
    private volatile bool _stopping;

    /// <summary>True as soon as the stop has begun: a handler that fails now was interrupted, its message counts as not handled.</summary>
    public bool Stopping => _stopping;

    /// <summary>Cancelled when the stop no longer waits.</summary>
    public CancellationToken Stopped => _stopped.Token;

    public void Enter() => Interlocked.Increment(ref _running);

    public void Exit()
    {
        if (Interlocked.Decrement(ref _running) == 0) _idle.TrySetResult();
    }

    /// <summary>Marks the stop without waiting.</summary>
    public void BeginStop()
    {
        _stopping = true;
        _stopBegins.TrySetResult();
    }

    /// <summary>Lets <see cref="Pause"/> go by, or what is left of it when the stop begins.</summary>
    public async Task PauseAsync()
    {
        try
        {
            await _stopBegins.Task.WaitAsync(Pause, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // That is what was waited for.
        }
    }

    /// <summary>Waits for the handlers, cancels them after <see cref="Grace"/> and then waits a little more. To be called once.</summary>
    public async Task StopAsync()
    {
        BeginStop();
        Exit();
        if (!await IdleWithin(Grace).ConfigureAwait(false))
        {
            await _stopped.CancelAsync().ConfigureAwait(false);
            await IdleWithin(AfterCancel).ConfigureAwait(false);
        }
        else
        {
            await _stopped.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> IdleWithin(TimeSpan limit)
    {
        try
        {
            await _idle.Task.WaitAsync(limit, time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
