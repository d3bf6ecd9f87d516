namespace DaprTrading.LocalRuntime;

/// <summary>A message broker.</summary>
public interface IPubSub : IComponent
{
    /// <summary>True when the broker itself expires messages (<c>ttlInSeconds</c>), as RabbitMQ does.</summary>
    bool HasNativeTtl { get; }

    /// <summary>Hands one message to the broker; returns when the broker has it, throws when it may not have it.</summary>
    Task PublishAsync(PubSubMessage message, CancellationToken cancellationToken);

    /// <summary>Hands several messages of one topic to the broker; no order is promised between them.</summary>
    /// <returns>Null when all were taken, else one exception or null per message, in the order of <paramref name="messages"/>.</returns>
    Task<Exception?[]?> BulkPublishAsync(IReadOnlyList<PubSubMessage> messages, CancellationToken cancellationToken);

    /// <summary>Starts handing messages of one topic to <paramref name="handler"/>; dispose the result to stop.</summary>
    /// <remarks>
    /// The handler is called concurrently, up to the component's <c>concurrency</c>. When it returns the message is acknowledged; when it throws
    /// <see cref="DeliveryAbandonedException"/> the message is given back at once, and with <see cref="DeliveryPostponedException"/> it comes again
    /// later; when it throws anything else, the component's own rule for failed messages applies. Stopping waits for the running handlers.
    /// </remarks>
    Task<IAsyncDisposable> SubscribeAsync(PubSubSubscription subscription, MessageHandler handler, CancellationToken cancellationToken);

    /// <summary>
    /// A consumer that nobody subscribes as any more will never come back: what the broker keeps for it (a consumer group, a queue) is removed.
    /// A broker that keeps nothing, or does not know the consumer, has nothing to do.
    /// </summary>
    Task ForgetAsync(PubSubSubscription subscription, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A message on its way to or from a broker.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Data">The bytes: a CloudEvent envelope, or a raw payload.</param>
/// <param name="Metadata">Request metadata stored with the message.</param>
public sealed record PubSubMessage(string Topic, ReadOnlyMemory<byte> Data, IReadOnlyDictionary<string, string> Metadata);

/// <summary>Handles one delivered message; throwing means it was not handled.</summary>
public delegate Task MessageHandler(PubSubMessage message, CancellationToken cancellationToken);

/// <summary>What a sidecar asks of a broker.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="ConsumerId">Name of the consumer group: the component's <c>consumerID</c> with its templates resolved, else the app id.</param>
/// <param name="Metadata">Metadata of the subscription.</param>
public sealed record PubSubSubscription(string Topic, string ConsumerId, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A message was not handled because its consumer stops: nobody is to blame, it comes again, here or elsewhere.</summary>
public sealed class DeliveryAbandonedException(Exception? inner = null) : Exception("the consumer stops; the message comes again", inner);

/// <summary>A message was neither handled nor put aside: it ran into a time limit, or its dead-letter topic did not take it. It comes again after a while.</summary>
public sealed class DeliveryPostponedException(string message, Exception? inner = null) : Exception(message, inner);
