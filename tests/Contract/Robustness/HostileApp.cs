using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaprTrading.Tests.Contract.Robustness;

/// <summary>How an app misbehaves towards every call but the start-up questions.</summary>
public enum Hostility
{
    /// <summary>Takes the request and says nothing, for ever.</summary>
    Hangs,

    /// <summary>Sends bytes that are no HTTP.</summary>
    Garbage,

    /// <summary>Promises a body and closes in the middle of it.</summary>
    ClosesMidBody,

    /// <summary>Sends a body that never ends.</summary>
    EndlessBody,

    /// <summary>Sends headers that never end.</summary>
    EndlessHeaders,

    /// <summary>Answers 500, always.</summary>
    Fails,

    /// <summary>Reads a byte now and then, and never answers.</summary>
    ReadsSlowly,

    /// <summary>Resets the connection.</summary>
    Resets,

    /// <summary>Answers 200 with a status that is no JSON a reader should trust.</summary>
    NestedAnswer,
}

/// <summary>An app on a port that behaves at start-up and then does its worst.</summary>
internal sealed class HostileApp : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Hostility _hostility;
    private readonly string _subscriptions;
    private readonly string _configuration;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _attacked;

    public HostileApp(int port, Hostility hostility, string subscriptions, string configuration)
    {
        _hostility = hostility;
        _subscriptions = subscriptions;
        _configuration = configuration;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Calls that met the hostility.</summary>
    public int Attacked => Volatile.Read(ref _attacked);

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
            while (true) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                while (await HeadAsync(stream) is { } head)
                {
                    string? answer = head.Contains("/dapr/subscribe ", StringComparison.Ordinal) ? _subscriptions
                        : head.Contains("/dapr/config ", StringComparison.Ordinal) ? _configuration : null;
                    if (answer is null)
                    {
                        Interlocked.Increment(ref _attacked);
                        await AttackAsync(client, stream);
                        return;
                    }

                    await SayAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\n\r\n{answer}");
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The sidecar had enough, or the test is over.
            }
        }
    }

    private async Task AttackAsync(TcpClient client, NetworkStream stream)
    {
        switch (_hostility)
        {
            case Hostility.Hangs:
                await Task.Delay(Timeout.Infinite, _stop.Token);
                break;
            case Hostility.Garbage:
                await stream.WriteAsync(Enumerable.Range(0, 5000).Select(i => (byte)(i * 37)).ToArray(), _stop.Token);
                break;
            case Hostility.ClosesMidBody:
                await SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 1000\r\n\r\n");
                break;
            case Hostility.EndlessBody:
                await SayAsync(stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                using (var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5)))
                {
                    while (await pause.WaitForNextTickAsync(_stop.Token)) await SayAsync(stream, $"10000\r\n{new string('x', 0x10000)}\r\n");
                }

                break;
            case Hostility.EndlessHeaders:
                await SayAsync(stream, "HTTP/1.1 200 OK\r\n");
                for (int i = 0; ; i++) await SayAsync(stream, $"h{i}: {new string('x', 1000)}\r\n");
            case Hostility.Fails:
                await SayAsync(stream, "HTTP/1.1 500 No\r\nContent-Length: 4\r\nConnection: close\r\n\r\nboom");
                break;
            case Hostility.ReadsSlowly:
                using (var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200)))
                {
                    byte[] one = new byte[1];
                    while (await pause.WaitForNextTickAsync(_stop.Token)) _ = await stream.ReadAsync(one, _stop.Token);
                }

                break;
            case Hostility.Resets:
                client.LingerState = new LingerOption(true, 0);
                break;
            case Hostility.NestedAnswer:
                string body = string.Concat(Enumerable.Repeat("{\"status\":", 100_000));
                await SayAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
                break;
        }
    }

    private async Task<string?> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            head.Append((char)one[0]);
            if (head.Length > 4 && head[^1] == '\n' && head[^3] == '\n') return head.ToString();
        }

        return null;
    }

    private Task SayAsync(NetworkStream stream, string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text), _stop.Token).AsTask();
}
