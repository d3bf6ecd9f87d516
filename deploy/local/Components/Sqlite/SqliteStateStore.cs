using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>state.sqlite</c>: one row per key in a file, with a random ETag and an optional end, as Dapr lays it out.</summary>
/// <remarks>
/// Ends are kept to the second. Several operations are one database transaction. A demanded ETag must be the item's, also for a key that does
/// not exist; <c>first-write</c> without one refuses an existing key.
/// </remarks>
internal sealed class SqliteStateStore : IStateStore
{
    private readonly ComponentSettings _settings;
    private readonly ComponentContext _context;
    private readonly SqliteOptions _options;
    private readonly SqliteStatements _statements;
    private readonly SqliteDatabase _database;
    private readonly ILogger _logger;
    private ExpiryCleanup? _cleanup;

    public SqliteStateStore(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        _context = context;
        _options = SqliteOptions.Read(settings);
        _statements = new SqliteStatements(_options);
        _database = new SqliteDatabase(_options, context.Time);
        _logger = context.Loggers.CreateLogger<SqliteStateStore>();
        settings.WarnUnknown(_logger, SqliteOptions.Fields);
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities { get; } = ["ETAG", "TRANSACTIONAL", "TTL"];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public Task InitAsync(CancellationToken cancellationToken)
    {
        try
        {
            _database.Open();
        }
        catch (SqliteException failure)
        {
            throw _settings.Error("connectionString", $"'{_options.DataSource}' cannot be used: {failure.Message}");
        }

        if (_options.CleanupInterval > TimeSpan.Zero)
        {
            _cleanup = new ExpiryCleanup(_options.CleanupInterval, RemoveExpiredAsync, _options.Label, _context.Time, _logger);
        }

        return Task.CompletedTask;
    }

    public Task<StateItem?> GetAsync(string key, CancellationToken cancellationToken) => _database.RunAsync(key, _statements.Get, cancellationToken);

    public Task<StateItem?[]> BulkGetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => _database.RunAsync(keys, (connection, wanted) =>
    {
        // One snapshot for all of them.
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
        var items = new StateItem?[wanted.Count];
        for (int i = 0; i < items.Length; i++) items[i] = _statements.Get(connection, wanted[i]);
        transaction.Commit();
        return items;
    }, cancellationToken);

    public Task SetAsync(StateUpsert item, CancellationToken cancellationToken) => TransactAsync([item], cancellationToken);

    public Task DeleteAsync(StateDelete item, CancellationToken cancellationToken) => TransactAsync([item], cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken) => operations.Count switch
    {
        0 => Task.CompletedTask,
        1 => _database.RunAsync(operations[0], ApplyOne, cancellationToken),
        _ => _database.RunAsync(operations, ApplyAll, cancellationToken),
    };

    public async ValueTask DisposeAsync()
    {
        if (_cleanup is not null) await _cleanup.DisposeAsync().ConfigureAwait(false);
        _database.Dispose();
    }

    /// <summary>Removes expired rows, unless another process has just done so.</summary>
    internal Task RemoveExpiredAsync(CancellationToken cancellationToken) =>
        _database.RunAsync(_statements, static (connection, statements) => statements.RemoveExpired(connection), cancellationToken);

    private bool ApplyOne(SqliteConnection connection, StateOperation operation)
    {
        _statements.Apply(connection, operation);
        return true;
    }

    private bool ApplyAll(SqliteConnection connection, IReadOnlyList<StateOperation> operations)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        foreach (StateOperation operation in operations) _statements.Apply(connection, operation);
        transaction.Commit();
        return true;
    }
}
