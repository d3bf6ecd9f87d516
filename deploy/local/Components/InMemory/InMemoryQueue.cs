using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// The messages one consumer has not taken yet. Bounded: while a reader is attached a full queue makes publishers wait; while none is, the oldest
/// messages give way, because nobody would ever let the publishers go on. A consumer that has taken nothing while its queue was full for ten
/// seconds counts as away: one that hangs must not hold up those who publish for all.
/// </summary>
internal sealed partial class InMemoryQueue(string topic, string consumer, TimeProvider time, ILogger logger)
{
    private const int MaxCount = 65_536;
    private const long MaxBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

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
    private bool _stuck;
    private long _taken;

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
    /// <exception cref="ComponentException">The consumer takes messages, but too slowly.</exception>
    public async ValueTask EnqueueAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        if (TryAdd(message, out Task room, out long taken)) return;
        long began = time.GetTimestamp();
        do
        {
            TimeSpan left = LongestWait - time.GetElapsedTime(began);
            try
            {
                if (left <= TimeSpan.Zero) throw new TimeoutException();
                await room.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException timeout)
            {
                if (!SetStuck(taken))
                {
                    throw new ComponentException($"topic '{topic}': the queue of consumer '{consumer}' stayed full for {LongestWait.TotalSeconds} s", timeout);
                }
            }
        }
        while (!TryAdd(message, out room, out _));
    }

    /// <summary>Takes the next message; waits for one.</summary>
    public async ValueTask<PubSubMessage> DequeueAsync(CancellationToken cancellationToken)
    {
        await _available.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            PubSubMessage message = _returned.Count > 0 ? _returned.Pop() : _messages.Dequeue();
            _bytes -= message.Data.Length;
            _taken++;
            if (_stuck) _dropped = 0;
            _stuck = false;
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

    private bool TryAdd(PubSubMessage message, out Task room, out long taken)
    {
        lock (_lock)
        {
            taken = _taken;
            room = Task.CompletedTask;
            if (HasRoom(message) || ((_readers == 0 || _stuck) && MakeRoom(message)))
            {
                Add(message);
                return true;
            }

            room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            return false;
        }
    }

    // False when something was taken since the count was read.
    private bool SetStuck(long taken)
    {
        lock (_lock) return _stuck |= taken == _taken;
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
