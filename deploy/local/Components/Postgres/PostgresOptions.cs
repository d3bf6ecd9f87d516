using System.Globalization;
using Npgsql;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Settings of <c>state.postgresql</c>.</summary>
internal sealed record PostgresOptions
{
    private const int DefaultConnections = 16;

    /// <summary>Fields the component knows.</summary>
    public static readonly string[] Fields =
    [
        "connectionString", "host", "hostaddr", "port", "database", "user", "password", "sslRootCert", "tablePrefix", "metadataTableName", "timeout",
        "timeoutInSeconds", "cleanupInterval", "cleanupIntervalInSeconds", "maxConns", "connectionMaxIdleTime", "queryExecMode", "useAzureAD", "useAWSIAM",
    ];

    private static readonly string[] ExecModes = ["cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"];

    /// <summary>For the driver.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Component and server, for messages.</summary>
    public required string Label { get; init; }

    /// <summary>Server, for messages.</summary>
    public required string Server { get; init; }

    /// <summary>The field that says where the server is, for messages.</summary>
    public required string AddressField { get; init; }

    /// <summary>Beginning of the table's name.</summary>
    public required string TablePrefix { get; init; }

    /// <summary>Table of the values.</summary>
    public string Table => TablePrefix + "state";

    /// <summary>Table of the bookkeeping.</summary>
    public required string MetadataTable { get; init; }

    /// <summary>Longest operation.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Time between removals of expired rows; zero or less: never.</summary>
    public required TimeSpan CleanupInterval { get; init; }

    public static PostgresOptions Read(ComponentSettings settings)
    {
        settings.Refuse("it signs in with a password only", "useAzureAD", "useAWSIAM");
        string prefix = settings.Text("tablePrefix") ?? "";
        if (!SqlState.IsTableName(prefix + "state", withSchema: true)) throw settings.Error("tablePrefix", $"'{prefix}' does not begin a table's name");
        string bookkeeping = settings.Text("metadataTableName") ?? "dapr_metadata";
        if (!SqlState.IsTableName(bookkeeping, withSchema: true)) throw settings.Error("metadataTableName", $"'{bookkeeping}' is not a table's name");
        TimeSpan timeout = settings.Seconds(TimeSpan.FromSeconds(20), "timeout", "timeoutInSeconds");
        if (timeout < TimeSpan.FromSeconds(1) || timeout > TimeSpan.FromHours(1)) throw settings.Error("timeout", "must be between 1s and 1h");

        NpgsqlConnectionStringBuilder builder = Address(settings);
        builder.CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds);
        // One pool serves every sidecar here, where maxConns bounds the pool of each.
        builder.MaxPoolSize = Math.Max(builder.MaxPoolSize, settings.Int("maxConns", 0, 0, 10_000));
        TimeSpan idle = settings.Seconds(TimeSpan.FromMinutes(5), "connectionMaxIdleTime");
        builder.ConnectionIdleLifetime = (int)Math.Clamp(idle.TotalSeconds, 1, int.MaxValue);
        builder.ConnectionPruningInterval = Math.Min(10, builder.ConnectionIdleLifetime);
        string mode = settings.Text("queryExecMode") ?? ExecModes[0];
        if (!ExecModes.Contains(mode, StringComparer.Ordinal)) throw settings.Error("queryExecMode", $"'{mode}' is not one of {string.Join(", ", ExecModes)}");
        builder.MaxAutoPrepare = mode == ExecModes[0] ? 32 : 0;
        builder.AutoPrepareMinUsages = 2;

        string server = $"{builder.Host}:{builder.Port.ToString(CultureInfo.InvariantCulture)}/{builder.Database}";
        return new PostgresOptions
        {
            ConnectionString = builder.ConnectionString,
            Label = $"component '{settings.Resource.Name}' ({settings.Resource.Type}): postgresql {server}",
            Server = server,
            AddressField = settings.Text("connectionString") is null ? "host" : "connectionString",
            TablePrefix = prefix,
            MetadataTable = bookkeeping,
            Timeout = timeout,
            CleanupInterval = settings.Seconds(TimeSpan.FromHours(1), "cleanupInterval", "cleanupIntervalInSeconds"),
        };
    }

    private static NpgsqlConnectionStringBuilder Address(ComponentSettings settings)
    {
        var builder = new NpgsqlConnectionStringBuilder { MaxPoolSize = DefaultConnections, Timeout = 5, ApplicationName = settings.Resource.Name, IncludeErrorDetail = true };
        string text = settings.Text("connectionString") ?? "";
        if (text.Length == 0 && settings.Text("host") is null && settings.Text("hostaddr") is null) throw settings.Error("connectionString", "is required (or host, port, database, user)");
        try
        {
            foreach (var (name, value) in LibpqString.Parse(text)) Apply(builder, name, value);
        }
        catch (FormatException broken)
        {
            throw settings.Error("connectionString", broken.Message);
        }

        foreach (string field in (string[])["host", "hostaddr", "port", "database", "user", "password", "sslRootCert"])
        {
            if (settings.Text(field) is not { } value) continue;
            try
            {
                Apply(builder, field, value);
            }
            catch (FormatException broken)
            {
                throw settings.Error(field, broken.Message);
            }
        }

        builder.Host ??= "localhost";
        builder.Username ??= Environment.UserName;
        builder.Database ??= builder.Username;
        return builder;
    }

    private static void Apply(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        switch (name.ToLowerInvariant())
        {
            case "host" or "hostaddr": builder.Host = value; break;
            case "port": builder.Port = Number(name, value, 1, 65_535); break;
            case "user": builder.Username = value; break;
            case "password": builder.Password = value; break;
            case "dbname" or "database": builder.Database = value; break;
            case "sslmode": builder.SslMode = Ssl(value); break;
            case "sslrootcert": builder.RootCertificate = value; break;
            case "sslcert": builder.SslCertificate = value; break;
            case "sslkey": builder.SslKey = value; break;
            case "connect_timeout": builder.Timeout = Number(name, value, 0, 1024); break;
            case "application_name": builder.ApplicationName = value; break;
            case "search_path": builder.SearchPath = value; break;
            case "options": builder.Options = value; break;
            case "pool_max_conns": builder.MaxPoolSize = Number(name, value, 1, 10_000); break;
            case "pool_min_conns": builder.MinPoolSize = Number(name, value, 0, 10_000); break;
            default: throw new FormatException($"has the parameter '{name}', which the local runtime does not know");
        }
    }

    private static int Number(string name, string value, int min, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw new FormatException($"has {name} '{value}', which is not a whole number from {min} to {max}");

    private static SslMode Ssl(string value) => value switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new FormatException($"has sslmode '{value}', which is not one of disable, allow, prefer, require, verify-ca, verify-full"),
    };
}
