using System.Globalization;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Where a Redis component connects, from the metadata all Redis components share.</summary>
internal sealed record RedisOptions
{
    /// <summary>Field that says where the server is, for messages.</summary>
    public const string AddressField = "redisHost";

    /// <summary>Fields that all Redis components know.</summary>
    public static readonly string[] Fields =
    [
        AddressField, "redisPort", "redisUsername", "redisPassword", "redisDB", "redisType", "enableTLS", "insecureSkipTLSVerify", "clientCert", "clientKey", "failover",
        "sentinelMasterName", "sentinelUsername", "sentinelPassword", "dialTimeout", "readTimeout", "writeTimeout", "poolSize", "poolTimeout", "minIdleConns", "maxConnAge",
        "idleTimeout", "idleCheckFrequency", "redisMaxRetries", "redisMinRetryInterval", "redisMaxRetryInterval", "useEntraID", "useAzureAD", "useOIDC", "oidcTokenEndpoint",
        "oidcClientID", "oidcClientAssertionCert", "oidcClientAssertionKey", "oidcResource", "oidcAudience", "oidcKid", "oidcScopes", "oidcCACert",
    ];

    private static readonly string[] Durations =
        ["writeTimeout", "poolTimeout", "maxConnAge", "idleTimeout", "idleCheckFrequency", "redisMinRetryInterval", "redisMaxRetryInterval"];

    private static readonly string[] Counts = ["poolSize", "minIdleConns"];

    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>Server, for messages.</summary>
    public string Server => $"redis {Host}:{Port}";

    /// <summary>Component and server, for messages.</summary>
    public required string Label { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }

    public int Database { get; init; }

    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Further attempts to connect at the start.</summary>
    public int MaxRetries { get; init; } = 3;

    public static RedisOptions Read(ComponentSettings settings)
    {
        RejectUnsupported(settings);
        foreach (string field in Durations)
        {
            if (settings.Text(field) is { } text && !GoDuration.TryParse(text, bareMilliseconds: true, out _)) settings.Duration(field, TimeSpan.Zero);
        }

        foreach (string field in Counts) settings.Int(field, 0, 0, int.MaxValue);

        var (host, port) = ReadHost(settings);
        return new RedisOptions
        {
            Host = host,
            Port = port,
            Label = $"component '{settings.Resource.Name}' ({settings.Resource.Type}): redis {host}:{port}",
            Username = settings.Text("redisUsername"),
            Password = settings.Text("redisPassword"),
            Database = settings.Int("redisDB", 0, 0, 65_535),
            DialTimeout = settings.Duration("dialTimeout", TimeSpan.Zero) is { } dial && dial > TimeSpan.Zero ? dial : TimeSpan.FromSeconds(5),
            MaxRetries = Math.Max(0, settings.Int("redisMaxRetries", 3, -1, 1000)),
        };
    }

    private static void RejectUnsupported(ComponentSettings settings)
    {
        foreach (string field in (string[])["enableTLS", "failover", "useEntraID", "useAzureAD", "useOIDC", "insecureSkipTLSVerify"])
        {
            if (settings.Bool(field, false)) throw settings.Error(field, "is not supported by the local runtime, which speaks to one plain Redis server");
        }

        foreach (string field in (string[])["clientCert", "clientKey", "sentinelMasterName", "sentinelUsername", "sentinelPassword"])
        {
            if (settings.Text(field) is not null) throw settings.Error(field, "is not supported by the local runtime, which speaks to one plain Redis server");
        }

        if (settings.Text("redisType") is { } type && type != "node") throw settings.Error("redisType", $"'{type}' is not supported by the local runtime: only node is");
    }

    private static (string Host, int Port) ReadHost(ComponentSettings settings)
    {
        string text = settings.Required(AddressField);
        int colon = text.LastIndexOf(':');
        bool bare = colon < 0 || text.EndsWith(']');
        string host = (bare ? text : text[..colon]).Trim('[', ']');
        string? given = settings.Text("redisPort");
        string port = bare ? given ?? "6379" : text[(colon + 1)..];
        if (given is not null && given != port) throw settings.Error("redisPort", $"'{given}' is not the port of {AddressField}, '{text}'");
        return host.Length > 0 && !host.Contains(',', StringComparison.Ordinal) && !host.Contains('/', StringComparison.Ordinal)
            && int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65_535
                ? (host, number)
                : throw settings.Error(bare && given is not null ? "redisPort" : AddressField, $"leads to '{host}:{port}', which is not host:port");
    }
}
