using Microsoft.AspNetCore.Http.HttpResults;

namespace DaprTrading.Signals.Context;

internal static class ContextEndpoints
{
    /// <summary><c>GET /context/{symbol}</c>.</summary>
    public static void MapContextEndpoints(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/context/{symbol}", Get).WithName("GetContext");

    internal static Results<Ok<SymbolContext>, ProblemHttpResult> Get(string symbol, MarketContext context) =>
        context.Find(symbol) is { } found
            ? TypedResults.Ok(found)
            : TypedResults.Problem($"No market event about '{symbol}' has been seen.", statusCode: StatusCodes.Status404NotFound, title: "Unknown symbol");
}
