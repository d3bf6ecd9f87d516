using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Benchmarks.Line;

/// <summary>A connected dashboard that watches symbols and times each point from the edge to its own hands.</summary>
internal sealed class LineWatcher(Uri dashboard) : IAsyncDisposable
{
    private readonly DashboardClient _client = new(dashboard);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Percentiles Latencies { get; } = new();

    /// <summary>Ends with the first quote or point.</summary>
    public Task FirstData => _first.Task;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _client.On("points", OnPoints);
        _client.On("quotes", _ => _first.TrySetResult());
        await _client.StartAsync(cancellationToken);
    }

    public async Task WatchAsync(IEnumerable<string> symbols, CancellationToken cancellationToken)
    {
        foreach (string symbol in symbols) await _client.WatchAsync(symbol, long.MaxValue >> 11, cancellationToken);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void OnPoints(JsonElement message)
    {
        double now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        foreach (JsonElement point in message.GetProperty("points").EnumerateArray()) Latencies.Add(now - point.GetProperty("ingestedAt").GetInt64());
        _first.TrySetResult();
    }
}
