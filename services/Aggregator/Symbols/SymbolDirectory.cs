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
/// <remarks>It only grows. Once it is full further symbols are summarised and published like any other, but not listed: nobody finds them by a question.</remarks>
internal sealed class SymbolDirectory(DaprClient dapr, IOptions<AggregatorOptions> options, TimeProvider time, ILogger<SymbolDirectory> logger)
    : ISymbolRegister, IDisposable
{
    private const string Key = "symbols";
    private const int MaxAttempts = 50;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _gate = new(1);
    private volatile IReadOnlySet<string> _known = new HashSet<string>();
    private long _readAt = long.MinValue;
    private int _toldFull;

    public async Task AddAsync(string symbol, CancellationToken cancellationToken)
    {
        if (_known.Contains(symbol) || IsFullWithout(symbol))
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
                    IsFullWithout(symbol);
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

    /// <summary>Whether a symbol finds no room; the first time that is said.</summary>
    private bool IsFullWithout(string symbol)
    {
        IReadOnlySet<string> known = _known;
        if (known.Count < options.Value.MaxSymbols || known.Contains(symbol))
        {
            return false;
        }

        if (Interlocked.Exchange(ref _toldFull, 1) == 0)
        {
            logger.ListFull(options.Value.MaxSymbols, symbol);
        }

        return true;
    }

    private void Remember(SymbolList list)
    {
        _known = list.Symbols.ToHashSet(StringComparer.Ordinal);
        _readAt = time.GetTimestamp();
    }
}

internal static partial class SymbolDirectoryLog
{
    [LoggerMessage(6311, LogLevel.Warning, "The list of symbols is full with {Most}: {Symbol} and others that come are summarised but not listed (Aggregator:MaxSymbols)")]
    public static partial void ListFull(this ILogger logger, int most, string symbol);
}
