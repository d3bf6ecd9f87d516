using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaprTrading.Tests.Chaos;

/// <summary>A Redis that answers nobody for three quarters of the time.</summary>
internal static class SlowRedis
{
    private static readonly TimeSpan Stall = TimeSpan.FromMilliseconds(150), Retry = TimeSpan.FromMilliseconds(100);

    /// <summary>Slows the Redis at a port down for a time.</summary>
    /// <returns>The longest time that another connection waited for its answer.</returns>
    public static async Task<TimeSpan> RunAsync(int port, TimeSpan length, CancellationToken cancellationToken)
    {
        using TcpClient commander = await ConnectAsync(port, cancellationToken), other = await ConnectAsync(port, cancellationToken);
        string pause = string.Create(CultureInfo.InvariantCulture, $"CLIENT PAUSE {Stall.TotalMilliseconds:0} ALL");
        long started = TimeProvider.System.GetTimestamp();
        TimeSpan longest = TimeSpan.Zero;
        using var timer = new PeriodicTimer(Stall * 4 / 3);
        do
        {
            await ExpectAsync(commander, pause, "+OK", cancellationToken);
            long asked = TimeProvider.System.GetTimestamp();
            await ExpectAsync(other, "PING", "+PONG", cancellationToken);
            TimeSpan waited = TimeProvider.System.GetElapsedTime(asked);
            longest = waited > longest ? waited : longest;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
        while (TimeProvider.System.GetElapsedTime(started) < length);

        return longest;
    }

    /// <summary>It may still be starting after an end, or reading its log.</summary>
    private static async Task<TcpClient> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        using var retry = new PeriodicTimer(Retry);
        while (true)
        {
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                if (await AskAsync(client, "PING", cancellationToken) == "+PONG") return client;
            }
            catch (Exception away) when (away is SocketException or IOException)
            {
                // Asked again.
            }

            client.Dispose();
            await retry.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task ExpectAsync(TcpClient client, string command, string answer, CancellationToken cancellationToken)
    {
        string found = await AskAsync(client, command, cancellationToken);
        if (found != answer) throw new InvalidOperationException($"Redis answered '{found}' to {command}.");
    }

    /// <summary>The one line that Redis answers to a command; nothing else is under way on the connection.</summary>
    private static async Task<string> AskAsync(TcpClient client, string command, CancellationToken cancellationToken)
    {
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        return await reader.ReadLineAsync(cancellationToken) ?? throw new IOException("Redis closed the connection.");
    }
}
