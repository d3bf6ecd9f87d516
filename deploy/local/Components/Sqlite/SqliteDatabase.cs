using System.Globalization;
using Microsoft.Data.Sqlite;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>One open database, used by one caller at a time: SQLite has one writer, and each operation takes well below a millisecond.</summary>
internal sealed class SqliteDatabase(SqliteOptions options, TimeProvider time) : IDisposable
{
    private readonly SqliteConnection _connection = new(options.ConnectionString);
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Opens the database and creates its tables as Dapr does, with the same bookkeeping.</summary>
    public void Open()
    {
        _connection.Open();
        Execute($"PRAGMA busy_timeout = {((long)options.BusyTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}");
        if (options.WriteAheadLog) Execute("PRAGMA journal_mode = WAL");
        Execute("BEGIN EXCLUSIVE");
        try
        {
            Migrate();
            Execute("COMMIT");
        }
        catch
        {
            Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Runs work that has the database for itself.</summary>
    /// <exception cref="ComponentException">The database refused, or the turn did not come in time.</exception>
    public async Task<T> RunAsync<TState, T>(TState state, Func<SqliteConnection, TState, T> work, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new CancellationTokenSource(options.Timeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await _turn.WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ComponentException($"{options.Label}: other operations took longer than {options.Timeout.TotalSeconds:0.###} s", late);
        }

        try
        {
            return work(_connection, state);
        }
        catch (SqliteException failure)
        {
            throw new ComponentException($"{options.Label}: {failure.Message}", failure);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _turn.Dispose();
    }

    private void Migrate()
    {
        const string Key = "migrations";
        Execute($"CREATE TABLE IF NOT EXISTS {options.MetadataTable} (key text NOT NULL PRIMARY KEY, value text NOT NULL)");
        using SqliteCommand read = _connection.CreateCommand();
        read.CommandText = $"SELECT value FROM {options.MetadataTable} WHERE key = '{Key}'";
        if (SqlState.Level(read.ExecuteScalar(), options.MetadataTable, Key) > 0) return;

        Execute(
            $"""
            CREATE TABLE IF NOT EXISTS {options.Table} (
              key TEXT NOT NULL PRIMARY KEY,
              value TEXT NOT NULL,
              is_binary BOOLEAN NOT NULL,
              etag TEXT NOT NULL,
              expiration_time TIMESTAMP DEFAULT NULL,
              update_time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)
            """);
        Execute($"REPLACE INTO {options.MetadataTable} (key, value) VALUES ('{Key}', '1')");
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
