using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace DaprTrading.Gateway;

internal static class GatewayServices
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddSingleton<IngestionClient>();
        builder.Services.AddSingleton<IConfigureOptions<RateLimiterOptions>, EdgeLimits>();
        builder.Services.AddRateLimiter();

        // Above the gateway's own limit, so that its answer (and not the server's) says what is wrong.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
    }
}

[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class GatewayJson : JsonSerializerContext;
