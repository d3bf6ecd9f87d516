using Dapr.Client;
using Polly;
using Polly.Retry;

namespace DaprTrading.ServiceDefaults;

/// <summary>What a <see cref="StateLog{T}"/> stores under one key.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <param name="Sealed">Number of sealed pages before this one.</param>
/// <param name="Items">Items, oldest first.</param>
/// <param name="Layout">Number of the layout.</param>
public sealed record StateLogPage<T>(long Sealed, IReadOnlyList<T> Items, int Layout = 1)
{
    /// <summary>Number of the layout.</summary>
    public int Layout { get; init; } = StoredLayout.Checked(Layout, 1, "A page of a log");
}

/// <summary>A bounded, append-only list in a Dapr state store, shared by the replicas of a service.</summary>
/// <remarks>
/// The open page is one document changed by compare-and-swap. A full page is written under its own number before the next page begins; its content
/// was committed with the open page, so every writer that seals it writes the same. Appends that repeat an id of a kept page are ignored; the ids
/// of sealed pages, which never change, are kept in memory. Thread-safe.
/// </remarks>
/// <typeparam name="T">Type of the items; <see cref="StateLogPage{T}"/> of it must be in a JSON context.</typeparam>
/// <param name="dapr">Client of the sidecar.</param>
/// <param name="store">State store component.</param>
/// <param name="name">Key of the open page; sealed pages are <c>{name}-{number}</c>.</param>
/// <param name="id">Identity of an item.</param>
/// <param name="pageSize">Items after which a page is sealed.</param>
/// <param name="maxPages">Sealed pages kept.</param>
public sealed class StateLog<T>(DaprClient dapr, string store, string name, Func<T, string> id, int pageSize = 100, int maxPages = 50) : IDisposable
{
    private const int MaxAttempts = 50;

    /// <summary>Repeats an append that another replica's was faster than, after a pause by chance: else the same replicas meet again.</summary>
    private static readonly ResiliencePipeline<IReadOnlyList<T>?> Contended = new ResiliencePipelineBuilder<IReadOnlyList<T>?>()
        .AddRetry(new RetryStrategyOptions<IReadOnlyList<T>?>
        {
            ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome is { Exception: null, Result: null }),
            MaxRetryAttempts = MaxAttempts - 1, Delay = TimeSpan.FromMilliseconds(2), MaxDelay = TimeSpan.FromMilliseconds(100),
            BackoffType = DelayBackoffType.Exponential, UseJitter = true,
        })
        .Build();

    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<long, HashSet<string>> _sealedIds = [];

    /// <summary>Appends the items whose ids are new. Throws <see cref="Dapr.DaprException"/> when the store does not take them.</summary>
    /// <returns>The items that were new.</returns>
    public async Task<IReadOnlyList<T>> AppendAsync(IReadOnlyList<T> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0) return [];
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return await Contended.ExecuteAsync(async ct => await TryAppendAsync(items, ct), cancellationToken)
                ?? throw new Dapr.DaprException($"The log '{name}' in state store '{store}' was changed by others {MaxAttempts} times in a row.");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Up to <paramref name="limit"/> items that fit, newest first.</summary>
    public async Task<IReadOnlyList<T>> ReadNewestAsync(int limit, Func<T, bool>? where, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        var page = await dapr.GetStateAsync<StateLogPage<T>?>(store, name, cancellationToken: cancellationToken);
        long number = page?.Sealed ?? 0;
        long oldest = Math.Max(0, number - maxPages);
        while (page is not null && found.Count < limit)
        {
            for (int i = page.Items.Count - 1; i >= 0 && found.Count < limit; i--)
            {
                if (where is null || where(page.Items[i])) found.Add(page.Items[i]);
            }

            if (--number < oldest) break;
            page = await dapr.GetStateAsync<StateLogPage<T>?>(store, PageKey(number), cancellationToken: cancellationToken);
        }

        return found;
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    /// <summary>What was new; null when another replica was faster.</summary>
    private async Task<IReadOnlyList<T>?> TryAppendAsync(IReadOnlyList<T> items, CancellationToken cancellationToken)
    {
        var (page, etag) = await dapr.GetStateAndETagAsync<StateLogPage<T>?>(store, name, cancellationToken: cancellationToken);
        page ??= new StateLogPage<T>(0, []);
        IReadOnlyList<T> added = await NewAsync(page, items, cancellationToken);
        if (added.Count == 0) return added;

        StateLogPage<T> next = page.Items.Count >= pageSize
            ? await SealAsync(page, added, cancellationToken)
            : page with { Items = [.. page.Items, .. added] };
        return await dapr.TrySwapAsync(store, name, next, etag, cancellationToken) ? added : null;
    }

    private async Task<StateLogPage<T>> SealAsync(StateLogPage<T> full, IReadOnlyList<T> added, CancellationToken cancellationToken)
    {
        await dapr.SaveStateAsync(store, PageKey(full.Sealed), full, cancellationToken: cancellationToken);
        if (full.Sealed >= maxPages) await dapr.DeleteStateAsync(store, PageKey(full.Sealed - maxPages), cancellationToken: cancellationToken);
        return new StateLogPage<T>(full.Sealed + 1, added);
    }

    private async Task<List<T>> NewAsync(StateLogPage<T> page, IReadOnlyList<T> items, CancellationToken cancellationToken)
    {
        await LoadSealedIdsAsync(page.Sealed, cancellationToken);
        var seen = new HashSet<string>(page.Items.Select(id), StringComparer.Ordinal);
        return [.. items.Where(item => !_sealedIds.Values.Any(ids => ids.Contains(id(item))) && seen.Add(id(item)))];
    }

    private async Task LoadSealedIdsAsync(long count, CancellationToken cancellationToken)
    {
        long oldest = Math.Max(0, count - maxPages);
        foreach (long number in _sealedIds.Keys.Where(number => number < oldest || number >= count).ToArray()) _sealedIds.Remove(number);
        for (long number = oldest; number < count; number++)
        {
            if (_sealedIds.ContainsKey(number)) continue;
            var page = await dapr.GetStateAsync<StateLogPage<T>?>(store, PageKey(number), cancellationToken: cancellationToken);
            _sealedIds[number] = new HashSet<string>((page?.Items ?? []).Select(id), StringComparer.Ordinal);
        }
    }

    private string PageKey(long number) => $"{name}-{number}";
}
