using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;

namespace DaprTrading.Visualization.Hubs;

/// <summary>One browser: what it watches, and a bounded queue of what it has not taken yet.</summary>
/// <remarks>
/// A message is serialised once for all browsers. What is conflated is left out while the browser lags, a newer one follows; what is not conflated
/// is never left out: a browser whose queue is full is disconnected, and fetches what it missed when it returns.
/// </remarks>
internal sealed class Client(HubConnectionContext connection, int queueLength, int maxWatched, VisualizationMetrics metrics)
{
    private const int LagThatSkipsConflated = 16;
    private readonly ConcurrentDictionary<string, byte> _watched = new(StringComparer.Ordinal);
    private readonly Channel<SerializedHubMessage> _queue = Channel.CreateBounded<SerializedHubMessage>(
        new BoundedChannelOptions(queueLength) { SingleReader = true });

    /// <summary>Whether it wants the points of a symbol.</summary>
    public bool Watches(string symbol) => _watched.ContainsKey(symbol);

    /// <summary>Starts watching; false when it watches as much as it may.</summary>
    public bool Watch(string symbol)
    {
        if (_watched.Count >= maxWatched && !_watched.ContainsKey(symbol))
        {
            return false;
        }

        _watched[symbol] = 0;
        return true;
    }

    /// <summary>Stops watching.</summary>
    public void Unwatch(string symbol) => _watched.TryRemove(symbol, out _);

    /// <summary>Queues a message.</summary>
    public void Offer(SerializedHubMessage message, bool conflated)
    {
        if (conflated && _queue.Reader.Count >= LagThatSkipsConflated)
        {
            return;
        }

        if (!_queue.Writer.TryWrite(message) && _queue.Writer.TryComplete())
        {
            metrics.Disconnected();
            connection.Abort();
        }
    }

    /// <summary>Writes the queue to the browser until it is gone.</summary>
    public async Task PumpAsync()
    {
        try
        {
            await foreach (SerializedHubMessage message in _queue.Reader.ReadAllAsync(connection.ConnectionAborted))
            {
                await connection.WriteAsync(message, connection.ConnectionAborted);
            }
        }
        catch (OperationCanceledException) when (connection.ConnectionAborted.IsCancellationRequested)
        {
            _queue.Writer.TryComplete();
        }
    }
}
