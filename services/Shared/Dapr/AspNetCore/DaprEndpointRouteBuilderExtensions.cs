using System.Text.Json;
using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints by which the sidecar learns what the app wants.</summary>
public static class DaprEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>GET /dapr/subscribe</c>: the topics of all endpoints, wherever they are mapped.</summary>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints) => Map(endpoints, options: null);

    /// <summary>Maps <c>GET /dapr/subscribe</c>: the topics of all endpoints, wherever they are mapped.</summary>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints, SubscribeOptions options) =>
        Map(endpoints, options);

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints, SubscribeOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapGet("dapr/subscribe", (RequestDelegate)AnswerAsync);

        Task AnswerAsync(HttpContext context)
        {
            IServiceProvider services = context.RequestServices;
            ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger("Dapr.AspNetCore.Subscriptions") ?? NullLogger.Instance;
            IReadOnlyList<Subscription> list = SubscriptionList.Of(services.GetRequiredService<EndpointDataSource>().Endpoints, options, logger);
            return JsonSerializer.SerializeAsync(context.Response.BodyWriter, list, SubscriptionJson.Default.IReadOnlyListSubscription,
                context.RequestAborted);
        }
    }
}
