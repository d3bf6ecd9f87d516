using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Publishes on one channel, which is opened again when it ends. With publisher confirms a publish ends when the broker has the message.</summary>
/// <remarks>Many publishes may be under way at once: they wait for their confirms together, not one after the other.</remarks>
internal sealed class RabbitPublisher(RabbitLink link) : IAsyncDisposable
{
    private const int MostUnconfirmed = 4096;

    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly SemaphoreSlim _places = new(MostUnconfirmed, MostUnconfirmed);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);
    private IChannel? _channel;
    private PendingConfirms _pending = new();

    public async Task PublishAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Task confirmed = await SendAsync(message, cancellationToken).ConfigureAwait(false);
            await confirmed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is { } channel) await DiscardAsync(channel).ConfigureAwait(false);
        _sending.Dispose();
        _places.Dispose();
    }

    private async Task<Task> SendAsync(PubSubMessage message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IChannel channel = _channel is { IsOpen: true } open ? open : await OpenAsync(cancellationToken).ConfigureAwait(false);
            RabbitOptions options = link.Options;
            if (!_declared.Contains(message.Topic))
            {
                await RabbitTopology.DeclareExchangeAsync(channel, message.Topic, options, cancellationToken).ConfigureAwait(false);
                _declared.Add(message.Topic);
            }

            PendingConfirms pending = _pending;
            Task confirmed = options.PublisherConfirm ? pending.Add() : Task.CompletedTask;
            try
            {
                await channel.BasicPublishAsync(
                    message.Topic, RabbitProperties.Find(message.Metadata, "routingKey"), mandatory: false, RabbitProperties.Write(message.Metadata, options), message.Data,
                    CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // Whether the broker has counted it is unknown, so the numbers of this channel are no longer good.
                pending.Fail(failure.Message);
                _ = confirmed.Exception;
                await DiscardAsync(channel).ConfigureAwait(false);
                throw;
            }

            return confirmed;
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<IChannel> OpenAsync(CancellationToken cancellationToken)
    {
        if (_channel is { } old) await DiscardAsync(old).ConfigureAwait(false);
        _declared.Clear();
        var pending = new PendingConfirms();
        IChannel channel = await link.OpenChannelAsync(
            new CreateChannelOptions(link.Options.PublisherConfirm, publisherConfirmationTrackingEnabled: false), cancellationToken).ConfigureAwait(false);
        channel.BasicAcksAsync += (_, ack) => pending.Settle(ack.DeliveryTag, ack.Multiple, confirmed: true);
        channel.BasicNacksAsync += (_, nack) => pending.Settle(nack.DeliveryTag, nack.Multiple, confirmed: false);
        channel.ChannelShutdownAsync += (_, shutdown) => pending.Closed(shutdown);
        if (!channel.IsOpen) pending.Fail("the channel was closed");
        _pending = pending;
        _channel = channel;
        return channel;
    }

    private async Task DiscardAsync(IChannel channel)
    {
        _channel = null;
        try
        {
            await channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (RabbitLink.IsRabbit(failure))
        {
            // It is gone already.
        }
    }
}

/// <summary>The broker did not take a message, or it is not known that it has.</summary>
internal sealed class RabbitUnconfirmedException(string message, bool refused) : Exception(message)
{
    /// <summary>True when the broker said no; false when the channel ended before its answer.</summary>
    public bool Refused => refused;
}

/// <summary>Messages of one channel that the broker has not confirmed, by their number, which counts from 1.</summary>
internal sealed class PendingConfirms
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, TaskCompletionSource> _waiting = [];
    private ulong _last;
    private string? _closed;

    /// <summary>The confirm of the next message.</summary>
    public Task Add()
    {
        var confirm = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_closed is not null) confirm.SetException(new RabbitUnconfirmedException(_closed, refused: false));
            else _waiting.Add(++_last, confirm);
        }

        return confirm.Task;
    }

    public Task Settle(ulong tag, bool multiple, bool confirmed)
    {
        lock (_lock)
        {
            if (!multiple)
            {
                if (_waiting.Remove(tag, out TaskCompletionSource? one)) Settle(one, confirmed);
                return Task.CompletedTask;
            }

            ulong[] upTo = [.. _waiting.Keys.TakeWhile(number => tag == 0 || number <= tag)];
            foreach (ulong number in upTo)
            {
                if (_waiting.Remove(number, out TaskCompletionSource? each)) Settle(each, confirmed);
            }
        }

        return Task.CompletedTask;
    }

    public Task Closed(ShutdownEventArgs shutdown)
    {
        Fail($"{shutdown.ReplyText} ({shutdown.ReplyCode})");
        return Task.CompletedTask;
    }

    /// <summary>Fails what waits and what still comes.</summary>
    public void Fail(string reason)
    {
        lock (_lock)
        {
            _closed ??= reason;
            foreach (TaskCompletionSource confirm in _waiting.Values) confirm.SetException(new RabbitUnconfirmedException(reason, refused: false));
            _waiting.Clear();
        }
    }

    private static void Settle(TaskCompletionSource confirm, bool confirmed)
    {
        if (confirmed) confirm.SetResult();
        else confirm.SetException(new RabbitUnconfirmedException("the broker refused the message (negative confirm)", refused: true));
    }
}
