using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Testing;

/// <summary>A dashboard without a screen: the real SignalR client on the hub.</summary>
public sealed class DashboardClient : IAsyncDisposable
{
    private readonly HubConnection _hub;

    /// <summary>A client of the dashboard at an address such as <c>http://localhost:8080</c>.</summary>
    public DashboardClient(Uri dashboard)
    {
        var hub = new UriBuilder(new Uri(dashboard, "/hub")) { Scheme = "ws" }.Uri;
        var builder = new HubConnectionBuilder();
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(hub));
        builder.Services.AddSingleton<IConnectionFactory, WebSocketConnectionFactory>();
        _hub = builder.Build();
    }

    /// <summary>Connects.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _hub.StartAsync(cancellationToken);

    /// <summary>Calls <paramref name="handler"/> with the argument of each message of a kind (<c>points</c>, <c>signals</c> …).</summary>
    public void On(string message, Action<JsonElement> handler) => _hub.On(message, handler);

    /// <summary>Calls <paramref name="handler"/> when the connection has ended; it is not opened again.</summary>
    public void OnClosed(Action<Exception?> handler) => _hub.Closed += failure =>
    {
        handler(failure);
        return Task.CompletedTask;
    };

    /// <summary>Asks for the live points of a symbol; answers those after <paramref name="fromN"/>.</summary>
    public Task<JsonElement> WatchAsync(string symbol, long fromN, CancellationToken cancellationToken) =>
        _hub.InvokeAsync<JsonElement>("watch", symbol, fromN, cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
