using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;

namespace DaprTrading.Dataset.Replays;

/// <summary>The replays in the state store: one document each, and a bounded list of their ids.</summary>
internal sealed class ReplayStore(DaprClient dapr)
{
    private const string ListKey = "replays";
    private const int MaxReplays = 200;
    public Task<Replay?> FindAsync(string id, CancellationToken cancellationToken) =>
        dapr.GetStateAsync<Replay?>(StateStores.State, Key(id), cancellationToken: cancellationToken);

    public Task SaveAsync(Replay replay, CancellationToken cancellationToken) =>
        dapr.SaveStateAsync(StateStores.State, Key(replay.Id), replay, cancellationToken: cancellationToken);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Replay>> ListAsync(CancellationToken cancellationToken)
    {
        List<string> ids = await dapr.GetStateAsync<List<string>?>(StateStores.State, ListKey, cancellationToken: cancellationToken) ?? [];
        if (ids.Count == 0) return [];
        var items = await dapr.GetBulkStateAsync<Replay?>(StateStores.State, [.. ids.Select(Key)], 8, cancellationToken: cancellationToken);
        return [.. items.Select(item => item.Value).OfType<Replay>().OrderByDescending(replay => replay.StartedAt)];
    }

    public async Task AddAsync(Replay replay, CancellationToken cancellationToken)
    {
        await SaveAsync(replay, cancellationToken);
        while (true)
        {
            var (ids, etag) = await dapr.GetStateAndETagAsync<List<string>?>(StateStores.State, ListKey, cancellationToken: cancellationToken);
            List<string> next = [.. (ids ?? []).TakeLast(MaxReplays - 1), replay.Id];
            if (await dapr.TrySwapAsync(StateStores.State, ListKey, next, etag, cancellationToken)) return;
        }
    }

    private static string Key(string id) => "replay-" + id;
}
