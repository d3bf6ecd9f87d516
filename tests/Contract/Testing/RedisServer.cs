using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DaprTrading.Tests.Contract.Testing;

/// <summary>A redis-server of a test's own, on a free loopback port, with an append-only file in a temporary folder.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);

    private readonly string _folder = Directory.CreateTempSubdirectory("redis-test-").FullName;
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(string[] arguments) => _arguments = arguments;

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary><c>127.0.0.1:port</c>.</summary>
    public string Host => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Starts a server; <paramref name="arguments"/> are added to its command line.</summary>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(arguments);
        for (int attempt = 1; ; attempt++)
        {
            server.Port = FreePort();
            try
            {
                await server.RunAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                await server.KillAsync();
            }
        }
    }

    /// <summary>Ends the process at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it again on the same port and data.</summary>
    public Task RestartAsync() => RunAsync();

    /// <summary>
    /// Runs one command on a connection of its own: a text, a number (<see cref="long"/>), null or a list of these. An error reply throws.
    /// </summary>
    public async Task<object?> ExecuteAsync(params string[] command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        NetworkStream stream = client.GetStream();
        var request = new StringBuilder().Append('*').Append(command.Length).Append("\r\n");
        foreach (string part in command) request.Append('$').Append(Encoding.UTF8.GetByteCount(part)).Append("\r\n").Append(part).Append("\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()));
        using var reader = new BinaryReader(new BufferedStream(stream), Encoding.UTF8);
        return Read(reader);
    }

    /// <summary>As <see cref="ExecuteAsync"/>, for a command that answers a list of texts.</summary>
    public async Task<IReadOnlyList<string?>> ListAsync(params string[] command) =>
        [.. ((List<object?>)(await ExecuteAsync(command))!).Select(item => item?.ToString())];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync()
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] own = ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--dir", _folder];
        foreach (string argument in (string[])[.. own, .. _arguments]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitForPongAsync();
    }

    private async Task WaitForPongAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await poll.WaitForNextTickAsync(limit.Token))
        {
            if (_process!.HasExited) throw new InvalidOperationException("redis-server ended at its start");
            try
            {
                if (await ExecuteAsync("PING") is "PONG") return;
            }
            catch (Exception failure) when (failure is SocketException or IOException or InvalidDataException)
            {
                // Not listening yet, loading, or asking for a password (then it runs).
                if (failure.Message.StartsWith("NOAUTH", StringComparison.Ordinal)) return;
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static object? Read(BinaryReader reader)
    {
        string line = Line(reader);
        switch (line[0])
        {
            case '+':
                return line[1..];
            case '-':
                throw new InvalidDataException(line[1..]);
            case ':':
                return long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
            case '$':
                int length = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                if (length < 0) return null;
                byte[] bytes = reader.ReadBytes(length);
                reader.ReadBytes(2);
                return Encoding.UTF8.GetString(bytes);
            default:
                int count = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                if (count < 0) return null;
                var items = new List<object?>(count);
                for (int i = 0; i < count; i++) items.Add(Read(reader));
                return items;
        }
    }

    private static string Line(BinaryReader reader)
    {
        var line = new StringBuilder();
        while (true)
        {
            char next = (char)reader.ReadByte();
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append(next);
        }
    }
}
