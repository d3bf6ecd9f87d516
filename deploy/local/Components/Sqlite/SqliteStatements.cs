using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Microsoft.Data.Sqlite;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>The statements of one store.</summary>
internal sealed class SqliteStatements(SqliteOptions options)
{
    private const string Alive = "(expiration_time IS NULL OR expiration_time > CURRENT_TIMESTAMP)";
    private const string Values = "$key, CAST($value AS TEXT), $binary, $etag, CURRENT_TIMESTAMP, DATETIME(CURRENT_TIMESTAMP, $ttl)";

    private readonly string _get = $"SELECT value, is_binary, etag, expiration_time FROM {options.Table} WHERE key = $key AND {Alive}";
    private readonly string _insert = $"INSERT OR REPLACE INTO {options.Table} (key, value, is_binary, etag, update_time, expiration_time)";
    private readonly string _delete = $"DELETE FROM {options.Table} WHERE key = $key";

    private readonly string _update =
        $"""
        UPDATE {options.Table} SET value = CAST($value AS TEXT), is_binary = $binary, etag = $etag, update_time = CURRENT_TIMESTAMP,
          expiration_time = DATETIME(CURRENT_TIMESTAMP, $ttl)
        WHERE key = $key AND etag = $demanded AND {Alive}
        """;

    public StateItem? Get(SqliteConnection connection, string key)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = _get;
        command.Parameters.AddWithValue("$key", key);
        using SqliteDataReader row = command.ExecuteReader();
        if (!row.Read()) return null;
        byte[] value = row.GetFieldValue<byte[]>(0);
        return new StateItem(
            row.GetBoolean(1) ? Convert.FromBase64String(Encoding.UTF8.GetString(value)) : value, row.GetString(2), row.IsDBNull(3) ? null : Utc(row.GetString(3)));
    }

    /// <summary>Runs one operation.</summary>
    /// <exception cref="StateConflictException">Its condition is not met.</exception>
    public void Apply(SqliteConnection connection, StateOperation operation)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Parameters.AddWithValue("$key", operation.Key);
        bool demands = operation.ETag is { Length: > 0 };
        if (demands) command.Parameters.AddWithValue("$demanded", operation.ETag);
        if (operation is StateUpsert upsert)
        {
            AddValue(command, upsert);
            command.CommandText = demands ? _update
                : operation.Concurrency == StateConcurrency.FirstWrite ? $"{_insert} SELECT {Values} WHERE NOT EXISTS (SELECT 1 FROM {options.Table} WHERE key = $key AND {Alive})"
                : $"{_insert} VALUES ({Values})";
        }
        else
        {
            command.CommandText = demands ? _delete + " AND etag = $demanded" : _delete;
        }

        int rows = command.ExecuteNonQuery();
        if (rows > 0 || (!demands && operation is StateDelete)) return;
        throw new StateConflictException(demands
            ? $"{options.Label}: the etag '{operation.ETag}' is not the one of key '{operation.Key}'"
            : $"{options.Label}: key '{operation.Key}' exists already and first-write was demanded");
    }

    /// <summary>Removes expired rows, unless another process has done so less than the interval ago.</summary>
    public bool RemoveExpired(SqliteConnection connection)
    {
        using SqliteCommand turn = connection.CreateCommand();
        turn.CommandText =
            $"""
            INSERT INTO {options.MetadataTable} (key, value) VALUES ('last-cleanup', CURRENT_TIMESTAMP)
            ON CONFLICT (key) DO UPDATE SET value = CURRENT_TIMESTAMP WHERE (unixepoch(CURRENT_TIMESTAMP) - unixepoch(value)) * 1000 > $interval
            """;
        turn.Parameters.AddWithValue("$interval", (long)options.CleanupInterval.TotalMilliseconds - 100);
        if (turn.ExecuteNonQuery() == 0) return false;

        using SqliteCommand remove = connection.CreateCommand();
        remove.CommandText = $"DELETE FROM {options.Table} WHERE expiration_time IS NOT NULL AND expiration_time < CURRENT_TIMESTAMP";
        remove.ExecuteNonQuery();
        return true;
    }

    // JSON is kept as text; only what is no text goes as base64 with its mark.
    private void AddValue(SqliteCommand command, StateUpsert upsert)
    {
        bool binary = !Utf8.IsValid(upsert.Value.Span);
        command.Parameters.AddWithValue("$value", binary ? Encoding.ASCII.GetBytes(Convert.ToBase64String(upsert.Value.Span)) : upsert.Value.ToArray());
        command.Parameters.AddWithValue("$binary", binary);
        command.Parameters.AddWithValue("$etag", Guid.NewGuid().ToString());
        int? seconds = SqlState.TimeToLive(upsert, options.Label);
        command.Parameters.AddWithValue("$ttl", seconds is null ? DBNull.Value : string.Create(CultureInfo.InvariantCulture, $"+{seconds} seconds"));
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
