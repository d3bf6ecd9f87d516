using Microsoft.Data.Sqlite;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>Settings of <c>state.sqlite</c>.</summary>
internal sealed record SqliteOptions
{
    /// <summary>Fields the component knows.</summary>
    public static readonly string[] Fields =
    [
        "connectionString", "url", "tableName", "metadataTableName", "timeout", "timeoutInSeconds", "busyTimeout", "disableWAL", "cleanupInterval", "cleanupIntervalInSeconds",
    ];

    /// <summary>For the driver.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Component and file, for messages.</summary>
    public required string Label { get; init; }

    /// <summary>The database as the resource names it.</summary>
    public required string DataSource { get; init; }

    public required string Table { get; init; }

    public required string MetadataTable { get; init; }

    /// <summary>Longest wait for the store's turn.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Longest wait for another process that writes.</summary>
    public required TimeSpan BusyTimeout { get; init; }

    public required bool WriteAheadLog { get; init; }

    /// <summary>Time between removals of expired rows; zero or less: never.</summary>
    public required TimeSpan CleanupInterval { get; init; }

    public static SqliteOptions Read(ComponentSettings settings)
    {
        string source = settings.Text("connectionString") ?? settings.Text("url") ?? throw settings.Error("connectionString", "is required: a file's path, or :memory:");
        if (source.Contains("_pragma", StringComparison.Ordinal) || source.Contains("_txlock", StringComparison.Ordinal))
        {
            throw settings.Error("connectionString", "sets _pragma or _txlock, which the local runtime does not take: use busyTimeout and disableWAL");
        }

        TimeSpan timeout = settings.Seconds(TimeSpan.FromSeconds(20), "timeout", "timeoutInSeconds");
        if (timeout < TimeSpan.FromSeconds(1) || timeout > TimeSpan.FromHours(1)) throw settings.Error("timeout", "must be between 1s and 1h");
        TimeSpan busy = settings.Duration("busyTimeout", TimeSpan.FromSeconds(2));
        if (busy > TimeSpan.FromMinutes(10)) throw settings.Error("busyTimeout", "must be at most 10m");
        bool memory = source.Contains(":memory:", StringComparison.Ordinal) || source.Contains("mode=memory", StringComparison.Ordinal);
        return new SqliteOptions
        {
            ConnectionString = new SqliteConnectionStringBuilder { DataSource = source, Pooling = false, DefaultTimeout = Math.Max(1, (int)busy.TotalSeconds) }.ConnectionString,
            Label = $"component '{settings.Resource.Name}' ({settings.Resource.Type}): {source}",
            DataSource = source,
            Table = TableName(settings, "tableName", "state"),
            MetadataTable = TableName(settings, "metadataTableName", "metadata"),
            Timeout = timeout,
            BusyTimeout = busy,
            WriteAheadLog = !settings.Bool("disableWAL", false) && !memory,
            CleanupInterval = settings.Seconds(TimeSpan.Zero, "cleanupInterval", "cleanupIntervalInSeconds"),
        };
    }

    private static string TableName(ComponentSettings settings, string field, string fallback)
    {
        string name = settings.Text(field) ?? fallback;
        return SqlState.IsTableName(name, withSchema: false) ? name : throw settings.Error(field, $"'{name}' is not a table's name");
    }
}
