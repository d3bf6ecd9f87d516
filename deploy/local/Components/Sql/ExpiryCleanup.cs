using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Removes expired rows at an interval, beginning one interval after the start. A failed round is told and tried again in the next.</summary>
internal sealed partial class ExpiryCleanup : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task> _remove;
    private readonly string _label;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;

    public ExpiryCleanup(TimeSpan interval, Func<CancellationToken, Task> remove, string label, TimeProvider time, ILogger logger)
    {
        _remove = remove;
        _label = label;
        _logger = logger;
        _timer = new PeriodicTimer(interval, time);
        _loop = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _timer.Dispose();
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await _remove(_stop.Token).ConfigureAwait(false);
                }
                catch (Exception failure) when (!_stop.IsCancellationRequested)
                {
                    Failed(_label, failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The store closes.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Store}: expired rows are not removed: {Problem}")]
    private partial void Failed(string store, string problem);
}
