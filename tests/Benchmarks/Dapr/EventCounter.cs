namespace DaprTrading.Tests.Benchmarks.Dapr;

/// <summary>Counts events and tells when a number is reached. Thread-safe; one waits at a time.</summary>
internal sealed class EventCounter
{
    private readonly Lock _gate = new();
    private long _count, _wanted = long.MaxValue;
    private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(int events)
    {
        lock (_gate)
        {
            _count += events;
            if (_count >= _wanted) _reached.TrySetResult();
        }
    }

    public Task ReachAsync(long wanted, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_count >= wanted) return Task.CompletedTask;
            _wanted = wanted;
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reached.Task.WaitAsync(cancellationToken);
        }
    }
}
