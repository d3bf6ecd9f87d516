using Dapr;
using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using Polly;
using Polly.Timeout;

namespace DaprTrading.Dataset.Replays;

/// <summary>The replays in the state store: one document each, the series of each source, the names taken, and a bounded list of ids.</summary>
/// <remarks>A store that does not answer within ten seconds fails as one that is away: with a <see cref="DaprException"/>.</remarks>
internal sealed class ReplayStore(DaprClient dapr, TimeProvider time)
{
    private const string ListKey = "replays", NamesKey = "replay-names";
    private const int MaxReplays = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly ResiliencePipeline _limit = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(Limit).Build();

    public Task<Replay?> FindAsync(string id, CancellationToken cancellationToken) => GetAsync<Replay?>(Key(id), cancellationToken);

    public Task SaveAsync(Replay replay, CancellationToken cancellationToken) => SetAsync(Key(replay.Id), replay.Progress(), cancellationToken);

    /// <summary>The series of a source; null before they are decided.</summary>
    public Task<IReadOnlyList<ReplaySeries>?> SeriesAsync(string source, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<ReplaySeries>?>(SeriesKey(source), cancellationToken);

    public Task SaveSeriesAsync(string source, IReadOnlyList<ReplaySeries> series, CancellationToken cancellationToken) =>
        SetAsync(SeriesKey(source), series, cancellationToken);

    /// <summary>The names taken, oldest first, and their version.</summary>
    public async Task<(IReadOnlyList<ReservedName> Names, string ETag)> ReservedAsync(CancellationToken cancellationToken)
    {
        var (names, etag) = await GetWithETagAsync<IReadOnlyList<ReservedName>?>(NamesKey, cancellationToken);
        return (names ?? [], etag);
    }

    /// <summary>Replaces the names taken, if nobody has since they were read.</summary>
    public Task<bool> TryReserveAsync(IReadOnlyList<ReservedName> names, string etag, CancellationToken cancellationToken) => TrySetAsync(NamesKey, names, etag, cancellationToken);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Replay>> ListAsync(CancellationToken cancellationToken)
    {
        List<string> ids = await GetAsync<List<string>?>(ListKey, cancellationToken) ?? [];
        if (ids.Count == 0) return [];
        var items = await LimitedAsync(
            token => dapr.GetBulkStateAsync<Replay?>(StateStores.State, [.. ids.Select(Key)], 8, cancellationToken: token), cancellationToken);
        return [.. items.Select(item => item.Value).OfType<Replay>().OrderByDescending(replay => replay.StartedAt)];
    }

    /// <summary>Stores a new one; the oldest that is too many goes, unless it still runs.</summary>
    public async Task AddAsync(Replay replay, CancellationToken cancellationToken)
    {
        await SaveAsync(replay, cancellationToken);
        while (true)
        {
            var (stored, etag) = await GetWithETagAsync<List<string>?>(ListKey, cancellationToken);
            List<string> before = stored ?? [], next = [.. before.TakeLast(MaxReplays - 1), replay.Id];
            if (!await TrySetAsync(ListKey, next, etag, cancellationToken)) continue;
            foreach (string dropped in before.Except(next)) await DeleteAsync(dropped, cancellationToken);
            return;
        }
    }

    private async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { Ended: true } replay) return;
        string[] keys = [.. Enumerable.Range(0, replay.Seeks + 1).Select(seek => SeriesKey((replay with { Seeks = seek }).Source)), Key(id)];
        foreach (string key in keys)
            await LimitedAsync(async token => { await dapr.DeleteStateAsync(StateStores.State, key, cancellationToken: token); return true; }, cancellationToken);
    }

    private Task<T> GetAsync<T>(string key, CancellationToken cancellationToken) =>
        LimitedAsync(token => dapr.GetStateAsync<T>(StateStores.State, key, cancellationToken: token), cancellationToken);

    private Task<(T Value, string ETag)> GetWithETagAsync<T>(string key, CancellationToken cancellationToken) =>
        LimitedAsync(token => dapr.GetStateAndETagAsync<T>(StateStores.State, key, cancellationToken: token), cancellationToken);

    private Task SetAsync<T>(string key, T value, CancellationToken cancellationToken) => LimitedAsync(
        async token =>
        {
            await dapr.SaveStateAsync(StateStores.State, key, value, cancellationToken: token);
            return true;
        },
        cancellationToken);

    private Task<bool> TrySetAsync<T>(string key, T value, string etag, CancellationToken cancellationToken) =>
        LimitedAsync(token => dapr.TrySwapAsync(StateStores.State, key, value, etag, token), cancellationToken);

    private async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await _limit.ExecuteAsync(async token => await call(token), cancellationToken);
        }
        catch (TimeoutRejectedException e)
        {
            throw new DaprException($"The state store did not answer within {Limit.TotalSeconds:0} s.", e);
        }
    }

    private static string Key(string id) => "replay-" + id;

    private static string SeriesKey(string source) => "series-of-" + source;
}
