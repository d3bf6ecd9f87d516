using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>What one replica of the dashboard's backend sends to a browser about one symbol.</summary>
internal sealed class Watcher(Uri address) : IAsyncDisposable
{
    private readonly DashboardClient _client = new(address);
    private readonly Lock _gate = new();
    private readonly List<long> _points = [];
    private readonly List<string> _signals = [];
    private readonly List<string> _notified = [];

    public Uri Address => address;

    /// <summary>The <c>n</c> of the points in the order in which they came.</summary>
    public IReadOnlyList<long> Points => Copy(_points);

    /// <summary>Ids of the signals.</summary>
    public IReadOnlyList<string> Signals => Copy(_signals);

    /// <summary>Ids of the signals people were told of.</summary>
    public IReadOnlyList<string> Notified => Copy(_notified);

    public async Task StartAsync(string symbol, CancellationToken cancellationToken)
    {
        _client.On("points", message => Add(_points, message.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("n").GetInt64())));
        _client.On("signals", signals => Add(_signals, signals.EnumerateArray().Where(signal => signal.GetProperty("symbol").GetString() == symbol).Select(signal => signal.GetProperty("id").GetString()!)));
        _client.On("notifications", notices => Add(
            _notified, notices.EnumerateArray().Select(SignalOf).OfType<string>().Where(id => id.StartsWith(symbol + ":", StringComparison.Ordinal))));
        await _client.StartAsync(cancellationToken);
        await _client.WatchAsync(symbol, 0, cancellationToken);
    }

    /// <summary>The signal a notification tells of; null when it tells of something else.</summary>
    public static string? SignalOf(JsonElement notice) => notice.TryGetProperty("signalId", out JsonElement id) ? id.GetString() : null;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private void Add<T>(List<T> list, IEnumerable<T> items)
    {
        lock (_gate) list.AddRange(items);
    }

    private IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (_gate) return [.. list];
    }
}
