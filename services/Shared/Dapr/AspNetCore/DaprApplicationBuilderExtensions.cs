using Dapr;
using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Middleware for apps that get events from Dapr.</summary>
public static class DaprApplicationBuilderExtensions
{
    /// <summary>Takes the envelope off requests of type <c>application/cloudevents+json</c>.</summary>
    public static IApplicationBuilder UseCloudEvents(this IApplicationBuilder builder) =>
        builder.UseCloudEvents(new CloudEventsMiddlewareOptions());

    /// <summary>Takes the envelope off requests of type <c>application/cloudevents+json</c>.</summary>
    public static IApplicationBuilder UseCloudEvents(this IApplicationBuilder builder, CloudEventsMiddlewareOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.Use(next => new CloudEventsMiddleware(next, options).InvokeAsync);
    }
}
