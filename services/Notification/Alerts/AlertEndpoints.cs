using Microsoft.AspNetCore.Http.HttpResults;

namespace DaprTrading.Notification.Alerts;

/// <summary>The users' alert rules.</summary>
internal static class AlertEndpoints
{
    public static void MapAlertEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/alerts", ListAsync);
        routes.MapPost("/alerts", AddAsync);
        routes.MapDelete("/alerts/{id}", RemoveAsync);
    }

    internal static async Task<Ok<IReadOnlyList<AlertRule>>> ListAsync(AlertRules rules, CancellationToken cancellationToken) =>
        TypedResults.Ok(await rules.ReadAsync(cancellationToken));

    internal static async Task<Results<Created<AlertRule>, ValidationProblem, ProblemHttpResult>> AddAsync(
        HttpRequest http, AlertRules rules, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await JsonBody<AlertRuleRequest>.ReadAsync(http, NotificationJson.Default.AlertRuleRequest, cancellationToken);
        Dictionary<string, string[]> errors = body.Value?.Validate() ?? body.Errors;
        if (!body.IsRead || errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        AlertRule rule = body.Value.ToRule(Guid.NewGuid().ToString("N")[..12], time.GetUtcNow().ToUnixTimeMilliseconds());
        return await rules.AddAsync(rule, cancellationToken)
            ? TypedResults.Created($"/alerts/{rule.Id}", rule)
            : TypedResults.Problem(
                "Delete a rule before adding another.", statusCode: StatusCodes.Status409Conflict, title: "Too many alert rules");
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        string id, AlertRules rules, CancellationToken cancellationToken) =>
        await rules.RemoveAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.Problem($"There is no alert rule '{id}'.", statusCode: StatusCodes.Status404NotFound, title: "Unknown alert rule");
}
