using DaprTrading.Aggregator.Symbols;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Accuracy;

internal static class AccuracyEndpoints
{
    /// <summary><c>GET /accuracy?strategy=&amp;symbol=&amp;horizon=</c>.</summary>
    public static void MapAccuracyEndpoints(this IEndpointRouteBuilder routes) => routes.MapGet("/accuracy", GetAsync).WithName("GetAccuracy");

    /// <param name="strategy">Only this strategy.</param>
    /// <param name="symbol">Only this symbol; absent: totals over all.</param>
    /// <param name="horizon">Only this horizon.</param>
    /// <param name="reader">The symbols.</param>
    /// <param name="totals">The totals.</param>
    /// <param name="options">The assumptions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    internal static async Task<Results<Ok<AccuracyReport>, ValidationProblem, ProblemHttpResult>> GetAsync(
        string? strategy, string? symbol, string? horizon, SymbolReader reader, AccuracyTotals totals, IOptions<AccuracyOptions> options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var query = new QueryReader();
        int? bars = (int?)query.Number("horizon", horizon, 1, Horizons.Longest);
        if (bars is { } wanted && !Horizons.All.Contains(wanted))
        {
            query.Errors["horizon"] = [$"horizon must be one of {string.Join(", ", Horizons.All)}, but is '{horizon}'."];
        }

        if (query.Errors.Count > 0)
        {
            return TypedResults.ValidationProblem(query.Errors);
        }

        strategy = string.IsNullOrEmpty(strategy) ? null : strategy;
        if (string.IsNullOrEmpty(symbol))
        {
            return await totals.ReadAsync(cancellationToken) is { } known
                ? TypedResults.Ok(Report(known.AsOf, known.Table.Rows(strategy, bars)))
                : TypedResults.Problem(
                    "The totals over all symbols are being counted; try again in a moment.", statusCode: StatusCodes.Status503ServiceUnavailable,
                    title: "Not counted yet");
        }

        symbol = symbol.ToUpperInvariant();
        if (!await reader.ExistsAsync(symbol, cancellationToken))
        {
            return SymbolEndpoints.Unknown(symbol);
        }

        var table = new AccuracyTable(symbol);
        table.Add(await reader.AccuracyAsync(symbol, cancellationToken));
        return TypedResults.Ok(Report(time.GetUtcNow().ToUnixTimeMilliseconds(), table.Rows(strategy, bars)));

        AccuracyReport Report(long asOf, IReadOnlyList<AccuracyRow> rows) => new(
            options.Value.CommissionBps, options.Value.SlippageBps, Horizons.All, AccuracyReport.FewestSignals, asOf, rows);
    }
}
