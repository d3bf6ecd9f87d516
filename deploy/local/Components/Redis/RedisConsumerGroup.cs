using System.Threading.Channels;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// What this process knows about one consumer group of one stream, shared by all its subscriptions (the instances of an app): which entries are
/// being handled, which wait for their acknowledgement, and which were given back unhandled.
/// </summary>
internal sealed class RedisConsumerGroup : IAsyncDisposable
{
    private const int MaxAcknowledged = 512;
    private const int MaxReleased = 100_000;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly RedisClient _client;
    private readonly TimeProvider _time;
    private readonly long _created;
    private readonly Lock _lock = new();
    private readonly HashSet<StreamId> _inFlight = [];
    private readonly Queue<StreamId> _released = new();
    private readonly Channel<StreamId> _handled = Channel.CreateUnbounded<StreamId>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _acknowledging;
    private TaskCompletionSource _releasedSome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unacknowledged;
    private int _lookedAtLeftovers;

    public RedisConsumerGroup(RedisClient client, StreamGroup key, TimeProvider time)
    {
        _client = client;
        _time = time;
        _created = time.GetTimestamp();
        Key = key;
        _acknowledging = Task.Run(AcknowledgeAsync);
    }

    public StreamGroup Key { get; }

    /// <summary>Entries handled but not yet acknowledged at Redis.</summary>
    public int Unacknowledged => Volatile.Read(ref _unacknowledged);

    /// <summary>Ends when an entry is given back.</summary>
    public Task ReleasedSome
    {
        get
        {
            lock (_lock) return _releasedSome.Task;
        }
    }

    /// <summary>True once: what has been pending for longer than this group is known here was left by a process that is gone.</summary>
    public bool TakeLeftovers() => Interlocked.Exchange(ref _lookedAtLeftovers, 1) == 0;

    /// <summary>How long this process has known the group: nothing it read itself can have been pending for as long.</summary>
    public TimeSpan Age => _time.GetElapsedTime(_created);

    /// <summary>Marks an entry as being handled; false when it already is.</summary>
    public bool TryBegin(StreamId id)
    {
        lock (_lock) return _inFlight.Add(id);
    }

    /// <summary>The entry's handler was interrupted by its time limit: it stays pending until it has been idle for long enough.</summary>
    public void Abandon(StreamId id)
    {
        lock (_lock) _inFlight.Remove(id);
    }

    /// <summary>The entry goes to the next reader of this process at once.</summary>
    public void Release(StreamId id)
    {
        lock (_lock)
        {
            _inFlight.Remove(id);
            if (_released.Count < MaxReleased) _released.Enqueue(id);
            _releasedSome.TrySetResult();
        }
    }

    /// <summary>Takes entries that were given back and marks them as being handled.</summary>
    public List<StreamId> TakeReleased(int most)
    {
        var ids = new List<StreamId>();
        lock (_lock)
        {
            while (ids.Count < most && _released.TryDequeue(out StreamId id))
            {
                if (_inFlight.Add(id)) ids.Add(id);
            }

            if (_released.Count == 0 && _releasedSome.Task.IsCompleted)
            {
                _releasedSome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        return ids;
    }

    /// <summary>The entry is handled: acknowledges it soon, together with others, and as long as it takes.</summary>
    public void Acknowledge(StreamId id)
    {
        Interlocked.Increment(ref _unacknowledged);
        _handled.Writer.TryWrite(id);
    }

    public async ValueTask DisposeAsync()
    {
        _handled.Writer.TryComplete();
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _acknowledging.ConfigureAwait(false);
        _disposed.Dispose();
    }

    // One XACK at a time: what is handled while it is under way goes into the next one.
    private async Task AcknowledgeAsync()
    {
        var ids = new List<StreamId>();
        try
        {
            while (await _handled.Reader.WaitToReadAsync(_disposed.Token).ConfigureAwait(false))
            {
                while (ids.Count < MaxAcknowledged && _handled.Reader.TryRead(out StreamId id)) ids.Add(id);
                await AcknowledgeUntilDoneAsync(ids).ConfigureAwait(false);
                lock (_lock)
                {
                    foreach (StreamId id in ids) _inFlight.Remove(id);
                }

                Interlocked.Add(ref _unacknowledged, -ids.Count);
                ids.Clear();
            }
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            // What is not acknowledged comes again.
        }
    }

    // Acknowledging twice does no harm, so here a broken connection is no reason to stop.
    private async Task AcknowledgeUntilDoneAsync(List<StreamId> ids)
    {
        while (true)
        {
            try
            {
                await StreamCommands.AcknowledgeAsync(_client, Key, ids, _disposed.Token).ConfigureAwait(false);
                return;
            }
            catch (RedisServerException)
            {
                // The stream is no stream any more: nothing is left to acknowledge.
                return;
            }
            catch (ComponentException)
            {
                await Task.Delay(RetryDelay, _disposed.Token).ConfigureAwait(false);
            }
        }
    }
}
