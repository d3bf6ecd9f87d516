using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// A connection that comes back: while it is away commands wait at most a second and then fail. A command that was under way when it broke fails
/// too; it is never sent again.
/// </summary>
internal sealed partial class RedisClient(RedisOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>Longest silence of Redis while a command is under way.</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _disposed = new();
    private volatile RedisConnection? _connection;
    private TaskCompletionSource<RedisConnection> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _reason = "not connected yet";
    private Task _keeper = Task.CompletedTask;

    public RedisOptions Options => options;

    /// <summary>Connects for the first time, with a few retries.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var backOff = new BackOff();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                _connection = await RedisConnection.OpenAsync(options, CommandTimeout, time, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (ComponentException) when (attempt < options.MaxRetries)
            {
                await Task.Delay(backOff.Next(), time, cancellationToken).ConfigureAwait(false);
            }
        }

        _keeper = KeepAsync();
    }

    /// <summary>Sends what <paramref name="encode"/> writes and gives what <paramref name="parse"/> makes of so many replies.</summary>
    /// <exception cref="ComponentException">There is no connection, or it broke.</exception>
    /// <exception cref="RedisServerException">Redis refused the command.</exception>
    public Task<T> SendAsync<TState, T>(TState state, RespEncoder<TState> encode, int replies, RespParser<T> parse, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        RedisConnection? connection = _connection;
        return connection is not null ? connection.SendAsync(state, encode, replies, parse) : SendLaterAsync(state, encode, replies, parse, cancellationToken);
    }

    /// <summary>A connection of its own, for commands that block.</summary>
    public Task<RedisConnection> OpenDedicatedAsync(CancellationToken cancellationToken) =>
        RedisConnection.OpenAsync(options, TimeSpan.Zero, time, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested) return;
        await _disposed.CancelAsync().ConfigureAwait(false);
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        await _keeper.ConfigureAwait(false);
        _disposed.Dispose();
    }

    private async Task<T> SendLaterAsync<TState, T>(
        TState state, RespEncoder<TState> encode, int replies, RespParser<T> parse, CancellationToken cancellationToken)
    {
        // In this order: whoever misses the old promise finds the connection it was kept with.
        Task<RedisConnection> next = Volatile.Read(ref _next).Task;
        RedisConnection connection;
        try
        {
            connection = _connection ?? await next.WaitAsync(LongestWait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException timeout)
        {
            throw new ComponentException($"{options.Label}: {_reason}; the command was not sent", timeout);
        }

        return await connection.SendAsync(state, encode, replies, parse).ConfigureAwait(false);
    }

    private async Task KeepAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            string reason = await _connection!.Closed.ConfigureAwait(false);
            _reason = reason;
            await _connection.DisposeAsync().ConfigureAwait(false);
            if (_disposed.IsCancellationRequested) return;

            _connection = null;
            Lost(options.Label, reason);
            long since = time.GetTimestamp();
            if (await ReconnectAsync().ConfigureAwait(false) is not { } connection) return;

            _connection = connection;
            Interlocked.Exchange(ref _next, new TaskCompletionSource<RedisConnection>(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(connection);
            Back(options.Label, time.GetElapsedTime(since).TotalSeconds);
        }

        if (_connection is { } last) await last.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<RedisConnection?> ReconnectAsync()
    {
        var backOff = new BackOff();
        while (true)
        {
            try
            {
                return await RedisConnection.OpenAsync(options, CommandTimeout, time, _disposed.Token).ConfigureAwait(false);
            }
            catch (ComponentException failure)
            {
                _reason = failure.Message[(options.Label.Length + 2)..];
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                return null;
            }

            try
            {
                await Task.Delay(backOff.Next(), time, _disposed.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server}: {Reason}; trying again until it is back")]
    private partial void Lost(string server, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server}: back after {Seconds:0.0} s")]
    private partial void Back(string server, double seconds);
}

/// <summary>Delays between attempts: 100 ms, doubling up to 2 s.</summary>
internal sealed class BackOff
{
    private TimeSpan _next = TimeSpan.FromMilliseconds(100);

    public TimeSpan Next()
    {
        TimeSpan delay = _next;
        _next = TimeSpan.FromMilliseconds(Math.Min(2000, delay.TotalMilliseconds * 2));
        return delay;
    }

    public void Reset() => _next = TimeSpan.FromMilliseconds(100);
}
