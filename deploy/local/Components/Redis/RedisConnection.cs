using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>
/// One connection: commands of all callers are pipelined, written together while the socket is busy, and answered in order. When it breaks, or
/// Redis keeps silent for too long, everything on its way fails; nothing is ever sent twice.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int MaxInFlight = 16_384;
    private const long MaxBytesInFlight = 64 * 1024 * 1024;

    private readonly string _label;
    private readonly TimeProvider _time;
    private readonly TimeSpan _commandTimeout;
    private readonly Socket _socket;
    private readonly Pipe _out = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 16 * 1024, useSynchronizationContext: false));
    private readonly Lock _lock = new();
    private readonly Queue<RedisCommand> _inFlight = new();
    private readonly TaskCompletionSource<string> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer? _watchdog;
    private readonly Task _loops;
    private TaskCompletionSource? _room;
    private long _bytesInFlight;
    private string? _broken;

    private RedisConnection(Socket socket, string label, TimeSpan commandTimeout, TimeProvider time)
    {
        _socket = socket;
        _label = label;
        _time = time;
        _commandTimeout = commandTimeout;
        _loops = Task.WhenAll(SendLoopAsync(), ReceiveLoopAsync());
        if (commandTimeout > TimeSpan.Zero) _watchdog = time.CreateTimer(_ => CheckSilence(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Ends with the reason when the connection is no longer usable.</summary>
    public Task<string> Closed => _closed.Task;

    /// <summary>Connects, logs in, selects the database and waits until Redis has loaded its data.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="commandTimeout">Longest silence while a command is under way; zero: no limit, for blocking reads.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<RedisConnection> OpenAsync(RedisOptions options, TimeSpan commandTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var dial = new CancellationTokenSource(options.DialTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(dial.Token, cancellationToken);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            await socket.ConnectAsync(options.Host, options.Port, both.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new ComponentException($"{options.Label} (metadata field '{RedisOptions.AddressField}'): no connection within the dialTimeout of {options.DialTimeout.TotalSeconds:0.###} s", failure);
            }

            if (failure is SocketException) throw new ComponentException($"{options.Label} (metadata field '{RedisOptions.AddressField}'): cannot connect: {failure.Message}", failure);
            throw;
        }

        var connection = new RedisConnection(socket, options.Label, commandTimeout, time);
        try
        {
            await RedisHandshake.RunAsync(connection, options).WaitAsync(both.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new ComponentException($"{options.Label} (metadata field '{RedisOptions.AddressField}'): no answer within the dialTimeout of {options.DialTimeout.TotalSeconds:0.###} s", failure);
            }

            throw;
        }
    }

    /// <summary>Sends what <paramref name="encode"/> writes and gives what <paramref name="parse"/> makes of so many replies.</summary>
    public Task<T> SendAsync<TState, T>(TState state, RespEncoder<TState> encode, int replies, RespParser<T> parse)
    {
        var command = new RedisCommand<T>(replies, parse);
        return TrySend(command, state, encode, out Task room) ? command.Task : SendWithRoomAsync(room, command, state, encode);
    }

    /// <summary>Breaks the connection; what is under way fails with the reason.</summary>
    public void Break(string reason)
    {
        RedisCommand[] lost;
        lock (_lock)
        {
            if (_broken is not null) return;
            _broken = reason;
            lost = [.. _inFlight];
            _inFlight.Clear();
            _out.Writer.Complete();
            _room?.TrySetResult();
        }

        _watchdog?.Dispose();
        _socket.Dispose();
        if (lost.Length > 0)
        {
            var failure = new ComponentException($"{_label}: {reason}; the command under way may or may not have been done");
            foreach (RedisCommand command in lost) command.Fail(failure);
        }

        _closed.TrySetResult(reason);
    }

    public async ValueTask DisposeAsync()
    {
        Break("the connection was closed");
        await _loops.ConfigureAwait(false);
    }

    private async Task<T> SendWithRoomAsync<TState, T>(Task room, RedisCommand<T> command, TState state, RespEncoder<TState> encode)
    {
        do
        {
            await room.ConfigureAwait(false);
        }
        while (!TrySend(command, state, encode, out room));

        return await command.Task.ConfigureAwait(false);
    }

    /// <summary>True when the command is on its way or has failed at once, else there is something to wait for before another try.</summary>
    private bool TrySend<TState, T>(RedisCommand<T> command, TState state, RespEncoder<TState> encode, out Task room)
    {
        room = Task.CompletedTask;
        lock (_lock)
        {
            if (_broken is not null)
            {
                command.Fail(new ComponentException($"{_label}: {_broken}; the command was not sent"));
                return true;
            }

            if (_inFlight.Count >= MaxInFlight || _bytesInFlight >= MaxBytesInFlight)
            {
                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                return false;
            }

            var writer = new RespWriter(_out.Writer);
            encode(ref writer, state);
            command.Size = writer.Written;
            command.SentAt = _time.GetTimestamp();
            _bytesInFlight += command.Size;
            _inFlight.Enqueue(command);
            FlushWithoutWaiting();
            return true;
        }
    }

    // The pipe has no threshold, so a flush never waits: it only wakes the sending loop. What is written until that runs leaves in one go.
    private void FlushWithoutWaiting()
    {
        ValueTask<FlushResult> flush = _out.Writer.FlushAsync();
        if (flush.IsCompletedSuccessfully) flush.GetAwaiter().GetResult();
    }

    private async Task SendLoopAsync()
    {
        try
        {
            while (true)
            {
                ReadResult result = await _out.Reader.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> segment in result.Buffer) await SendAllAsync(segment).ConfigureAwait(false);
                _out.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) break;
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            Break("the connection broke: " + failure.Message);
        }

        await _out.Reader.CompleteAsync().ConfigureAwait(false);
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    private async Task ReceiveLoopAsync()
    {
        string reason = "the server closed the connection";
        var stream = new NetworkStream(_socket, ownsSocket: false);
        PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, minimumReadSize: 4096, leaveOpen: true));
        try
        {
            var scanner = new RespScanner();
            RedisCommand? current = null;
            while (true)
            {
                ReadResult result = await reader.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = result.Buffer;
                buffer = Deliver(buffer, ref scanner, ref current);
                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted) break;
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            reason = "the connection broke: " + failure.Message;
        }
        catch (Exception failure) when (failure is RedisProtocolException or ArgumentException or InvalidOperationException or OutOfMemoryException)
        {
            reason = "the server sent something that is not RESP2: " + failure.Message;
        }

        Break(reason);
        await reader.CompleteAsync().ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Completes the commands whose replies are there and gives what is left.</summary>
    private ReadOnlySequence<byte> Deliver(ReadOnlySequence<byte> buffer, ref RespScanner scanner, ref RedisCommand? current)
    {
        while (!buffer.IsEmpty)
        {
            if (current is null)
            {
                lock (_lock)
                {
                    if (!_inFlight.TryPeek(out current))
                    {
                        if (_broken is not null) return buffer.Slice(buffer.End);
                        throw new RedisProtocolException("a reply to nothing");
                    }
                }

                scanner.Begin(current.Replies);
            }

            if (!scanner.Scan(buffer)) break;
            RedisCommand done = current;
            current = null;
            if (!Take(done)) break;
            done.Complete(buffer.Slice(0, scanner.Scanned));
            buffer = buffer.Slice(scanner.Scanned);
        }

        return buffer;
    }

    private bool Take(RedisCommand done)
    {
        lock (_lock)
        {
            if (_broken is not null) return false;
            _inFlight.Dequeue();
            _bytesInFlight -= done.Size;
            _room?.TrySetResult();
            _room = null;
            return true;
        }
    }

    private void CheckSilence()
    {
        lock (_lock)
        {
            if (!_inFlight.TryPeek(out RedisCommand? oldest) || _time.GetElapsedTime(oldest.SentAt) < _commandTimeout) return;
        }

        Break($"no answer for {_commandTimeout.TotalSeconds:0.###} s");
    }
}
