using System.Text.Json;
using System.Text.Json.Serialization;
using DaprTrading.ServiceDefaults;
using DaprTrading.Visualization.Api;
using DaprTrading.Visualization.DeadLetters;
using DaprTrading.Visualization.Hubs;
using DaprTrading.Visualization.Live;
using DaprTrading.Visualization.Status;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace DaprTrading.Visualization;

/// <summary>What this service is made of.</summary>
internal static class VisualizationServices
{
    public static void AddVisualization(this IServiceCollection services)
    {
        services.AddOptions<VisualizationOptions>().BindConfiguration(VisualizationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section);
        services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.Never);
        services.AddOpenApi();

        services.AddSingleton<VisualizationMetrics>();
        services.AddSingleton<LatencyWindow>();
        services.AddSingleton<LiveBoard>();
        services.AddSingleton<PointLoader>();
        services.AddSingleton<HeartbeatBoard>();
        services.AddSingleton<RejectedBoard>();
        services.AddSingleton<DeadLetterBook>();
        services.AddSingleton<StatusReader>();
        services.AddSingleton<ServiceCaller>();
        services.AddSingleton<Relay>();
        services.AddHostedService<SummaryLoader>();
        services.AddHostedService<Broadcaster>();
        services.AddDashboardHub();
    }

    /// <summary>The hub: WebSockets only, so that no browser has to return to the same replica.</summary>
    public static void MapDashboardHub(this IEndpointRouteBuilder routes) =>
        routes.MapHub<DashboardHub>("/hub", static hub => hub.Transports = HttpTransportType.WebSockets);

    /// <summary>The JSON of the hub: as on the bus, but with null written where a value is not known yet.</summary>
    internal static JsonSerializerOptions HubJson() =>
        new(ServiceJson.Options(VisualizationJson.Default)) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    private static void AddDashboardHub(this IServiceCollection services)
    {
        services.AddSingleton<Clients>();
        services.AddSingleton<HubLifetimeManager<DashboardHub>>(static provider => provider.GetRequiredService<Clients>());
        services
            .AddSignalR(static hub =>
            {
                hub.MaximumReceiveMessageSize = 4_096;
                hub.KeepAliveInterval = TimeSpan.FromSeconds(7);
                hub.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
            })
            .AddJsonProtocol(static json => json.PayloadSerializerOptions = HubJson());
    }
}
