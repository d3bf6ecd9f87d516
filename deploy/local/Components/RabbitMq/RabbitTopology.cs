using System.Globalization;
using RabbitMQ.Client;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Names and arguments of exchanges and queues, as Dapr declares them.</summary>
internal static class RabbitTopology
{
    /// <summary>The exchange of a topic bears its name.</summary>
    public static Task DeclareExchangeAsync(IChannel channel, string topic, RabbitOptions options, CancellationToken cancellationToken) =>
        channel.ExchangeDeclareAsync(topic, options.ExchangeKind, options.Durable, options.DeletedWhenUnused, cancellationToken: cancellationToken);

    /// <summary>The queue of a subscription: <c>{consumerID}-{topic}</c>, or what its metadata says.</summary>
    public static string QueueName(PubSubSubscription subscription) =>
        RabbitProperties.Find(subscription.Metadata, "queueName") is { Length: > 0 } name ? name : $"{subscription.ConsumerId}-{subscription.Topic}";

    /// <summary>Declares exchange and queue of a subscription and binds them.</summary>
    public static async Task DeclareAsync(IChannel channel, PubSubSubscription subscription, RabbitOptions options, CancellationToken cancellationToken)
    {
        string queue = QueueName(subscription);
        Dictionary<string, object?> arguments = Arguments(subscription, options);
        await DeclareExchangeAsync(channel, subscription.Topic, options, cancellationToken).ConfigureAwait(false);
        if (options.EnableDeadLetter)
        {
            string exchange = "dlx-" + queue;
            arguments["x-dead-letter-exchange"] = exchange;
            await DeclareDeadLettersAsync(channel, exchange, "dlq-" + queue, options, cancellationToken).ConfigureAwait(false);
        }

        await channel.QueueDeclareAsync(queue, options.Durable, exclusive: false, options.DeletedWhenUnused, arguments, cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (string key in RabbitProperties.Find(subscription.Metadata, "routingKey").Split(','))
        {
            await channel.QueueBindAsync(queue, subscription.Topic, key, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Complains about metadata of a subscription that no queue can be declared with.</summary>
    public static void Check(PubSubSubscription subscription, RabbitOptions options) => Arguments(subscription, options);

    private static async Task DeclareDeadLettersAsync(IChannel channel, string exchange, string queue, RabbitOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, object?> arguments = Limits(options);
        arguments["x-queue-mode"] = "lazy";
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, options.DeletedWhenUnused, cancellationToken: cancellationToken).ConfigureAwait(false);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, options.DeletedWhenUnused, arguments, cancellationToken: cancellationToken).ConfigureAwait(false);
        await channel.QueueBindAsync(queue, exchange, "", cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static Dictionary<string, object?> Limits(RabbitOptions options)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (options.MaxLen > 0) arguments["x-max-length"] = options.MaxLen;
        if (options.MaxLenBytes > 0) arguments["x-max-length-bytes"] = options.MaxLenBytes;
        return arguments;
    }

    private static Dictionary<string, object?> Arguments(PubSubSubscription subscription, RabbitOptions options)
    {
        Dictionary<string, object?> arguments = Limits(options);
        long priority = Number(subscription, "maxPriority", options, options.MaxPriority);
        if (priority > 0) arguments["x-max-priority"] = (byte)Math.Min(priority, byte.MaxValue);
        long length = Number(subscription, "maxLen", options, 0);
        if (length > 0) arguments["x-max-length"] = length;
        long bytes = Number(subscription, "maxLenBytes", options, 0);
        if (bytes > 0) arguments["x-max-length-bytes"] = bytes;
        string type = RabbitProperties.Find(subscription.Metadata, "queueType") is { Length: > 0 } given ? given : "classic";
        if (type is not ("classic" or "quorum")) throw Wrong(subscription, "queueType", type, options, "classic or quorum");
        arguments["x-queue-type"] = type;
        if (RabbitProperties.Find(subscription.Metadata, "singleActiveConsumer") is { Length: > 0 } single && GoBool.TryParse(single, out bool on) && on)
        {
            arguments["x-single-active-consumer"] = true;
        }

        return arguments;
    }

    private static long Number(PubSubSubscription subscription, string name, RabbitOptions options, long fallback)
    {
        if (RabbitProperties.Find(subscription.Metadata, name) is not { Length: > 0 } text) return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw Wrong(subscription, name, text, options, "a whole number");
    }

    private static ComponentException Wrong(PubSubSubscription subscription, string name, string value, RabbitOptions options, string expected) =>
        new($"{options.Label}: subscription to '{subscription.Topic}': metadata field '{name}' '{value}' is not {expected}");
}
