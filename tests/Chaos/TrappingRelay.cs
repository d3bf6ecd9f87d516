using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace DaprTrading.Tests.Chaos;

/// <summary>
/// Passes connections on to Redis. Once a trap is set, the first request that contains its bytes reaches Redis, but its reply stays here until
/// <see cref="Release"/>: what waits for it stands exactly between the write and what comes after.
/// </summary>
internal sealed class TrappingRelay : IAsyncDisposable
{
    private readonly int _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly Task _loop;
    private volatile Trap? _trap;

    public TrappingRelay(int target)
    {
        _target = target;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Sets a trap for a request that contains these bytes.</summary>
    /// <returns>Ends when something is in it.</returns>
    public Task TrapAsync(string bytes)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(bytes);
        return TrapAsync(request => request.IndexOf(wanted) >= 0);
    }

    /// <summary>Sets a trap for a request that a pattern fits.</summary>
    /// <returns>Ends when something is in it.</returns>
    public Task TrapAsync(Regex pattern) => TrapAsync(request => pattern.IsMatch(Encoding.Latin1.GetString(request)));

    private Task TrapAsync(RequestTest test)
    {
        var trap = new Trap(test);
        _trap = trap;
        return trap.Caught.Task;
    }

    /// <summary>Lets the reply go.</summary>
    public void Release()
    {
        Trap? trap = _trap;
        _trap = null;
        trap?.Released.TrySetResult();
    }

    /// <summary>Loses the reply: every connection breaks, new ones are taken.</summary>
    public void Break()
    {
        foreach (TcpClient client in _open.Keys) client.Dispose();
        Release();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Break();
        await _loop;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = PassAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The relay ends.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            _open[client] = _open[server] = 0;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target);
                var connection = new Connection();
                await Task.WhenAny(
                    RequestsAsync(client.GetStream(), server.GetStream(), connection), RepliesAsync(server.GetStream(), client.GetStream(), connection));
            }
            catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Broken on purpose, or one side has ended.
            }
            finally
            {
                _open.TryRemove(client, out _);
                _open.TryRemove(server, out _);
            }
        }
    }

    private async Task RequestsAsync(NetworkStream from, NetworkStream to, Connection connection)
    {
        byte[] buffer = new byte[256 * 1024];
        int kept = 0;
        while (true)
        {
            // What may be the beginning of the trap's bytes is looked at again together with what follows.
            int read = await from.ReadAsync(buffer.AsMemory(kept));
            if (read == 0) return;
            int length = kept + read;
            Trap? trap = _trap;
            bool caught = trap is not null && trap.Fits(buffer.AsSpan(0, length)) && trap.TryTake();
            if (caught) connection.Held = trap;
            await to.WriteAsync(buffer.AsMemory(kept, read));
            if (caught) trap!.Caught.TrySetResult();
            kept = Math.Min(length, 128);
            buffer.AsSpan(length - kept, kept).CopyTo(buffer);
        }
    }

    private static async Task RepliesAsync(NetworkStream from, NetworkStream to, Connection connection)
    {
        byte[] buffer = new byte[256 * 1024];
        while (true)
        {
            int read = await from.ReadAsync(buffer);
            if (read == 0) return;
            if (connection.Held is { } trap) await trap.Released.Task;
            connection.Held = null;
            await to.WriteAsync(buffer.AsMemory(0, read));
        }
    }

    private sealed class Connection
    {
        private volatile Trap? _held;

        public Trap? Held { get => _held; set => _held = value; }
    }

    private delegate bool RequestTest(ReadOnlySpan<byte> request);

    private sealed class Trap(RequestTest test)
    {
        private int _taken;

        public bool Fits(ReadOnlySpan<byte> request) => test(request);

        public TaskCompletionSource Caught { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>One request only.</summary>
        public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;
    }
}
