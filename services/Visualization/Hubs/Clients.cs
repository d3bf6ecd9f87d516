using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace DaprTrading.Visualization.Hubs;

/// <summary>The connected browsers. Extends SignalR's own bookkeeping by a bounded queue per browser.</summary>
internal sealed class Clients(
    ILogger<DefaultHubLifetimeManager<DashboardHub>> logger, IOptions<VisualizationOptions> options, VisualizationMetrics metrics)
    : DefaultHubLifetimeManager<DashboardHub>(logger)
{
    private readonly ConcurrentDictionary<string, Connected> _clients = new(StringComparer.Ordinal);

    /// <summary>Browsers connected.</summary>
    public int Count => _clients.Count;

    /// <summary>The browser behind a connection; null when it is gone or was refused.</summary>
    public Client? Find(string connectionId) => _clients.TryGetValue(connectionId, out Connected? found) ? found.Client : null;

    /// <summary>Sends a message to every browser, or to those that watch a symbol.</summary>
    /// <param name="method">Name of the message.</param>
    /// <param name="argument">Its argument.</param>
    /// <param name="conflated">Whether a newer message makes this one superfluous.</param>
    /// <param name="symbol">Only to those that watch it; null: to all.</param>
    public void Send(string method, object argument, bool conflated, string? symbol = null)
    {
        SerializedHubMessage? message = null;
        foreach ((_, Connected connected) in _clients)
        {
            if (symbol is null || connected.Client.Watches(symbol))
            {
                message ??= new SerializedHubMessage(new InvocationMessage(method, [argument]));
                connected.Client.Offer(message, conflated);
            }
        }
    }

    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        if (_clients.Count >= options.Value.MaxClients)
        {
            connection.Abort();
            return;
        }

        var client = new Client(connection, options.Value.ClientQueue, options.Value.MaxWatched, metrics);
        _clients[connection.ConnectionId] = new Connected(client, client.PumpAsync());
    }

    public override async Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        await base.OnDisconnectedAsync(connection);
        if (_clients.TryRemove(connection.ConnectionId, out Connected? connected))
        {
            await connected.Pump.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Connected(Client Client, Task Pump);
}
