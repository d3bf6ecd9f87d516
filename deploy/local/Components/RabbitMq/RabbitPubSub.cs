using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>pubsub.rabbitmq</c>: an exchange per topic and a queue per consumer id and topic, as Dapr lays them out.</summary>
/// <remarks>
/// Publishing and consuming have a connection each, so that a broker that holds publishers back does not hold acknowledgements back. Stricter than
/// Dapr: a message the broker refuses (negative confirm) is a failed publish. A message may be there twice after an outage in the middle of a
/// publish, as a publish is tried up to three times.
/// </remarks>
internal sealed class RabbitPubSub : IPubSub, IServerComponent
{
    private const int Attempts = 3;

    private readonly ComponentSettings _settings;
    private readonly ComponentContext _context;
    private readonly RabbitOptions _options;
    private readonly RabbitLink _publishing, _consuming;
    private readonly RabbitPublisher _publisher;
    private readonly ILogger _logger;

    public RabbitPubSub(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        _context = context;
        _logger = context.Loggers.CreateLogger<RabbitPubSub>();
        _options = RabbitOptions.Read(settings);
        _publishing = new RabbitLink(_options, "publish", context.Time, _logger);
        _consuming = new RabbitLink(_options, "consume", context.Time, _logger);
        _publisher = new RabbitPublisher(_publishing);
        settings.WarnUnknown(_logger, RabbitOptions.Fields);
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities { get; } = ["MESSAGE_TTL"];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public bool HasNativeTtl => true;

    public string Server => $"rabbitmq {_options.Server}";

    public string AddressField => _options.AddressField;

    public async Task InitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _publishing.StartAsync(cancellationToken).ConfigureAwait(false);
            await _consuming.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (RabbitLink.IsRabbit(failure))
        {
            throw _settings.Error(_options.AddressField, $"leads to rabbitmq {_options.Server}, which cannot be used: {RabbitLink.Reason(failure)}");
        }
    }

    public async Task PublishAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await _publisher.PublishAsync(message, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception failure) when (attempt < Attempts && IsWorthAnother(failure))
            {
                // The next attempt waits for the connection.
            }
            catch (Exception failure) when (failure is RabbitUnconfirmedException || RabbitLink.IsRabbit(failure))
            {
                throw Failed(message.Topic, failure);
            }
        }
    }

    public async Task<Exception?[]?> BulkPublishAsync(IReadOnlyList<PubSubMessage> messages, CancellationToken cancellationToken)
    {
        var publishing = new Task<Exception?>[messages.Count];
        for (int i = 0; i < publishing.Length; i++) publishing[i] = TryPublishAsync(messages[i], cancellationToken);
        Exception?[] failures = await Task.WhenAll(publishing).ConfigureAwait(false);
        return Array.TrueForAll(failures, failure => failure is null) ? null : failures;
    }

    public async Task<IAsyncDisposable> SubscribeAsync(PubSubSubscription subscription, MessageHandler handler, CancellationToken cancellationToken)
    {
        RabbitTopology.Check(subscription, _options);
        var started = new RabbitSubscription(_consuming, subscription, handler, _context.Time, _logger);
        try
        {
            await started.StartAsync(cancellationToken).ConfigureAwait(false);
            return started;
        }
        catch (Exception failure) when (RabbitLink.IsRabbit(failure))
        {
            throw Failed(subscription.Topic, failure);
        }
    }

    public async Task ForgetAsync(PubSubSubscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            await using IChannel channel = await _consuming.OpenChannelAsync(new CreateChannelOptions(false, false), cancellationToken).ConfigureAwait(false);
            await channel.QueueDeleteAsync(RabbitTopology.QueueName(subscription), ifUnused: true, ifEmpty: false, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (RabbitLink.IsRabbit(failure))
        {
            throw Failed(subscription.Topic, failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync().ConfigureAwait(false);
        await _publishing.DisposeAsync().ConfigureAwait(false);
        await _consuming.DisposeAsync().ConfigureAwait(false);
    }

    // An exchange that cannot be declared stays so; a broken or missing connection comes back.
    private static bool IsWorthAnother(Exception failure) => failure switch
    {
        RabbitUnconfirmedException unconfirmed => !unconfirmed.Refused,
        AlreadyClosedException => true,
        OperationInterruptedException { ShutdownReason.ReplyCode: >= 403 and <= 406 } => false,
        _ => failure is ComponentException || RabbitLink.IsRabbit(failure),
    };

    private async Task<Exception?> TryPublishAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await PublishAsync(message, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ComponentException failure)
        {
            return failure;
        }
    }

    private ComponentException Failed(string topic, Exception failure) => new($"{_options.Label}: topic '{topic}': {RabbitLink.Reason(failure)}", failure);
}
