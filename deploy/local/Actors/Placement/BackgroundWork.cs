using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>Runs work that no caller awaits, reports its failures, and waits for it at the end.</summary>
internal sealed partial class BackgroundWork(ILogger logger) : IAsyncDisposable
{
    private readonly Lock _sync = new();
    private readonly HashSet<Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private bool _stopped;

    /// <summary>Cancelled when the runtime stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Starts work; nothing happens when the runtime is stopping.</summary>
    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_sync)
        {
            if (_stopped) return;
            Task task = Task.Run(() => RunAsync(work));
            _running.Add(task);
            _ = task.ContinueWith(Remove, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_sync)
        {
            _stopped = true;
            running = [.. _running];
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(running);
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            LogStopped(logger);
        }
        catch (Exception e)
        {
            LogFailed(logger, e);
        }
    }

    private void Remove(Task task)
    {
        lock (_sync) _running.Remove(task);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Background work of the actor runtime ended with the runtime")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "Background work of the actor runtime failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
