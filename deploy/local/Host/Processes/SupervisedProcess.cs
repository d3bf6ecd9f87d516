using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Host.Processes;

/// <summary>Keeps a process running: whenever it ends unasked, it is started again.</summary>
internal sealed class SupervisedProcess(
    ProcessSpec spec, ProcessLauncher launcher, ChildRegistry registry, RotatingLog log, ILogger logger, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private ChildProcess? _child;
    private Task _loop = Task.CompletedTask;
    private int _restarts;

    /// <summary>What runs.</summary>
    public ProcessSpec Spec => spec;

    /// <summary>Called when the process ended, before it is started again.</summary>
    public Func<Task>? Exited { get; init; }

    /// <summary>Gets a piece of output.</summary>
    public Action<ReadOnlyMemory<byte>>? Tap { get; init; }

    /// <summary>Whether an exit with code 0 is the process's own wish, so that it stays ended.</summary>
    public bool MayFinish { get; init; }

    /// <summary>Process id; null between an end and the next start.</summary>
    public int? Pid => Volatile.Read(ref _child)?.Pid;

    /// <summary>How often it was started again.</summary>
    public int Restarts => Volatile.Read(ref _restarts);

    /// <summary>Exit code of the last end; null when it never ended.</summary>
    public int? LastExitCode { get; private set; }

    /// <summary>Path of its log.</summary>
    public string LogPath => log.Path;

    /// <summary>Starts it. Throws when the command cannot be executed at all.</summary>
    public async Task StartAsync()
    {
        ChildProcess first = await LaunchAsync().ConfigureAwait(false);
        _loop = Task.Run(() => KeepRunningAsync(first));
    }

    /// <summary>Kills it on purpose. It will be started again. False when it does not run at this moment.</summary>
    public bool Kill()
    {
        lock (_gate)
        {
            if (_child is null) return false;
            _child.Kill();
            return true;
        }
    }

    /// <summary>Ends it for good: a request to end, and after <paramref name="grace"/> the kill.</summary>
    public async Task StopAsync(TimeSpan grace, CancellationToken hurry)
    {
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync().ConfigureAwait(false);
        lock (_gate) _child?.Terminate();

        try
        {
            await _loop.WaitAsync(grace, time, hurry).ConfigureAwait(false);
            return;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            logger.StopTimedOut(spec.Name, grace.TotalSeconds);
        }

        lock (_gate) _child?.Kill();
        await _loop.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
        _stop.Dispose();
        log.Dispose();
    }

    private async Task<ChildProcess> LaunchAsync()
    {
        ChildProcess child = await launcher.StartAsync(spec, log, Tap).ConfigureAwait(false);
        registry.Add(child);
        lock (_gate)
        {
            _child = child;
            if (_stop.IsCancellationRequested) child.Terminate();
        }

        return child;
    }

    private async Task KeepRunningAsync(ChildProcess child)
    {
        var backoff = new RestartBackoff();
        while (true)
        {
            long started = time.GetTimestamp();
            int code = await child.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            Forget(child, code);
            bool finished = MayFinish && code == 0;
            if (!_stop.IsCancellationRequested && !finished) logger.ProcessExited(spec.Name, code);
            if (Exited is not null) await Exited().ConfigureAwait(false);
            if (finished) return;

            ChildProcess? next = await StartAgainAsync(backoff, time.GetElapsedTime(started)).ConfigureAwait(false);
            if (next is null) return;
            child = next;
        }
    }

    private async Task<ChildProcess?> StartAgainAsync(RestartBackoff backoff, TimeSpan lifetime)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(backoff.Next(lifetime), time, _stop.Token).ConfigureAwait(false);
                Interlocked.Increment(ref _restarts);
                return await LaunchAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (UserException e)
            {
                logger.RestartFailed(spec.Name, e.Message);   // e.g. rebuilt at this moment: the next try comes after the wait
                lifetime = TimeSpan.Zero;
            }
        }

        return null;
    }

    private void Forget(ChildProcess child, int code)
    {
        lock (_gate) _child = null;
        LastExitCode = code;
        registry.Remove(child);
        child.Dispose();
    }
}
