using Dapr;
using Dapr.Client;
using DaprTrading.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>The symbols anything is known of, as stored.</summary>
internal sealed record SymbolList(IReadOnlyList<string> Symbols, int Layout = 1)
{
    public int Layout { get; init; } = StoredLayout.Checked(Layout, 1, "The list of symbols");

    public static readonly SymbolList Empty = new([]);
}

/// <summary>Where a symbol is listed when its first point arrives.</summary>
internal interface ISymbolRegister
{
    /// <summary>Lists a symbol; free when it is listed already.</summary>
    Task AddAsync(string symbol, CancellationToken cancellationToken);
}

/// <summary>The list of known symbols: one document that the replicas change by compare-and-swap, kept in memory between changes.</summary>
internal sealed class SymbolDirectory(DaprClient dapr, IOptions<AggregatorOptions> options, TimeProvider time)
    : ISymbolRegister, IDisposable
{
    private const string Key = "symbols";
    private const int MaxAttempts = 50;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _gate = new(1);
    private volatile IReadOnlySet<string> _known = new HashSet<string>();
    private long _readAt = long.MinValue;

    public async Task AddAsync(string symbol, CancellationToken cancellationToken)
    {
        if (_known.Contains(symbol))
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            for (int attempt = 0; attempt < MaxAttempts; attempt++)
            {
                if (await TryAddAsync(symbol, cancellationToken))
                {
                    return;
                }
            }

            throw new DaprException($"The list of symbols was changed by others {MaxAttempts} times in a row.");
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The known symbols, sorted; at most a second old.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_readAt == long.MinValue || time.GetElapsedTime(_readAt) >= Freshness)
            {
                SymbolList? list = await dapr.GetStateAsync<SymbolList?>(StateStores.State, Key, cancellationToken: cancellationToken);
                Remember(list ?? SymbolList.Empty);
            }

            return [.. _known.Order(StringComparer.Ordinal)];
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Whether anything is known of a symbol.</summary>
    public async Task<bool> ContainsAsync(string symbol, CancellationToken cancellationToken)
    {
        if (!_known.Contains(symbol))
        {
            await ReadAsync(cancellationToken);
        }

        return _known.Contains(symbol);
    }

    public void Dispose() => _gate.Dispose();

    private async Task<bool> TryAddAsync(string symbol, CancellationToken cancellationToken)
    {
        (SymbolList? list, string etag) = await dapr.GetStateAndETagAsync<SymbolList?>(
            StateStores.State, Key, cancellationToken: cancellationToken);
        list ??= SymbolList.Empty;
        Remember(list);
        if (_known.Contains(symbol) || list.Symbols.Count >= options.Value.MaxSymbols)
        {
            return true;
        }

        var longer = new SymbolList([.. list.Symbols, symbol]);
        if (!await dapr.TrySwapAsync(StateStores.State, Key, longer, etag, cancellationToken))
        {
            return false;
        }

        Remember(longer);
        return true;
    }

    private void Remember(SymbolList list)
    {
        _known = list.Symbols.ToHashSet(StringComparer.Ordinal);
        _readAt = time.GetTimestamp();
    }
}
