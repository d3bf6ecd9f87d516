using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>state.postgresql</c> version <c>v2</c>: one row per key, with a random ETag and an optional end, as Dapr lays it out.</summary>
/// <remarks>
/// Several operations are one database transaction. A demanded ETag must be the item's, also for a key that does not exist. An operation whose
/// connection breaks fails and is not repeated, as it may have been done; the next one gets a new connection.
/// </remarks>
internal sealed class PostgresStateStore : IStateStore, IServerComponent
{
    private const int StartRetries = 3;

    private readonly ComponentSettings _settings;
    private readonly ComponentContext _context;
    private readonly PostgresOptions _options;
    private readonly PostgresStatements _statements;
    private readonly NpgsqlDataSource _source;
    private readonly ILogger _logger;
    private ExpiryCleanup? _cleanup;

    public PostgresStateStore(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        _context = context;
        _options = PostgresOptions.Read(settings);
        _statements = new PostgresStatements(_options);
        _source = new NpgsqlDataSourceBuilder(_options.ConnectionString).Build();
        _logger = context.Loggers.CreateLogger<PostgresStateStore>();
        settings.WarnUnknown(_logger, PostgresOptions.Fields);
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities { get; } = ["ETAG", "TRANSACTIONAL", "TTL"];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public string Server => $"postgresql {_options.Server}";

    public string AddressField => _options.AddressField;

    public async Task InitAsync(CancellationToken cancellationToken)
    {
        var backOff = new BackOff();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await PostgresSchema.MigrateAsync(_source, _options, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (NpgsqlException failure) when (attempt < StartRetries && failure.IsTransient)
            {
                await Task.Delay(backOff.Next(), _context.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException failure)
            {
                throw Unusable(failure);
            }
        }

        if (_options.CleanupInterval > TimeSpan.Zero)
        {
            _cleanup = new ExpiryCleanup(_options.CleanupInterval, RemoveExpiredAsync, _options.Label, _context.Time, _logger);
        }
    }

    public Task<StateItem?> GetAsync(string key, CancellationToken cancellationToken) => RunAsync(key, async token =>
    {
        NpgsqlCommand command = _source.CreateCommand(_statements.Get);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await reader.ReadAsync(token).ConfigureAwait(false) ? Item(reader) : null;
            }
        }
    }, cancellationToken);

    public Task<StateItem?[]> BulkGetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return Task.FromResult<StateItem?[]>([]);
        return RunAsync(keys[0], async token =>
        {
            var found = new Dictionary<string, StateItem>(keys.Count, StringComparer.Ordinal);
            NpgsqlCommand command = _source.CreateCommand(_statements.GetMany);
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys] });
                NpgsqlDataReader reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(token).ConfigureAwait(false)) found[reader.GetString(3)] = Item(reader);
                }
            }

            var items = new StateItem?[keys.Count];
            for (int i = 0; i < items.Length; i++) items[i] = found.GetValueOrDefault(keys[i]);
            return items;
        }, cancellationToken);
    }

    public Task SetAsync(StateUpsert item, CancellationToken cancellationToken) => TransactAsync([item], cancellationToken);

    public Task DeleteAsync(StateDelete item, CancellationToken cancellationToken) => TransactAsync([item], cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        if (operations.Count == 0) return Task.CompletedTask;
        var commands = new NpgsqlBatchCommand[operations.Count];
        try
        {
            for (int i = 0; i < commands.Length; i++) commands[i] = _statements.Command(operations[i]);
        }
        catch (Exception refused) when (refused is StateConflictException or ComponentException)
        {
            return Task.FromException(refused);
        }

        return RunAsync(operations[0].Key, async token =>
        {
            await WriteAsync(operations, commands, token).ConfigureAwait(false);
            return true;
        }, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cleanup is not null) await _cleanup.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Removes expired rows, unless another process has just done so.</summary>
    internal async Task RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        NpgsqlCommand turn = _source.CreateCommand(_statements.TakeCleanupTurn);
        await using (turn.ConfigureAwait(false))
        {
            // A little less than the interval: timers of several processes are never quite even.
            turn.Parameters.Add(new NpgsqlParameter<long> { TypedValue = (long)_options.CleanupInterval.TotalMilliseconds - 100 });
            if (await turn.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0) return;
        }

        NpgsqlCommand remove = _source.CreateCommand(_statements.RemoveExpired);
        await using (remove.ConfigureAwait(false))
        {
            remove.CommandTimeout = 600;
            await remove.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static StateItem Item(NpgsqlDataReader row) => new(
        row.GetFieldValue<byte[]>(0), row.GetGuid(1).ToString(), row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2));

    // A batch is one round trip and atomic by itself. Only when a condition may fail without an error does it need a transaction around it.
    private async Task WriteAsync(IReadOnlyList<StateOperation> operations, NpgsqlBatchCommand[] commands, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            bool asks = commands.Length > 1 && operations.Any(PostgresStatements.IsConditional);
            NpgsqlTransaction? transaction = asks ? await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false) : null;
            try
            {
                using var batch = new NpgsqlBatch(connection, transaction);
                foreach (NpgsqlBatchCommand command in commands) batch.BatchCommands.Add(command);
                await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < commands.Length; i++) _statements.Check(operations[i], commands[i]);
                if (transaction is not null) await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (transaction is not null) await transaction.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<T> RunAsync<T>(string key, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.Timeout);
        try
        {
            return await work(limit.Token).ConfigureAwait(false);
        }
        catch (NpgsqlException failure)
        {
            throw new ComponentException($"{_options.Label}: key '{key}': {Reason(failure)}", failure);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ComponentException($"{_options.Label}: key '{key}': no answer within {_options.Timeout.TotalSeconds:0.###} s", late);
        }
    }

    private ComponentException Unusable(NpgsqlException failure) => failure is PostgresException refused
        ? _settings.Error(_options.AddressField, $"leads to postgresql {_options.Server}, which refused: {refused.MessageText} ({refused.SqlState})")
        : _settings.Error(_options.AddressField, $"leads to postgresql {_options.Server}, which cannot be reached: {Reason(failure)}");

    private static string Reason(NpgsqlException failure) => failure switch
    {
        PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
        { InnerException: SocketException socket } => socket.Message,
        { InnerException: { } inner } => $"{failure.Message} ({inner.Message})",
        _ => failure.Message,
    };
}
