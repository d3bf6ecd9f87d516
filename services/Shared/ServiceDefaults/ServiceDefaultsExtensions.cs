using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Dapr;
using Microsoft.AspNetCore.Diagnostics;

namespace DaprTrading.ServiceDefaults;

/// <summary>What every service has in common.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Listens on <c>APP_PORT</c> (loopback) unless ASP.NET's own settings name an address; adds the Dapr client, source-generated JSON, problem details,
    /// health, telemetry, heartbeats and an orderly shutdown: on SIGTERM no new work is taken and what was taken is finished.
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="appId">Dapr app id.</param>
    /// <param name="contexts">JSON contexts of the service's own types.</param>
    public static void AddServiceDefaults(this WebApplicationBuilder builder, string appId, params JsonSerializerContext[] contexts)
    {
        IServiceCollection services = builder.Services;
        UseAppPort(builder);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.Error);
        builder.Logging.AddSimpleConsole(options => options.SingleLine = true);

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(ServiceInstance.Create(appId, TimeProvider.System));
        services.AddSingleton<CounterTotals>();
        services.AddSingleton<HandledMark>();
        services.AddSingleton<DaprReach>();
        services.AddSingleton<FailingEvents>();
        services.AddSingleton<EventMetrics>();
        services.AddDaprClient(client => client.UseJsonSerializationOptions(ServiceJson.Options(contexts)));
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ServiceJson.Resolver(contexts));
        });
        services.AddProblemDetails();
        services.AddHealthChecks();
        services.AddHostedService<Telemetry>();
        services.AddHostedService<HeartbeatService>();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
    }

    /// <summary>Problem details for every error, the CloudEvents envelope taken off single deliveries.</summary>
    public static void UseServiceDefaults(this WebApplication app)
    {
        app.Services.GetRequiredService<CounterTotals>();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = StatusOf });
        app.UseStatusCodePages();
        app.UseCloudEvents();
    }

    /// <summary><c>/healthz</c>, <c>/metrics</c> and the list of subscriptions for the sidecar.</summary>
    public static void MapServiceDefaults(this WebApplication app)
    {
        app.MapHealthChecks("/healthz");
        app.MapGet("/metrics", (RequestDelegate)MetricsAsync).ExcludeFromDescription();
        app.MapSubscribeHandler();
    }

    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        DaprException or HttpRequestException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static void UseAppPort(WebApplicationBuilder builder)
    {
        IConfiguration configuration = builder.Configuration;
        bool addressed = configuration["URLS"] is { Length: > 0 } || configuration["HTTP_PORTS"] is { Length: > 0 };
        if (addressed || configuration["APP_PORT"] is not { Length: > 0 } text) return;
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0)
        {
            throw new InvalidOperationException($"APP_PORT must be a port number from 1 to 65535, but is '{text}'.");
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenLocalhost(port);
        });
    }

    private static Task MetricsAsync(HttpContext http)
    {
        var totals = http.RequestServices.GetRequiredService<CounterTotals>();
        var text = new StringBuilder();
        foreach (var (name, value) in totals.Snapshot().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            string metric = name.Replace('.', '_').Replace('-', '_') + "_total";
            text.Append("# TYPE ").Append(metric).Append(" counter\n").Append(metric).Append(' ').Append(value).Append('\n');
        }

        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return http.Response.WriteAsync(text.ToString(), http.RequestAborted);
    }
}
