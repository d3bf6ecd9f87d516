using Dapr.Actors.Hosting;
using Dapr.Actors.Runtime;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints by which the sidecar reaches the app's actors.</summary>
public static class ActorsEndpointRouteBuilderExtensions
{
    // Behind everything the app maps itself, so that its own health endpoint wins.
    private const int LastOrder = 100;

    /// <summary>Maps the actor endpoints, <c>GET /dapr/config</c> and, unless the app has its own, <c>GET /healthz</c>.</summary>
    /// <exception cref="InvalidOperationException">Actors were not registered.</exception>
    /// <exception cref="ArgumentException">An actor interface breaks a rule.</exception>
    public static IEndpointConventionBuilder MapActorsHandlers(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ActorRuntime runtime = endpoints.ServiceProvider.GetService<ActorRuntime>()
            ?? throw new InvalidOperationException("Actors are not registered: call services.AddActors(…) first.");
        var actors = new ActorEndpoints(runtime);
        const string actor = "actors/{actorTypeName}/{actorId}";

        IEndpointConventionBuilder health = endpoints.MapHealthChecks("/healthz").WithMetadata(new AllowAnonymousAttribute());
        health.Add(builder => ((RouteEndpointBuilder)builder).Order = LastOrder);
        return new ActorEndpointConventions(
        [
            endpoints.MapGet("dapr/config", (RequestDelegate)actors.ConfigAsync),
            endpoints.MapDelete(actor, (RequestDelegate)actors.DeactivateAsync),
            endpoints.MapPut(actor + "/method/{methodName}", (RequestDelegate)actors.MethodAsync),
            endpoints.MapPut(actor + "/method/remind/{reminderName}", (RequestDelegate)actors.ReminderAsync),
            endpoints.MapPut(actor + "/method/timer/{timerName}", (RequestDelegate)actors.TimerAsync),
            health,
        ]);
    }

    private sealed class ActorEndpointConventions(IEndpointConventionBuilder[] endpoints) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention) => Array.ForEach(endpoints, endpoint => endpoint.Add(convention));

        public void Finally(Action<EndpointBuilder> finallyConvention) =>
            Array.ForEach(endpoints, endpoint => endpoint.Finally(finallyConvention));
    }
}
