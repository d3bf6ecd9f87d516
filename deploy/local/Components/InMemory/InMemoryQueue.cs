using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// The messages one consumer has not taken yet. Bounded: while a reader is attached a full queue makes publishers wait; while none is, the oldest
/// messages give way, because nobody would ever let the publishers go on. A consumer that has taken nothing from a full queue for a minute counts
/// as away: one that hangs must not hold up those who publish for all.
/// </summary>
internal sealed partial class InMemoryQueue(string topic, string consumer, TimeProvider time, ILogger logger)
{
    private const int MaxCount = 65_536;
    private const long MaxBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestHang = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Queue<PubSubMessage> _messages = new();
    private readonly Stack<PubSubMessage> _returned = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly string? _prefix = topic.EndsWith('*') ? topic[..^1] : null;
    private TaskCompletionSource? _room;
    private long _bytes;
    private int _readers;
    private long _dropped;
    private DateTimeOffset? _abandonedSince;
    private long? _fullSince;

    public string Topic => topic;

    public string Consumer => consumer;

    /// <summary>When the last reader left; null while there is one.</summary>
    public DateTimeOffset? AbandonedSince
    {
        get
        {
            lock (_lock) return _abandonedSince;
        }
    }

    public bool Takes(string published) =>
        _prefix is null ? published == topic : published.StartsWith(_prefix, StringComparison.Ordinal);

    public void Attach()
    {
        lock (_lock)
        {
            _readers++;
            _abandonedSince = null;
            _dropped = 0;
        }
    }

    public void Detach()
    {
        lock (_lock)
        {
            if (--_readers > 0) return;
            _abandonedSince = time.GetUtcNow();
            _room?.TrySetResult();
            _room = null;
        }
    }

    /// <summary>Adds a message; waits for room at most ten seconds.</summary>
    public async ValueTask EnqueueAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (HasRoom(message) || ((_readers == 0 || Hangs()) && MakeRoom(message)))
                {
                    Add(message);
                    return;
                }

                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            try
            {
                await room.WaitAsync(LongestWait, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException timeout)
            {
                throw new ComponentException($"topic '{topic}': the queue of consumer '{consumer}' stayed full for {LongestWait.TotalSeconds} s", timeout);
            }
        }
    }

    /// <summary>Takes the next message; waits for one.</summary>
    public async ValueTask<PubSubMessage> DequeueAsync(CancellationToken cancellationToken)
    {
        await _available.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            PubSubMessage message = _returned.Count > 0 ? _returned.Pop() : _messages.Dequeue();
            _bytes -= message.Data.Length;
            _fullSince = null;
            _room?.TrySetResult();
            _room = null;
            return message;
        }
    }

    /// <summary>Gives a message back whose handler was interrupted; it is the next one out.</summary>
    public void Return(PubSubMessage message)
    {
        lock (_lock)
        {
            _returned.Push(message);
            _bytes += message.Data.Length;
        }

        _available.Release();
    }

    private bool Hangs()
    {
        _fullSince ??= time.GetTimestamp();
        return time.GetElapsedTime(_fullSince.Value) >= LongestHang;
    }

    private bool HasRoom(PubSubMessage message)
    {
        int count = _messages.Count + _returned.Count;
        return count == 0 || (count < MaxCount && _bytes + message.Data.Length <= MaxBytes);
    }

    private bool MakeRoom(PubSubMessage message)
    {
        while (!HasRoom(message) && _available.Wait(0))
        {
            PubSubMessage oldest = _returned.Count > 0 ? _returned.Pop() : _messages.Dequeue();
            _bytes -= oldest.Data.Length;
            if (_dropped++ == 0) Dropping(consumer, topic);
        }

        return HasRoom(message);
    }

    private void Add(PubSubMessage message)
    {
        _messages.Enqueue(message);
        _bytes += message.Data.Length;
        _available.Release();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "consumer {Consumer} of topic {Topic} is away or hangs, and its queue is full: its oldest messages are dropped")]
    private partial void Dropping(string consumer, string topic);
}
