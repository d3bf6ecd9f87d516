using System.Globalization;
using DaprTrading.LocalRuntime.Host.Ports;
using DaprTrading.LocalRuntime.Host.Processes;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DaprTrading.LocalRuntime.Host.Servers;

/// <summary>RabbitMQ on loopback with a port mapper (epmd) of its own, so that several brokers of one machine do not know of each other.</summary>
internal sealed class RabbitMqServer : IBackingServer
{
    private const string Mapper = "epmd";

    // Debian's program on the path changes to another user and folder first; this is the broker itself.
    private const string DebianScript = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(120);

    /// <inheritdoc/>
    public string Name => "rabbitmq";

    /// <inheritdoc/>
    public string Package => "rabbitmq-server";

    /// <inheritdoc/>
    public string AddressVariable => "RABBITMQ_URL";

    /// <inheritdoc/>
    public bool Serves(string componentType) => componentType.EndsWith(".rabbitmq", StringComparison.Ordinal);

    /// <inheritdoc/>
    public string? Find() => Executables.Find(Mapper) is null ? null : File.Exists(DebianScript) ? DebianScript : Executables.Find("rabbitmq-server");

    /// <inheritdoc/>
    public Task<ServerLaunch> PrepareAsync(string program, ServerSite site, CancellationToken cancellationToken)
    {
        int port = site.Port(), mapperPort = site.AnyPort();
        string url = $"amqp://guest:guest@127.0.0.1:{Text(port)}/";
        ServerProcess[] processes =
        [
            new(MapperSpec(site, mapperPort), _ => Task.FromResult(!FreePorts.IsFree(mapperPort)), TimeSpan.FromSeconds(10), Grace: TimeSpan.FromSeconds(2)),
            new(BrokerSpec(program, site, port, mapperPort), ct => AnswersAsync(new Uri(url), ct), LongestStart, Grace: TimeSpan.FromSeconds(20)),
        ];
        return Task.FromResult(new ServerLaunch($"127.0.0.1:{Text(port)}", new Dictionary<string, string>(StringComparer.Ordinal) { [AddressVariable] = url }, processes));
    }

    // A mapper that the broker started would outlive it.
    private static ProcessSpec MapperSpec(ServerSite site, int port) => new()
    {
        Name = "rabbitmq-epmd",
        WorkingDirectory = site.Folder,
        Command = [Mapper, "-port", Text(port), "-address", "127.0.0.1"],
    };

    private ProcessSpec BrokerSpec(string program, ServerSite site, int port, int mapperPort)
    {
        string none = site.At("none");
        return new ProcessSpec
        {
            Name = Name,
            WorkingDirectory = site.Folder,
            Command = [program],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                // Without a shell in front: the process that is supervised is the broker.
                ["RUNNING_UNDER_SYSTEMD"] = "true",
                ["HOME"] = site.Folder,
                ["ERL_EPMD_PORT"] = Text(mapperPort),
                ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
                ["ERL_CRASH_DUMP"] = site.At("erl_crash.dump"),
                // The folder of the messages is named by the node: it must not change with the port.
                ["RABBITMQ_NODENAME"] = "daprtrading@localhost",
                ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
                ["RABBITMQ_NODE_PORT"] = Text(port),
                ["RABBITMQ_DIST_PORT"] = Text(site.AnyPort()),
                ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
                ["RABBITMQ_MNESIA_BASE"] = site.At("mnesia"),
                ["RABBITMQ_LOG_BASE"] = site.At("log"),
                ["RABBITMQ_LOGS"] = "-",
                ["RABBITMQ_PID_FILE"] = site.At("pid"),
                ["RABBITMQ_ENABLED_PLUGINS_FILE"] = site.At("enabled_plugins"),
                ["RABBITMQ_CONFIG_FILE"] = none,
                ["RABBITMQ_ADVANCED_CONFIG_FILE"] = none,
                ["RABBITMQ_CONF_ENV_FILE"] = none,
            },
        };
    }

    private static async Task<bool> AnswersAsync(Uri url, CancellationToken cancellationToken)
    {
        if (FreePorts.IsFree(url.Port)) return false;   // cheaper than a connection that is refused

        var factory = new ConnectionFactory { Uri = url, AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = TimeSpan.FromSeconds(5) };
        try
        {
            await using IConnection connection = await factory.CreateConnectionAsync("ready?", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
