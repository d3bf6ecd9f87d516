using System.Net.Sockets;
using System.Text;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>Relays invocations into one app instance over kept connections, byte for byte where it can. Thread-safe.</summary>
/// <remarks>
/// Half of what a relayed call costs is the way through an HTTP client: request and response objects, parsed headers, a body copied from stream to
/// stream. Here the caller's headers go into the bytes for the app and the app's head into the answer to the caller, without anything in between.
/// </remarks>
internal sealed class AppRelay : IDisposable
{
    private const int MaxHead = 64 * 1024;

    private readonly string _host;
    private readonly int _port;
    private readonly byte[] _headers;
    private readonly TimeProvider _time;
    private readonly RelayPool _pool;

    /// <param name="host">Host of the app.</param>
    /// <param name="port">Port of the app.</param>
    /// <param name="token">Token the app expects; null: none.</param>
    /// <param name="time">Clock.</param>
    public AppRelay(string host, int port, string? token, TimeProvider time)
    {
        (_host, _port, _time) = (host, port, time);
        _headers = Encoding.Latin1.GetBytes($"Host: {host}:{port}\r\n" + (token is null ? "" : $"dapr-api-token: {token}\r\n"));
        _pool = new RelayPool(time);
    }

    /// <summary>The app ended the connection in the middle of something.</summary>
    public static HttpRequestException BrokeOff(Exception? inner = null) =>
        new(HttpRequestError.ResponseEnded, "the app closed the connection before its answer was complete", inner);

    /// <summary>Sends a request and waits for the head of the answer.</summary>
    /// <exception cref="HttpRequestException">The app cannot be reached, broke off, or answered what is no HTTP.</exception>
    /// <exception cref="OperationCanceledException">The caller is gone, or the time was over.</exception>
    public async Task<RelayResponse> CallAsync(RelayRequest request, CancellationToken cancellationToken)
    {
        while (_pool.Take() is { } kept)
        {
            // The app may close a kept connection in the very moment it is used. Without a body nothing is lost by asking again.
            if (await TryCallAsync(kept, request, mayBeStale: true, cancellationToken) is { } response) return response;
        }

        RelayConnection opened = await RelayConnection.OpenAsync(_host, _port, _time, cancellationToken);
        return (await TryCallAsync(opened, request, mayBeStale: false, cancellationToken))!;
    }

    public void Dispose() => _pool.Dispose();

    /// <summary>Takes a connection back after a call that went well.</summary>
    internal void Keep(RelayConnection connection) => _pool.Keep(connection);

    private async Task<RelayResponse?> TryCallAsync(RelayConnection connection, RelayRequest request, bool mayBeStale, CancellationToken cancellationToken)
    {
        Task sending = Task.CompletedTask;
        try
        {
            using CancellationTokenRegistration given = cancellationToken.UnsafeRegister(static connection => ((RelayConnection)connection!).Dispose(), connection);
            bool whole = request.Write(connection.Output, _headers);
            await connection.FlushAsync();
            if (!whole) sending = SendBodyAsync(connection, request, cancellationToken);
            return new RelayResponse(this, connection, await ReadHeadAsync(connection), request, sending);
        }
        catch (Exception e)
        {
            bool stale = mayBeStale && !request.Taken && connection.Received.IsEmpty && e is HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } or SocketException;
            connection.Dispose();
            if (!sending.IsCompleted) request.StopReading();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            // What went wrong with the caller's body explains the rest.
            if (sending.IsFaulted) await sending;
            if (stale) return null;
            if (e is SocketException or ObjectDisposedException) throw BrokeOff(e);
            throw;
        }
    }

    private static async Task SendBodyAsync(RelayConnection connection, RelayRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await request.SendBodyAsync(connection, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The app does not take it; it may all the same have answered.
        }
        catch
        {
            // Without the rest of the body there is no answer to wait for.
            connection.Dispose();
            throw;
        }
    }

    private static async ValueTask<ResponseHead> ReadHeadAsync(RelayConnection connection)
    {
        while (true)
        {
            int end = ResponseHead.FindEnd(connection.Received.Span);
            if (end == 0)
            {
                if (connection.Received.Length > MaxHead) throw ResponseHead.Malformed($"its head is longer than {MaxHead} bytes");
                if (await connection.ReceiveAsync() == 0) throw BrokeOff();
                continue;
            }

            ResponseHead head = ResponseHead.Parse(connection.Received.Span[..end]);
            if (head.Status >= 200) return head;
            if (head.Status == 101) throw ResponseHead.Malformed("it switches protocols without being asked");
            connection.Consume(end);
        }
    }
}
