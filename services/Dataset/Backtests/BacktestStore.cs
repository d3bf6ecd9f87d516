using Dapr.Client;
using DaprTrading.Backtesting.Jobs;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Dataset.Backtests;

/// <summary>The backtests in the state store: a document each, its figures in another, and a bounded list of their ids.</summary>
internal sealed class BacktestStore(DaprClient dapr, IOptions<BacktestServiceOptions> options)
{
    private const string ListKey = "backtests";

    /// <summary>A backtest without its figures.</summary>
    public Task<BacktestJob?> FindAsync(string id, CancellationToken cancellationToken) =>
        dapr.GetStateAsync<BacktestJob?>(StateStores.State, Key(id), cancellationToken: cancellationToken);

    /// <summary>The figures of a backtest.</summary>
    public async Task<IReadOnlyList<BacktestRun>> ResultsAsync(string id, CancellationToken cancellationToken) =>
        await dapr.GetStateAsync<IReadOnlyList<BacktestRun>?>(StateStores.State, ResultsKey(id), cancellationToken: cancellationToken) ?? [];

    /// <summary>Stores a backtest; its figures first, so that none is complete without them.</summary>
    public async Task SaveAsync(BacktestJob job, CancellationToken cancellationToken)
    {
        if (job.Results.Count > 0) await dapr.SaveStateAsync(StateStores.State, ResultsKey(job.Id), job.Results, cancellationToken: cancellationToken);
        await dapr.SaveStateAsync(StateStores.State, Key(job.Id), job with { Results = [] }, cancellationToken: cancellationToken);
    }

    /// <summary>All of them without figures, newest first.</summary>
    public async Task<IReadOnlyList<BacktestJob>> ListAsync(CancellationToken cancellationToken)
    {
        List<string> ids = await dapr.GetStateAsync<List<string>?>(StateStores.State, ListKey, cancellationToken: cancellationToken) ?? [];
        if (ids.Count == 0) return [];
        var items = await dapr.GetBulkStateAsync<BacktestJob?>(StateStores.State, [.. ids.Select(Key)], 8, cancellationToken: cancellationToken);
        return [.. items.Select(item => item.Value).OfType<BacktestJob>().OrderByDescending(job => job.CreatedAt).ThenBy(job => job.Id, StringComparer.Ordinal)];
    }

    /// <summary>Stores a new one; the oldest that is too many goes.</summary>
    public async Task AddAsync(BacktestJob job, CancellationToken cancellationToken)
    {
        await SaveAsync(job, cancellationToken);
        IReadOnlyList<string> dropped = await ChangeListAsync(ids => [.. ids.TakeLast(options.Value.MaxKept - 1), job.Id], cancellationToken);
        foreach (string id in dropped) await DeleteAsync(id, cancellationToken);
    }

    /// <summary>Removes one.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await ChangeListAsync(ids => [.. ids.Where(other => other != id)], cancellationToken);
        await DeleteAsync(id, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ChangeListAsync(Func<List<string>, List<string>> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (ids, etag) = await dapr.GetStateAndETagAsync<List<string>?>(StateStores.State, ListKey, cancellationToken: cancellationToken);
            List<string> before = ids ?? [], after = change(before);
            if (await dapr.TrySwapAsync(StateStores.State, ListKey, after, etag, cancellationToken)) return [.. before.Except(after)];
        }
    }

    private async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await dapr.DeleteStateAsync(StateStores.State, Key(id), cancellationToken: cancellationToken);
        await dapr.DeleteStateAsync(StateStores.State, ResultsKey(id), cancellationToken: cancellationToken);
    }

    private static string Key(string id) => "backtest-" + id;

    private static string ResultsKey(string id) => "backtest-results-" + id;
}
