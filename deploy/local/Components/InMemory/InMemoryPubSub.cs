using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>pubsub.in-memory</c>: a bus inside the runtime's process; nothing outlives it.</summary>
/// <remarks>
/// Three extensions over Dapr's, whose bus is private to one sidecar: all components of this type share one bus, so the apps of a runtime reach
/// each other; subscriptions with one consumer id compete for the messages, different ids each get all of them; and a consumer that leaves for a
/// while (its app restarts) finds the messages it missed, up to a bound. As in Dapr, a message published before a consumer's first
/// subscription is not kept for it, and a handler's error is only logged. A subscribed topic may end in <c>*</c>. Metadata:
/// <c>concurrency</c>, the most handlers of one subscription at once (256).
/// </remarks>
internal sealed partial class InMemoryPubSub : IPubSub
{
    private readonly ComponentSettings _settings;
    private readonly ComponentContext _context;
    private readonly ILogger _logger;
    private readonly int _concurrency;

    public InMemoryPubSub(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        _context = context;
        _logger = context.Loggers.CreateLogger<InMemoryPubSub>();
        _concurrency = settings.Int("concurrency", 256, 1, 65_536);
        settings.WarnUnknown(_logger, "concurrency");
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities { get; } = ["SUBSCRIBE_WILDCARDS"];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public bool HasNativeTtl => false;

    public Task InitAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The caller's buffer ends with its request; the bus keeps the message longer.
    public Task PublishAsync(PubSubMessage message, CancellationToken cancellationToken) =>
        _context.Bus.PublishAsync(message with { Data = message.Data.ToArray() }, cancellationToken).AsTask();

    public async Task<Exception?[]?> BulkPublishAsync(IReadOnlyList<PubSubMessage> messages, CancellationToken cancellationToken)
    {
        Exception?[]? failures = null;
        for (int i = 0; i < messages.Count; i++)
        {
            try
            {
                await PublishAsync(messages[i], cancellationToken).ConfigureAwait(false);
            }
            catch (ComponentException failure)
            {
                failures ??= new Exception?[messages.Count];
                failures[i] = failure;
            }
        }

        return failures;
    }

    public Task<IAsyncDisposable> SubscribeAsync(PubSubSubscription subscription, MessageHandler handler, CancellationToken cancellationToken)
    {
        InMemoryQueue queue = _context.Bus.Attach(subscription.Topic, subscription.ConsumerId);
        return Task.FromResult<IAsyncDisposable>(new Subscription(queue, handler, _concurrency, _context.Time, this));
    }

    public Task ForgetAsync(PubSubSubscription subscription, CancellationToken cancellationToken)
    {
        _context.Bus.Forget(subscription.Topic, subscription.ConsumerId);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Component}: a message on {Topic} was not handled by {Consumer} and is lost: {Problem}")]
    private static partial void Lost(ILogger logger, string component, string topic, string consumer, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Component}: a message on {Topic} was neither handled by {Consumer} nor put aside: it comes again ({Problem})")]
    private static partial void Postponed(ILogger logger, string component, string topic, string consumer, string problem);

    private sealed class Subscription : IAsyncDisposable
    {
        private readonly InMemoryQueue _queue;
        private readonly MessageHandler _handler;
        private readonly InMemoryPubSub _owner;
        private readonly SemaphoreSlim _slots;
        private readonly RunningHandlers _running;
        private readonly CancellationTokenSource _reading = new();
        private readonly Task _loop;
        private int _disposed;

        public Subscription(InMemoryQueue queue, MessageHandler handler, int concurrency, TimeProvider time, InMemoryPubSub owner)
        {
            _queue = queue;
            _handler = handler;
            _owner = owner;
            _slots = new SemaphoreSlim(concurrency, concurrency);
            _running = new RunningHandlers(time);
            _loop = Task.Run(ReadAsync);
        }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
            _running.BeginStop();
            await _reading.CancelAsync().ConfigureAwait(false);
            await _loop.ConfigureAwait(false);
            await _running.StopAsync().ConfigureAwait(false);
            _queue.Detach();
            _reading.Dispose();
        }

        private async Task ReadAsync()
        {
            try
            {
                while (true)
                {
                    await _slots.WaitAsync(_reading.Token).ConfigureAwait(false);
                    PubSubMessage message = await _queue.DequeueAsync(_reading.Token).ConfigureAwait(false);
                    _running.Enter();
                    _ = HandleAsync(message);
                }
            }
            catch (OperationCanceledException) when (_reading.IsCancellationRequested)
            {
                // The subscription stops.
            }
        }

        private async Task HandleAsync(PubSubMessage message)
        {
            await Task.Yield();
            try
            {
                await _handler(message, _running.Stopped).ConfigureAwait(false);
            }
            catch (Exception failure) when (_running.Stopping || failure is DeliveryAbandonedException)
            {
                _queue.Return(message);
            }
            catch (DeliveryPostponedException postponed)
            {
                Postponed(_owner._logger, _owner.Name, message.Topic, _queue.Consumer, postponed.Message);
                await _running.PauseAsync().ConfigureAwait(false);
                _queue.Return(message);
            }
            catch (Exception failure)
            {
                Lost(_owner._logger, _owner.Name, message.Topic, _queue.Consumer, failure.Message);
            }
            finally
            {
                _slots.Release();
                _running.Exit();
            }
        }
    }
}
