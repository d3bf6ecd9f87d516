using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Consumes one queue on a channel of its own, which is opened again when it ends.</summary>
internal sealed partial class RabbitSubscription : IAsyncDisposable
{
    /// <summary>Most handlers at once when <c>prefetchCount</c> does not limit them.</summary>
    private const int MostHandlers = 10_000;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly RabbitLink _link;
    private readonly PubSubSubscription _subscription;
    private readonly MessageHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _queue;
    private readonly RunningHandlers _running;
    private readonly CancellationTokenSource _stop = new();
    private Consumption? _current;
    private Task _loop = Task.CompletedTask;
    private int _disposed;

    public RabbitSubscription(RabbitLink link, PubSubSubscription subscription, MessageHandler handler, TimeProvider time, ILogger logger)
    {
        _link = link;
        _subscription = subscription;
        _handler = handler;
        _time = time;
        _logger = logger;
        _queue = RabbitTopology.QueueName(subscription);
        _running = new RunningHandlers(time);
    }

    /// <summary>Declares the queue and begins to consume; from then on nothing published is missed.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _current = await OpenAsync(cancellationToken).ConfigureAwait(false);
        _loop = Task.Run(KeepAsync, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _running.BeginStop();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (_current is { } current) await CancelAsync(current).ConfigureAwait(false);
        await _running.StopAsync().ConfigureAwait(false);
        if (_current is not null) await CloseAsync(_current.Channel).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task<Consumption> OpenAsync(CancellationToken cancellationToken)
    {
        RabbitOptions options = _link.Options;
        IChannel channel = await _link.OpenChannelAsync(new CreateChannelOptions(false, false), cancellationToken).ConfigureAwait(false);
        try
        {
            await RabbitTopology.DeclareAsync(channel, _subscription, options, cancellationToken).ConfigureAwait(false);
            ushort prefetch = options.PrefetchCount > 0 ? (ushort)options.PrefetchCount : (ushort)MostHandlers;
            await channel.BasicQosAsync(0, prefetch, global: false, cancellationToken).ConfigureAwait(false);
            var consumption = new Consumption(channel);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, delivery) => ReceiveAsync(channel, delivery);
            consumer.UnregisteredAsync += (_, _) => consumption.EndAsync("the broker ended the consumer");
            channel.ChannelShutdownAsync += (_, shutdown) => consumption.EndAsync(shutdown.ReplyText);
            consumption.Tag = await channel.BasicConsumeAsync(_queue, options.AutoAck, consumer, cancellationToken).ConfigureAwait(false);
            if (!channel.IsOpen) await consumption.EndAsync("the channel was closed").ConfigureAwait(false);
            return consumption;
        }
        catch
        {
            await CloseAsync(channel).ConfigureAwait(false);
            throw;
        }
    }

    private async Task KeepAsync()
    {
        var backOff = new BackOff();
        try
        {
            while (true)
            {
                if (_current is { } current)
                {
                    string reason = await current.Ended.WaitAsync(_stop.Token).ConfigureAwait(false);
                    _current = null;
                    Interrupted(_queue, reason);
                    await CloseAsync(current.Channel).ConfigureAwait(false);
                }

                try
                {
                    _current = await OpenAsync(_stop.Token).ConfigureAwait(false);
                    backOff.Reset();
                    Resumed(_queue);
                    continue;
                }
                catch (Exception failure) when (failure is ComponentException || RabbitLink.IsRabbit(failure))
                {
                    Interrupted(_queue, failure.Message);
                }

                await Task.Delay(backOff.Next(), _time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The subscription stops.
        }
    }

    // What is not begun when the stop comes stays with the broker, which delivers it again when the channel closes.
    private Task ReceiveAsync(IChannel channel, BasicDeliverEventArgs delivery)
    {
        if (_running.Stopping) return Task.CompletedTask;
        _running.Enter();
        var message = new PubSubMessage(
            _subscription.Topic, delivery.Body.ToArray(), RabbitProperties.Read(delivery.BasicProperties, _link.Options.PropertiesToMetadata));
        Task handling = HandleAsync(channel, delivery.DeliveryTag, message);
        return _link.Options.Single ? handling : Task.CompletedTask;
    }

    private async Task HandleAsync(IChannel channel, ulong tag, PubSubMessage message)
    {
        await Task.Yield();
        RabbitOptions options = _link.Options;
        try
        {
            try
            {
                await _handler(message, _running.Stopped).ConfigureAwait(false);
                if (!options.AutoAck) await channel.BasicAckAsync(tag, multiple: false, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception failure) when (!RabbitLink.IsRabbit(failure) || channel.IsOpen)
            {
                bool again = options.RequeueInFailure || _running.Stopping || failure is DeliveryAbandonedException or DeliveryPostponedException;
                NotHandled(_queue, again && !options.AutoAck ? "comes again" : options.EnableDeadLetter ? "goes to the dead letters" : "is lost", failure.Message);
                // The broker delivers it again at once: without a pause that would be a tight loop.
                if (failure is DeliveryPostponedException) await _running.PauseAsync().ConfigureAwait(false);
                if (!options.AutoAck) await channel.BasicNackAsync(tag, multiple: false, again, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (RabbitLink.IsRabbit(gone))
        {
            // The channel has ended: the broker delivers the message again.
            Interrupted(_queue, gone.Message);
        }
        finally
        {
            _running.Exit();
        }
    }

    private async Task CancelAsync(Consumption current)
    {
        try
        {
            if (!current.Channel.IsOpen) return;
            using var limit = new CancellationTokenSource(StopLimit, _time);
            await current.Channel.BasicCancelAsync(current.Tag, noWait: false, limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (RabbitLink.IsRabbit(failure) || failure is OperationCanceledException)
        {
            Interrupted(_queue, failure.Message);
        }
    }

    private static async Task CloseAsync(IChannel channel)
    {
        try
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (RabbitLink.IsRabbit(failure))
        {
            // It is gone already.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "queue {Queue} is interrupted: {Problem}")]
    private partial void Interrupted(string queue, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "queue {Queue} is consumed again")]
    private partial void Resumed(string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "queue {Queue}: a message was not handled and {Fate}: {Problem}")]
    private partial void NotHandled(string queue, string fate, string problem);

    /// <summary>One consumer on one channel, until either ends.</summary>
    private sealed class Consumption(IChannel channel)
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IChannel Channel => channel;

        public string Tag { get; set; } = "";

        public Task<string> Ended => _ended.Task;

        public Task EndAsync(string reason)
        {
            _ended.TrySetResult(reason);
            return Task.CompletedTask;
        }
    }
}
