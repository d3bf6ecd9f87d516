using System.Globalization;
using Microsoft.Extensions.Logging;

namespace DaprTrading.LocalRuntime.Components;

/// <summary><c>state.redis</c>: one hash per key, with the value, its version and the mark of a first-write save, as Dapr lays it out.</summary>
/// <remarks>
/// Values are always hashes: the JSON documents and the queries of the Redis modules are not supported. A transaction runs between MULTI and EXEC:
/// when one operation is refused the others have still been done, as in Dapr.
/// </remarks>
internal sealed class RedisStateStore : IStateStore, IServerComponent
{
    private const string NoVersion = "0";

    // Dapr's metadata lists the two of the pub/sub component and two older names, too.
    private static readonly string[] Fields = ["ttlInSeconds", "queryIndexes", "processingTimeout", "redeliverInterval", "maxRetries", "maxRetryBackoff"];

    private readonly ComponentSettings _settings;
    private readonly RedisClient _client;
    private readonly string _defaultTtl;
    private int _replicas;

    public RedisStateStore(ComponentSettings settings, ComponentContext context)
    {
        _settings = settings;
        ILogger logger = context.Loggers.CreateLogger<RedisStateStore>();
        _client = new RedisClient(RedisOptions.Read(settings), context.Time, logger);
        if (settings.Text("queryIndexes") is not null) throw settings.Error("queryIndexes", "is not supported by the local runtime, which has no queries");
        _defaultTtl = settings.Text("ttlInSeconds") is null ? "" : settings.Int("ttlInSeconds", 0, int.MinValue, int.MaxValue).ToString(CultureInfo.InvariantCulture);
        settings.WarnUnknown(logger, [.. RedisOptions.Fields, .. Fields]);
    }

    public string Name => _settings.Resource.Name;

    public string Type => _settings.Resource.Type;

    public string Version => _settings.Resource.Version;

    public IReadOnlyList<string> Capabilities { get; } = ["ETAG", "TRANSACTIONAL", "TTL"];

    public IReadOnlyDictionary<string, string> Metadata => _settings.Metadata;

    public string Server => _client.Options.Server;

    public string AddressField => RedisOptions.AddressField;

    public async Task InitAsync(CancellationToken cancellationToken)
    {
        await _client.StartAsync(cancellationToken).ConfigureAwait(false);
        _replicas = ConnectedReplicas(await StateCommands.ReplicationAsync(_client, cancellationToken).ConfigureAwait(false));
    }

    public async Task<StateItem?> GetAsync(string key, CancellationToken cancellationToken) =>
        await ResolveAsync(key, await StateCommands.ReadAsync(_client, key, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public async Task<StateItem?[]> BulkGetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return [];
        StateRead[] reads = await StateCommands.ReadAsync(_client, keys, cancellationToken).ConfigureAwait(false);
        var items = new StateItem?[reads.Length];
        for (int i = 0; i < items.Length; i++) items[i] = await ResolveAsync(keys[i], reads[i], cancellationToken).ConfigureAwait(false);
        return items;
    }

    public async Task SetAsync(StateUpsert item, CancellationToken cancellationToken)
    {
        StateCall call = Saving(item);
        try
        {
            await StateCommands.CallAsync(_client, call, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException refused)
        {
            throw Refused(item, refused);
        }

        if (!item.StrongConsistency || _replicas == 0) return;
        long reached = await StateCommands.WaitAsync(_client, _replicas, cancellationToken).ConfigureAwait(false);
        if (reached < _replicas) throw Failure(item.Key, $"the write has reached {reached} of {_replicas} replicas within 1 s");
    }

    public async Task DeleteAsync(StateDelete item, CancellationToken cancellationToken)
    {
        try
        {
            await StateCommands.CallAsync(_client, Deleting(item), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RedisServerException or ComponentException)
        {
            // Dapr reports every failure of a delete as a wrong ETag.
            throw new StateConflictException($"{_client.Options.Label}: failed to delete key '{item.Key}': {failure.Message}");
        }
    }

    public async Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        if (operations.Count == 0) return;
        if (operations.Count == 1)
        {
            await ApplyAsync(operations[0], cancellationToken).ConfigureAwait(false);
            return;
        }

        var calls = new StateCall[operations.Count];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = operations[i] is StateUpsert upsert ? Saving(upsert) : Deleting((StateDelete)operations[i]);
        }

        RedisServerException?[]? refusals;
        try
        {
            refusals = await StateCommands.TransactAsync(_client, calls, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException refused)
        {
            throw Failure(operations[0].Key, refused.Message, refused);
        }

        for (int i = 0; i < refusals?.Length; i++)
        {
            if (refusals[i] is { } refused) throw Refused(operations[i], refused);
        }
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    // One script is a transaction by itself: most actors save one record a turn, and this way its text need not go along.
    private async Task ApplyAsync(StateOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            await StateCommands.CallAsync(_client, operation is StateUpsert upsert ? Saving(upsert) : Deleting((StateDelete)operation), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RedisServerException refused)
        {
            throw Refused(operation, refused);
        }
    }

    private static int ConnectedReplicas(string? info)
    {
        const string Field = "connected_slaves:";
        foreach (ReadOnlySpan<char> line in info.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Field, StringComparison.Ordinal) && int.TryParse(line[Field.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return count;
        }

        return 0;
    }

    private static string DemandedVersion(StateUpsert item)
    {
        if (item.Concurrency == StateConcurrency.LastWrite || item.ETag is not { Length: > 0 } etag) return NoVersion;
        return long.TryParse(etag, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? etag
            : throw new InvalidETagException($"'{etag}' is no version of a record in Redis: a whole number is");
    }

    private static StateCall Deleting(StateDelete item) =>
        new(item.Key, item.ETag is { Length: > 0 } etag ? etag : NoVersion, default, FirstWrite: false, "", Deletes: true);

    private StateCall Saving(StateUpsert item) =>
        new(item.Key, DemandedVersion(item), item.Value, item.Concurrency == StateConcurrency.FirstWrite, Ttl(item), Deletes: false);

    private string Ttl(StateUpsert item)
    {
        if (!item.Metadata.TryGetValue("ttlInSeconds", out string? text) || text.Length == 0) return _defaultTtl;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seconds)
            ? seconds.ToString(CultureInfo.InvariantCulture)
            : throw Failure(item.Key, $"ttlInSeconds '{text}' is not a whole number");
    }

    private async ValueTask<StateItem?> ResolveAsync(string key, StateRead read, CancellationToken cancellationToken)
    {
        if (read.Refused is null) return read.Item;
        if (!read.Refused.Is("WRONGTYPE")) throw Failure(key, read.Refused.Message, read.Refused);
        try
        {
            byte[]? plain = await StateCommands.GetPlainAsync(_client, key, cancellationToken).ConfigureAwait(false);
            return plain is null ? null : new StateItem(plain, null, null);
        }
        catch (RedisServerException refused)
        {
            throw Failure(key, refused.Message, refused);
        }
    }

    // Only a caller that gave a version is told about a wrong one; without it a refusal is a plain failure, as in Dapr.
    private Exception Refused(StateOperation operation, RedisServerException refused) => operation.ETag is { Length: > 0 }
        ? new StateConflictException($"{_client.Options.Label}: failed to set key '{operation.Key}': {refused.Message}")
        : Failure(operation.Key, refused.Message, refused);

    private ComponentException Failure(string key, string problem, Exception? cause = null) => cause is null
        ? new ComponentException($"{_client.Options.Label}: key '{key}': {problem}")
        : new ComponentException($"{_client.Options.Label}: key '{key}': {problem}", cause);
}
