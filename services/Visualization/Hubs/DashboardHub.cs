using DaprTrading.Visualization.Live;
using Microsoft.AspNetCore.SignalR;

namespace DaprTrading.Visualization.Hubs;

/// <summary>What a browser can ask of the hub. What it is sent is described in <c>docs/architecture.md</c>, section 5.</summary>
internal sealed class DashboardHub(Clients clients, PointLoader loader) : Hub
{
    private const int MaxSymbolLength = 32;

    /// <summary>Answers the newest points after <paramref name="fromN"/> and sends those that follow.</summary>
    [HubMethodName("watch")]
    public async Task<IReadOnlyList<IndicatorPoint>> WatchAsync(string symbol, long? fromN)
    {
        string name = Canonical(symbol);
        if (clients.Find(Context.ConnectionId) is { } client && !client.Watch(name))
        {
            throw new HubException("This page watches as many symbols as it may; unwatch one first.");
        }

        return await loader.ReadAfterAsync(name, Math.Max(0, fromN ?? 0), Context.ConnectionAborted);
    }

    /// <summary>Stops sending the points of a symbol.</summary>
    [HubMethodName("unwatch")]
    public Task UnwatchAsync(string symbol)
    {
        clients.Find(Context.ConnectionId)?.Unwatch(Canonical(symbol));
        return Task.CompletedTask;
    }

    private static string Canonical(string symbol) => symbol is { Length: > 0 and <= MaxSymbolLength }
        ? symbol.ToUpperInvariant()
        : throw new HubException($"symbol must have 1 to {MaxSymbolLength} characters.");
}
