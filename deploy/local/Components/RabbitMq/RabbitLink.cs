using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>A connection that comes back by itself. Channels end with it; who has one opens another.</summary>
internal sealed partial class RabbitLink(RabbitOptions options, string purpose, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int StartRetries = 3;

    private readonly ConnectionFactory _factory = options.Factory(purpose);
    private readonly CancellationTokenSource _disposed = new();
    private TaskCompletionSource<IConnection> _next = NewPromise();
    private Task _keeper = Task.CompletedTask;
    private IConnection? _first;

    public RabbitOptions Options => options;

    /// <summary>Connects for the first time, with a few retries.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var backOff = new BackOff();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _first = await _factory.CreateConnectionAsync(cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (BrokerUnreachableException) when (attempt < StartRetries)
            {
                await Task.Delay(backOff.Next(), time, cancellationToken).ConfigureAwait(false);
            }
        }

        _next.SetResult(_first);
        _keeper = Task.Run(KeepAsync, CancellationToken.None);
    }

    /// <summary>Opens a channel, waiting a while for a connection that is away.</summary>
    /// <exception cref="ComponentException">There is no connection, or it broke.</exception>
    public async Task<IChannel> OpenChannelAsync(CreateChannelOptions channel, CancellationToken cancellationToken)
    {
        try
        {
            IConnection connection = await ConnectionAsync(cancellationToken).ConfigureAwait(false);
            return await connection.CreateChannelAsync(channel, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new ComponentException($"{options.Label}: there is no connection; the broker is tried again until it answers", late);
        }
        catch (Exception failure) when (IsRabbit(failure))
        {
            throw new ComponentException($"{options.Label}: {Reason(failure)}", failure);
        }
    }

    /// <summary>Whether a failure is the client's or the broker's.</summary>
    public static bool IsRabbit(Exception failure) => failure is RabbitMQClientException or IOException or ObjectDisposedException or TimeoutException;

    /// <summary>The reason of a failure in few words.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        OperationInterruptedException { ShutdownReason: { } reason } => $"{reason.ReplyText} ({reason.ReplyCode})",
        BrokerUnreachableException { InnerException: AggregateException { InnerExceptions: [var first, ..] } } => first.InnerException?.Message ?? first.Message,
        BrokerUnreachableException { InnerException: { } inner } => inner.InnerException?.Message ?? inner.Message,
        _ => failure.Message,
    };

    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested) return;
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _keeper.ConfigureAwait(false);
        _disposed.Dispose();
    }

    private static TaskCompletionSource<IConnection> NewPromise() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A connection may be found dead before the keeper has noticed; whoever comes first makes the promise of the next one.
    private async Task<IConnection> ConnectionAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<IConnection> promise = Volatile.Read(ref _next);
        IConnection connection = await promise.Task.WaitAsync(options.ReconnectWait, time, cancellationToken).ConfigureAwait(false);
        if (connection.IsOpen) return connection;
        return await Renew(promise).Task.WaitAsync(options.ReconnectWait, time, cancellationToken).ConfigureAwait(false);
    }

    private TaskCompletionSource<IConnection> Renew(TaskCompletionSource<IConnection> kept)
    {
        TaskCompletionSource<IConnection> renewed = NewPromise();
        TaskCompletionSource<IConnection> found = Interlocked.CompareExchange(ref _next, renewed, kept);
        return found == kept ? renewed : found;
    }

    private async Task KeepAsync()
    {
        IConnection? connection = _first;
        while (connection is not null)
        {
            string reason = await ClosedAsync(connection).ConfigureAwait(false);
            bool lost = !_disposed.IsCancellationRequested;
            TaskCompletionSource<IConnection> promise = Volatile.Read(ref _next);
            if (lost && promise.Task.IsCompleted) promise = Renew(promise);
            await CloseAsync(connection).ConfigureAwait(false);
            if (!lost) return;

            Lost(options.Label, purpose, reason);
            long since = time.GetTimestamp();
            connection = await ReconnectAsync().ConfigureAwait(false);
            if (connection is null)
            {
                promise.TrySetException(new ObjectDisposedException(options.Label));
                _ = promise.Task.Exception;
                return;
            }

            promise.SetResult(connection);
            Back(options.Label, purpose, time.GetElapsedTime(since).TotalSeconds);
        }
    }

    private async Task<string> ClosedAsync(IConnection connection)
    {
        var closed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, shutdown) =>
        {
            closed.TrySetResult(shutdown.ReplyText);
            return Task.CompletedTask;
        };
        if (!connection.IsOpen) closed.TrySetResult(connection.CloseReason?.ReplyText ?? "closed");
        using CancellationTokenRegistration stop = _disposed.Token.UnsafeRegister(static state => ((TaskCompletionSource<string>)state!).TrySetResult("stopped"), closed);
        return await closed.Task.ConfigureAwait(false);
    }

    private static async Task CloseAsync(IConnection connection)
    {
        try
        {
            if (connection.IsOpen) await connection.CloseAsync(200, "bye", TimeSpan.FromSeconds(2), abort: true, CancellationToken.None).ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (IsRabbit(failure))
        {
            // It is gone already.
        }
    }

    private async Task<IConnection?> ReconnectAsync()
    {
        var backOff = new BackOff();
        while (true)
        {
            try
            {
                return await _factory.CreateConnectionAsync(_disposed.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (IsRabbit(failure) && !_disposed.IsCancellationRequested)
            {
                // Told once, when it was lost.
            }
            catch (Exception) when (_disposed.IsCancellationRequested)
            {
                return null;
            }

            try
            {
                TimeSpan pause = backOff.Next();
                await Task.Delay(pause < options.ReconnectWait ? pause : options.ReconnectWait, time, _disposed.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} ({Purpose}): {Reason}; trying again until it is back")]
    private partial void Lost(string server, string purpose, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} ({Purpose}): back after {Seconds:0.0} s")]
    private partial void Back(string server, string purpose, double seconds);
}
