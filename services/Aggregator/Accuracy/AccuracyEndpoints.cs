using System.Globalization;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace DaprTrading.Aggregator.Accuracy;

internal static class AccuracyEndpoints
{
    /// <summary><c>GET /accuracy?strategy=&amp;symbol=&amp;horizon=&amp;version=&amp;origin=</c>.</summary>
    public static void MapAccuracyEndpoints(this IEndpointRouteBuilder routes) => routes.MapGet("/accuracy", GetAsync).WithName("GetAccuracy");

    /// <param name="strategy">Only this strategy.</param>
    /// <param name="symbol">Only this symbol; absent: totals over all.</param>
    /// <param name="horizon">Only this horizon.</param>
    /// <param name="version">Only this version of the settings, <c>earlier</c> or <c>all</c>; absent: the newest.</param>
    /// <param name="origin">Only <c>live</c>, <c>replay</c> or <c>mixed</c>.</param>
    /// <param name="reader">The symbols.</param>
    /// <param name="totals">The totals.</param>
    /// <param name="options">The assumptions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    internal static async Task<Results<Ok<AccuracyReport>, ValidationProblem, ProblemHttpResult>> GetAsync(
        string? strategy, string? symbol, string? horizon, string? version, string? origin, SymbolReader reader, AccuracyTotals totals,
        IOptions<AccuracyOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Parse(strategy, horizon, version, origin, out AccuracyQuery query) is { Count: > 0 } errors)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (string.IsNullOrEmpty(symbol))
        {
            return await totals.ReadAsync(cancellationToken) is { } known
                ? Answer(query, known.Table, known.AsOf, options.Value)
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
        return Answer(query, table, time.GetUtcNow().ToUnixTimeMilliseconds(), options.Value);
    }

    /// <summary>The rows, unless the strategy is none. One that gave signals and does not exist any more can still be asked for.</summary>
    internal static Results<Ok<AccuracyReport>, ValidationProblem, ProblemHttpResult> Answer(
        AccuracyQuery query, AccuracyTable table, long asOf, AccuracyOptions options)
    {
        string[] strategies = [.. StrategyCatalog.Names.Union(table.Strategies, StringComparer.Ordinal)];
        return query.Strategy is { } asked && !strategies.Contains(asked)
            ? TypedResults.ValidationProblem(new Dictionary<string, string[]>
            {
                ["strategy"] = [$"strategy must be one of {string.Join(", ", strategies)}, but is '{asked}'."],
            })
            : TypedResults.Ok(new AccuracyReport(
                options.CommissionBps, options.SlippageBps, Horizons.All, AccuracyReport.FewestSignals, asOf, table.Rows(query), table.Newest));
    }

    /// <summary>Reads the parameters that need nobody to ask; says per parameter what is wrong.</summary>
    internal static Dictionary<string, string[]> Parse(string? strategy, string? horizon, string? version, string? origin, out AccuracyQuery query)
    {
        var reader = new QueryReader();
        int? bars = (int?)reader.Number("horizon", horizon, 1, Horizons.Longest);
        if (bars is { } wanted && !Horizons.All.Contains(wanted))
        {
            reader.Errors["horizon"] = [$"horizon must be one of {string.Join(", ", Horizons.All)}, but is '{horizon}'."];
        }

        bool isWord = version is null or "" or AccuracyQuery.Earlier or AccuracyQuery.All;
        if (!isWord && !(int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0))
        {
            reader.Errors["version"] = [$"version must be the number of a version, {AccuracyQuery.Earlier} or {AccuracyQuery.All}, but is '{version}'."];
        }

        if (!string.IsNullOrEmpty(origin) && !AccuracyQuery.Origins.Contains(origin))
        {
            reader.Errors["origin"] = [$"origin must be one of {string.Join(", ", AccuracyQuery.Origins)}, but is '{origin}'."];
        }

        query = new AccuracyQuery(OrNull(strategy), bars, OrNull(version), OrNull(origin));
        return reader.Errors;

        static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }
}
