using System.Collections.Concurrent;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Benchmarks.Recovery;

/// <summary>A connected dashboard that notes when the quote of each symbol has reached a point.</summary>
/// <param name="dashboard">Its address.</param>
/// <param name="n">Index of the point.</param>
/// <param name="symbols">How many symbols there are.</param>
/// <param name="since">Timestamp from which it is timed.</param>
internal sealed class FirstPoints(Uri dashboard, long n, int symbols, long since = 0) : IAsyncDisposable
{
    private readonly DashboardClient _client = new(dashboard);
    private readonly ConcurrentDictionary<string, byte> _reached = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Seconds until each symbol was there.</summary>
    public Percentiles Seconds { get; } = new();

    /// <summary>Ends when all symbols are there.</summary>
    public Task All => _all.Task;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _client.On("quotes", OnQuotes);
        _client.OnClosed(failure => _all.TrySetException(new IOException($"The dashboard's connection ended with {_reached.Count} of {symbols} symbols there.", failure)));
        await _client.StartAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void OnQuotes(JsonElement quotes)
    {
        double seconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
        foreach (JsonElement quote in quotes.EnumerateArray())
        {
            if (quote.GetProperty("n").GetInt64() < n || !_reached.TryAdd(quote.GetProperty("symbol").GetString()!, 0)) continue;
            Seconds.Add(seconds);
            if (_reached.Count == symbols) _all.TrySetResult();
        }
    }
}
