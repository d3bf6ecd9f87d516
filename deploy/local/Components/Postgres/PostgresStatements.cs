using Npgsql;
using NpgsqlTypes;

namespace DaprTrading.LocalRuntime.Components;

/// <summary>The statements of one store. Each write affects exactly one row, or its condition was not met.</summary>
internal sealed class PostgresStatements(PostgresOptions options)
{
    private const string Alive = "(expires_at IS NULL OR expires_at >= now())";

    private readonly string _upsert =
        $"""
        INSERT INTO {options.Table} AS t (key, value, etag, expires_at) VALUES ($1, $2, gen_random_uuid(), now() + make_interval(secs => $3))
        ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now(), etag = EXCLUDED.etag, expires_at = EXCLUDED.expires_at
        """;

    private readonly string _update =
        $"""
        UPDATE {options.Table} SET value = $2, updated_at = now(), etag = gen_random_uuid(), expires_at = now() + make_interval(secs => $3)
        WHERE key = $1 AND etag = $4 AND {Alive}
        """;

    private readonly string _delete = $"DELETE FROM {options.Table} WHERE key = $1";

    public string Get { get; } = $"SELECT value, etag, expires_at FROM {options.Table} WHERE key = $1 AND {Alive}";

    public string GetMany { get; } = $"SELECT value, etag, expires_at, key FROM {options.Table} WHERE key = ANY($1) AND {Alive}";

    public string RemoveExpired { get; } = $"DELETE FROM {options.Table} WHERE expires_at IS NOT NULL AND expires_at < now()";

    /// <summary>Takes the turn for a cleanup, unless another process had it less than $1 milliseconds ago.</summary>
    public string TakeCleanupTurn { get; } =
        $"""
        INSERT INTO {options.MetadataTable} AS m (key, value) VALUES ('last-cleanup-state-v2-{options.TablePrefix}', now()::text)
        ON CONFLICT (key) DO UPDATE SET value = now()::text
        WHERE (EXTRACT('epoch' FROM now() - m.value::timestamptz) * 1000)::bigint > $1
        """;

    /// <summary>Whether an operation can find its condition not met.</summary>
    public static bool IsConditional(StateOperation operation) =>
        operation.ETag is { Length: > 0 } || (operation is StateUpsert && operation.Concurrency == StateConcurrency.FirstWrite);

    /// <summary>The command of an operation.</summary>
    /// <exception cref="StateConflictException">The demanded ETag is none, so it is not the item's.</exception>
    public NpgsqlBatchCommand Command(StateOperation operation)
    {
        bool demands = operation.ETag is { Length: > 0 };
        Guid etag = default;
        if (demands && !Guid.TryParse(operation.ETag, out etag)) throw Conflict(operation);
        if (operation is not StateUpsert upsert)
        {
            var delete = new NpgsqlBatchCommand(demands ? _delete + " AND etag = $2" : _delete);
            delete.Parameters.Add(new NpgsqlParameter<string> { TypedValue = operation.Key });
            if (demands) delete.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = etag });
            return delete;
        }

        bool firstWrite = operation.Concurrency == StateConcurrency.FirstWrite;
        var command = new NpgsqlBatchCommand(demands ? _update : firstWrite ? _upsert + " WHERE t.expires_at IS NOT NULL AND t.expires_at < now()" : _upsert);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = upsert.Key });
        command.Parameters.Add(new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = upsert.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        command.Parameters.Add(new NpgsqlParameter { Value = SqlState.TimeToLive(upsert, options.Label) is { } seconds ? (double)seconds : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double });
        if (demands) command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = etag });
        return command;
    }

    /// <summary>Complains when a command's condition was not met.</summary>
    public void Check(StateOperation operation, NpgsqlBatchCommand command)
    {
        if (!IsConditional(operation) || command.RecordsAffected == 1) return;
        if (operation.ETag is { Length: > 0 }) throw Conflict(operation);

        // Without an ETag Dapr reports a plain failure here.
        throw new ComponentException($"{options.Label}: key '{operation.Key}': exists already and first-write was demanded: no item was updated");
    }

    private StateConflictException Conflict(StateOperation operation) =>
        new($"{options.Label}: the etag '{operation.ETag}' is not the one of key '{operation.Key}'");
}
