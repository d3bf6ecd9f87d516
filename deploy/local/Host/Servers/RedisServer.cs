using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Servers;

/// <summary>Redis on loopback, whose every write is on disk before it is acknowledged.</summary>
internal sealed class RedisServer : IBackingServer
{
    /// <inheritdoc/>
    public string Name => "redis";

    /// <inheritdoc/>
    public string Package => "redis-server";

    /// <inheritdoc/>
    public string AddressVariable => "REDIS_HOST";

    /// <inheritdoc/>
    public bool Serves(string componentType) => componentType.EndsWith(".redis", StringComparison.Ordinal);

    /// <inheritdoc/>
    public string? Find() => Executables.Find("redis-server");

    /// <inheritdoc/>
    public Task<ServerLaunch> PrepareAsync(string program, ServerSite site, CancellationToken cancellationToken)
    {
        int port = site.Port();
        string address = $"127.0.0.1:{port}";

        // It may have to load a long log before it answers.
        var process = new ServerProcess(Spec(program, site.Folder, port), ct => PingAsync(port, ct), LongestStart: TimeSpan.FromSeconds(30), Grace: TimeSpan.FromSeconds(10));
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { [AddressVariable] = address, ["REDIS_PASSWORD"] = "" };
        return Task.FromResult(new ServerLaunch(address, variables, [process]));
    }

    private ProcessSpec Spec(string program, string folder, int port) => new()
    {
        Name = Name,
        WorkingDirectory = folder,
        Command =
        [
            program, "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--dir", folder, "--daemonize", "no",
            "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            // A rewrite costs a core for seconds: on a stream of bars it would come several times a minute.
            "--auto-aof-rewrite-min-size", "1gb", "--protected-mode", "yes", "--loglevel", "notice",
        ],
    };

    private static async Task<bool> PingAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(1));
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, limit.Token).ConfigureAwait(false);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), limit.Token).ConfigureAwait(false);
            byte[] answer = new byte[7];
            int read = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, limit.Token).ConfigureAwait(false);
            return Encoding.ASCII.GetString(answer, 0, read) == "+PONG\r\n";
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
