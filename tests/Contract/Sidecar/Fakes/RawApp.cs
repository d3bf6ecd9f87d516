using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaprTrading.Tests.Contract.Sidecar.Fakes;

/// <summary>An app that writes its answers byte by byte as a test says. Start-up questions it answers by itself.</summary>
internal sealed class RawApp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _opened;
    private int _closed;

    public RawApp()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Answers a request, given its head; false ends the connection.</summary>
    public Func<string, NetworkStream, Task<bool>> Answer { get; set; } = (_, stream) => SayAsync(stream, "HTTP/1.1 204 No Content\r\n\r\n", goOn: true);

    /// <summary>Heads of the requests, start-up questions left out.</summary>
    public ConcurrentQueue<string> Heads { get; } = [];

    /// <summary>Connection number of each of them.</summary>
    public ConcurrentQueue<int> Connections { get; } = [];

    /// <summary>How many connections ended from the other side.</summary>
    public int Closed => Volatile.Read(ref _closed);

    public static async Task<bool> SayAsync(NetworkStream stream, string text, bool goOn)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text));
        return goOn;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), Interlocked.Increment(ref _opened)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            try
            {
                while (await HeadAsync(stream) is { } head)
                {
                    if (!await AnswerAsync(head, number, stream)) return;
                }

                Interlocked.Increment(ref _closed);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                Interlocked.Increment(ref _closed);
            }
        }
    }

    private async Task<bool> AnswerAsync(string head, int number, NetworkStream stream)
    {
        if (head.Contains(" /dapr/", StringComparison.Ordinal)) return await SayAsync(stream, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", goOn: true);
        Heads.Enqueue(head);
        Connections.Enqueue(number);
        return await Answer(head, stream);
    }

    // Byte by byte, so that the body stays in the stream.
    private async Task<string?> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.Length > 3 && head.ToString(head.Length - 4, 4) == "\r\n\r\n") return head.ToString();
        }

        return null;
    }
}
