using System.Net.Sockets;

namespace DaprTrading.LocalRuntime.Sidecars;

/// <summary>A connection to an app that carries one call after another. Used by one call at a time; only <see cref="Dispose"/> may come from elsewhere.</summary>
/// <remarks>
/// While it is kept it listens: the answer to the next call finds its reader waiting, and a connection that the app has closed is seen before it is used.
/// </remarks>
internal sealed class RelayConnection(Socket socket) : IDisposable
{
    private const int FirstSize = 8 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private byte[] _input = new byte[FirstSize];
    private int _start;
    private int _end;
    private ValueTask<int> _listening;
    private bool _listens;

    /// <summary>What has been received and not consumed. Valid until the next receive.</summary>
    public ReadOnlyMemory<byte> Received => _input.AsMemory(_start, _end - _start);

    /// <summary>What is to be sent.</summary>
    public RelayBuffer Output { get; } = new();

    /// <summary>Since when it has been kept for the next call, in the clock's timestamps.</summary>
    public long KeptSince { get; set; }

    /// <summary>True when the app has closed it, or spoke without being asked.</summary>
    public bool Spent => _listens && _listening.IsCompleted;

    /// <exception cref="HttpRequestException">Nobody listens there; its error is <see cref="HttpRequestError.ConnectionError"/>.</exception>
    public static async Task<RelayConnection> OpenAsync(string host, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var late = new CancellationTokenSource(ConnectTimeout, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
            await socket.ConnectAsync(host, port, limit.Token);
            return new RelayConnection(socket);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new HttpRequestException(HttpRequestError.ConnectionError, $"cannot connect to the app at {host}:{port}: {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>Starts to wait for what comes next.</summary>
    public void Listen()
    {
        if (_listens) return;
        MakeRoom();
        _listening = socket.ReceiveAsync(_input.AsMemory(_end), SocketFlags.None, CancellationToken.None);
        _listens = true;
    }

    /// <summary>Adds to <see cref="Received"/>; 0 when the app has ended its side.</summary>
    public async ValueTask<int> ReceiveAsync()
    {
        Listen();
        _listens = false;
        int received = await _listening;
        _end += received;
        return received;
    }

    /// <summary>Receives into the caller's memory, past <see cref="Received"/>, which must be empty.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> into) => socket.ReceiveAsync(into, SocketFlags.None, CancellationToken.None);

    public void Consume(int count) => _start += count;

    /// <summary>Sends <see cref="Output"/> and empties it.</summary>
    public async ValueTask FlushAsync()
    {
        await SendAsync(Output.Written);
        Output.Clear();
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None)..];
        }
    }

    /// <summary>Closes it; whatever is under way ends with an error.</summary>
    public void Dispose() => socket.Dispose();

    private void MakeRoom()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }
        else if (_end == _input.Length)
        {
            byte[] roomy = _start > 0 ? _input : new byte[_input.Length * 2];
            _input.AsSpan(_start, _end - _start).CopyTo(roomy);
            (_input, _start, _end) = (roomy, 0, _end - _start);
        }
    }
}
