using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DaprTrading.LocalRuntime.Host.Building;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;

namespace DaprTrading.LocalRuntime.Host.Redis;

/// <summary>The system's own Redis: a supervised child on loopback whose every write is on disk before it is acknowledged.</summary>
internal static class RedisServer
{
    /// <summary>The variable that names a Redis somebody else runs, as <c>host:port</c>.</summary>
    public const string HostVariable = "REDIS_HOST";

    /// <summary>The variable with its password.</summary>
    public const string PasswordVariable = "REDIS_PASSWORD";

    private static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(30);

    /// <summary>Finds redis-server, installing it when that needs no question.</summary>
    /// <returns>Its path, or why there is none.</returns>
    public static async Task<(string? Path, string Reason)> FindAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        if (Executables.Find("redis-server") is { } found) return (found, "");

        string? problem = await DebianPackages.InstallAsync(["redis-server"], progress, cancellationToken).ConfigureAwait(false);
        return Executables.Find("redis-server") is { } installed
            ? (installed, "")
            : (null, $"redis-server is missing and could not be installed: {problem ?? "it is not on the path"}. Install it with: {DebianPackages.Command("redis-server")}");
    }

    /// <summary>The port of the last run when it is free, else a new one.</summary>
    public static int ChoosePort(DataDirectory data, FreePorts ports)
    {
        Directory.CreateDirectory(data.Redis);
        string file = Path.Combine(data.Redis, "port");
        if (File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out int last) && last is > 1023 and < 65536 && FreePorts.IsFree(last))
        {
            ports.Exclude(last);
            return last;
        }

        int port = ports.Take();
        File.WriteAllText(file, port.ToString(CultureInfo.InvariantCulture));
        return port;
    }

    /// <summary>What to start.</summary>
    public static ProcessSpec Spec(string executable, DataDirectory data, int port) => new()
    {
        Name = "redis",
        WorkingDirectory = data.Redis,
        Command =
        [
            executable, "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--dir", data.Redis, "--daemonize", "no",
            "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            // A rewrite costs a core for seconds: on a stream of bars it would come several times a minute.
            "--auto-aof-rewrite-min-size", "1gb", "--protected-mode", "yes", "--loglevel", "notice",
        ],
    };

    /// <summary>Waits until it answers: it may have to load a long log first.</summary>
    /// <exception cref="UserException">It does not answer in time.</exception>
    public static async Task WaitAsync(int port, string log, TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (!await PingAsync(port, cancellationToken).ConfigureAwait(false))
        {
            if (time.GetElapsedTime(started) > LongestLoad)
            {
                throw new UserException($"Redis did not answer on port {port} within {LongestLoad.TotalSeconds:0} s:\n  " + string.Join("\n  ", RotatingLog.Tail(log, 10)));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken).ConfigureAwait(false);
        }
    }

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
