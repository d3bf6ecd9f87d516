using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>The topics of one runtime process and the queues of their consumers.</summary>
internal sealed partial class InMemoryBus(TimeProvider time, ILogger logger)
{
    /// <summary>A consumer that has been away for longer than this loses its queue.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Topic, string Consumer), InMemoryQueue> _queues = [];
    private volatile InMemoryQueue[] _snapshot = [];

    /// <summary>Puts a message into the queue of every consumer of its topic; waits while one of them is full.</summary>
    public async ValueTask PublishAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        foreach (InMemoryQueue queue in _snapshot)
        {
            if (!queue.Takes(message.Topic)) continue;
            if (queue.AbandonedSince is { } since && time.GetUtcNow() - since > Retention)
            {
                Remove(queue);
                continue;
            }

            await queue.EnqueueAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The queue of one consumer, with one more reader.</summary>
    public InMemoryQueue Attach(string topic, string consumer)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue((topic, consumer), out InMemoryQueue? queue))
            {
                queue = new InMemoryQueue(topic, consumer, time, logger);
                _queues.Add((topic, consumer), queue);
                _snapshot = [.. _queues.Values];
            }

            queue.Attach();
            return queue;
        }
    }

    /// <summary>Drops the queue of a consumer that will not come back; one that has a reader stays.</summary>
    public void Forget(string topic, string consumer)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue((topic, consumer), out InMemoryQueue? queue) || queue.AbandonedSince is null) return;
            _queues.Remove((topic, consumer));
            _snapshot = [.. _queues.Values];
        }
    }

    private void Remove(InMemoryQueue queue)
    {
        lock (_lock)
        {
            if (queue.AbandonedSince is null || !_queues.Remove((queue.Topic, queue.Consumer))) return;
            _snapshot = [.. _queues.Values];
        }

        Removed(queue.Consumer, queue.Topic, Retention.TotalMinutes);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "consumer {Consumer} of topic {Topic} has been away for {Minutes} min: its queue is removed")]
    private partial void Removed(string consumer, string topic, double minutes);
}
