using DaprTrading.Visualization.Status;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Visualization.Api;

/// <summary>The REST API under <c>/api</c>, described at <c>/openapi/v1.json</c>.</summary>
internal static class DashboardApi
{
    public static void MapDashboardApi(this WebApplication app)
    {
        RouteGroupBuilder api = app.MapGroup("/api").AddEndpointFilter<ServiceDownFilter>();
        api.MapGet("/status", GetStatusAsync).WithTags("Status").WithSummary("How the system is doing");
        api.MapSymbolApi();
        api.MapSignalApi();
        api.MapNoticeApi();
        api.MapDatasetApi();
        api.MapBacktestApi();
        api.Map("/{**path}", Unknown).ExcludeFromDescription();
        app.MapOpenApi();
    }

    internal static async Task<Ok<StatusDocument>> GetStatusAsync(
        [FromServices] StatusReader status, CancellationToken cancellationToken) =>
        TypedResults.Ok(await status.ReadAsync(cancellationToken));

    /// <summary>Documents that the service behind an endpoint may be down.</summary>
    internal static RouteHandlerBuilder Answers503(this RouteHandlerBuilder builder) =>
        builder.ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Protects an endpoint that changes state with the operator key, when one is configured.</summary>
    internal static RouteHandlerBuilder ForOperators(this RouteHandlerBuilder builder) =>
        builder.AddEndpointFilter<OperatorFilter>().ProducesProblem(StatusCodes.Status401Unauthorized);

    private static ProblemHttpResult Unknown(string path) => TypedResults.Problem(
        $"There is nothing at /api/{path}.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
}

/// <summary>Says in words, and as <c>service</c>, which service did not answer.</summary>
internal sealed class ServiceDownFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ServiceDownException down)
        {
            context.HttpContext.Response.Headers.RetryAfter = "2";
            return TypedResults.Problem(
                down.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: $"Service {down.App} unavailable",
                extensions: new Dictionary<string, object?> { ["service"] = down.App });
        }
    }
}
