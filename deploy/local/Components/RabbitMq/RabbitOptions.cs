using System.Globalization;
using RabbitMQ.Client;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Settings of <c>pubsub.rabbitmq</c>.</summary>
internal sealed record RabbitOptions
{
    /// <summary>Fields the component knows.</summary>
    public static readonly string[] Fields =
    [
        "connectionString", "host", "protocol", "hostname", "username", "password", "durable", "deletedWhenUnused", "autoAck", "requeueInFailure", "deliveryMode", "prefetchCount",
        "reconnectWaitSeconds", "maxLen", "maxLenBytes", "maxPriority", "publisherConfirm", "exchangeKind", "enableDeadLetter", "concurrencyMode", "heartBeat", "clientName",
        "ttlInSeconds", "publishMessagePropertiesToMetadata", "saslExternal", "caCert", "clientCert", "clientKey",
    ];

    private static readonly string[] Kinds = ["fanout", "topic", "direct", "headers"];

    public required Uri Address { get; init; }

    /// <summary>Component and server, for messages; never the password.</summary>
    public required string Label { get; init; }

    /// <summary>Server, for messages.</summary>
    public required string Server { get; init; }

    /// <summary>The field that says where the server is, for messages.</summary>
    public required string AddressField { get; init; }

    public required string ClientName { get; init; }

    public required TimeSpan HeartBeat { get; init; }

    /// <summary>Longest pause between attempts to connect.</summary>
    public required TimeSpan ReconnectWait { get; init; }

    public required bool Durable { get; init; }

    public required bool DeletedWhenUnused { get; init; }

    public required bool AutoAck { get; init; }

    public required bool RequeueInFailure { get; init; }

    public required bool PublisherConfirm { get; init; }

    public required bool EnableDeadLetter { get; init; }

    /// <summary>One handler at a time.</summary>
    public required bool Single { get; init; }

    public required bool PropertiesToMetadata { get; init; }

    /// <summary>0 and 1: transient; 2: persistent.</summary>
    public required int DeliveryMode { get; init; }

    /// <summary>Most messages of a subscription in work; 0: not limited.</summary>
    public required int PrefetchCount { get; init; }

    public required string ExchangeKind { get; init; }

    public required long MaxLen { get; init; }

    public required long MaxLenBytes { get; init; }

    public required int MaxPriority { get; init; }

    /// <summary>Time to live of messages that bring none; null: for ever.</summary>
    public required TimeSpan? DefaultTtl { get; init; }

    public static RabbitOptions Read(ComponentSettings settings)
    {
        settings.Refuse("it signs in with a password, and checks certificates against those of the system", "saslExternal", "caCert", "clientCert", "clientKey");
        var (address, field) = ReadAddress(settings);
        string server = $"{address.Host}:{(address.IsDefaultPort || address.Port < 0 ? DefaultPort(address) : address.Port).ToString(CultureInfo.InvariantCulture)}";
        return new RabbitOptions
        {
            Address = address,
            Label = $"component '{settings.Resource.Name}' ({settings.Resource.Type}): rabbitmq {server}",
            Server = server,
            AddressField = field,
            ClientName = settings.Text("clientName") ?? settings.Resource.Name,
            HeartBeat = Positive(settings, "heartBeat", TimeSpan.FromSeconds(10)),
            ReconnectWait = Positive(settings, "reconnectWaitSeconds", TimeSpan.FromSeconds(3)),
            Durable = settings.Bool("durable", true),
            DeletedWhenUnused = settings.Bool("deletedWhenUnused", true),
            AutoAck = settings.Bool("autoAck", false),
            RequeueInFailure = settings.Bool("requeueInFailure", false),
            PublisherConfirm = settings.Bool("publisherConfirm", false),
            EnableDeadLetter = settings.Bool("enableDeadLetter", false),
            Single = OneOf(settings, "concurrencyMode", "parallel", ["parallel", "single"]) == "single",
            PropertiesToMetadata = settings.Bool("publishMessagePropertiesToMetadata", false),
            DeliveryMode = settings.Int("deliveryMode", 0, 0, 2),
            PrefetchCount = settings.Int("prefetchCount", 0, 0, ushort.MaxValue),
            ExchangeKind = OneOf(settings, "exchangeKind", "fanout", Kinds),
            MaxLen = settings.Int("maxLen", 0, 0, int.MaxValue),
            MaxLenBytes = settings.Int("maxLenBytes", 0, 0, int.MaxValue),
            MaxPriority = settings.Int("maxPriority", 0, 0, byte.MaxValue),
            DefaultTtl = settings.Text("ttlInSeconds") is null ? null : TimeSpan.FromSeconds(settings.Int("ttlInSeconds", 0, 0, int.MaxValue)),
        };
    }

    public ConnectionFactory Factory(string purpose) => new()
    {
        Uri = Address,
        ClientProvidedName = $"{ClientName} ({purpose})",
        RequestedHeartbeat = HeartBeat,
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedConnectionTimeout = TimeSpan.FromSeconds(5),
        ContinuationTimeout = TimeSpan.FromSeconds(10),
    };

    private static int DefaultPort(Uri address) => address.Scheme == "amqps" ? 5671 : 5672;

    private static (Uri Address, string Field) ReadAddress(ComponentSettings settings)
    {
        string? field = settings.Text("connectionString") is not null ? "connectionString" : settings.Text("host") is not null ? "host" : null;
        if (field is not null)
        {
            return Uri.TryCreate(settings.Text(field), UriKind.Absolute, out Uri? uri) && uri.Scheme is "amqp" or "amqps" && uri.Host.Length > 0
                ? (uri, field)
                : throw settings.Error(field, "is not an amqp:// or amqps:// URL such as amqp://guest:guest@127.0.0.1:5672/");
        }

        string protocol = OneOf(settings, "protocol", "amqp", ["amqp", "amqps"]);
        string host = settings.Text("hostname") ?? "localhost";
        string user = settings.Text("username") is { } name ? $"{Uri.EscapeDataString(name)}:{Uri.EscapeDataString(settings.Text("password") ?? "")}@" : "";
        return Uri.TryCreate($"{protocol}://{user}{host}", UriKind.Absolute, out Uri? built) && built.Host.Length > 0
            ? (built, "hostname")
            : throw settings.Error("hostname", $"'{host}' is not a host, nor host:port");
    }

    private static TimeSpan Positive(ComponentSettings settings, string field, TimeSpan fallback) =>
        settings.Seconds(fallback, field) is var value && value > TimeSpan.Zero && value <= TimeSpan.FromHours(1) ? value : throw settings.Error(field, "must be above zero and at most 1h");

    private static string OneOf(ComponentSettings settings, string field, string fallback, string[] allowed)
    {
        string value = settings.Text(field) ?? fallback;
        return allowed.Contains(value, StringComparer.Ordinal) ? value : throw settings.Error(field, $"'{value}' is not one of {string.Join(", ", allowed)}");
    }
}
