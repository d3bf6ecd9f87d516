using System.Globalization;
using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DaprTrading.Tests.Contract.Testing;

/// <summary>A RabbitMQ broker of a test's own, on free loopback ports, with its data in a temporary folder and its own port mapper (epmd).</summary>
public sealed class RabbitServer : IAsyncDisposable
{
    private const string Script = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly string _folder = Directory.CreateTempSubdirectory("rabbit-test-").FullName;
    private ServerProcess? _mapper, _broker;

    private RabbitServer()
    {
    }

    /// <summary>AMQP port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Address as Dapr's components take it.</summary>
    public string Url => UrlOf(Port);

    /// <summary>The address by another port, such as a relay's.</summary>
    public static string UrlOf(int port) => $"amqp://guest:guest@127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/";

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    /// <exception cref="InvalidOperationException">RabbitMQ is not installed.</exception>
    public static async Task<RabbitServer> StartAsync()
    {
        if (!File.Exists(Script)) throw new InvalidOperationException("rabbitmq-server is missing; it comes with the package rabbitmq-server");
        var server = new RabbitServer { Port = LoopbackPort.Free() };
        try
        {
            await server.RunAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection of the test's own.</summary>
    public Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = new Uri(Url), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
        if (_mapper is not null) await _mapper.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync()
    {
        string mapperPort = LoopbackPort.Free().ToString(CultureInfo.InvariantCulture);
        // Started here, it is ended here: the broker would leave one behind.
        _mapper = ServerProcess.Start("epmd", ["-port", mapperPort, "-address", "127.0.0.1"]);
        await _mapper.ReadyAsync(() => ListensAsync(int.Parse(mapperPort, CultureInfo.InvariantCulture)), TimeSpan.FromSeconds(10));
        (string, string)[] environment =
        [
            ("HOME", _folder), ("ERL_EPMD_PORT", mapperPort), ("ERL_EPMD_ADDRESS", "127.0.0.1"), ("RABBITMQ_NODENAME", $"test{Port}@localhost"),
            ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"), ("RABBITMQ_NODE_PORT", Port.ToString(CultureInfo.InvariantCulture)),
            ("RABBITMQ_DIST_PORT", LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)), ("RABBITMQ_MNESIA_BASE", Path.Combine(_folder, "data")),
            ("RABBITMQ_LOG_BASE", Path.Combine(_folder, "log")), ("RABBITMQ_PID_FILE", Path.Combine(_folder, "pid")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(_folder, "plugins")), ("RABBITMQ_CONFIG_FILE", Path.Combine(_folder, "none")),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", Path.Combine(_folder, "none")), ("RABBITMQ_CONF_ENV_FILE", Path.Combine(_folder, "none")),
        ];
        _broker = ServerProcess.Start(Script, [], environment);
        await _broker.ReadyAsync(AnswersAsync, TimeSpan.FromSeconds(60));
    }

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using IConnection connection = await ConnectAsync();
            return true;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }
}
