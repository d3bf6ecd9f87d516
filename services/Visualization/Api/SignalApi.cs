using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Visualization.Api;

/// <summary>Trading signals and the strategies behind them.</summary>
internal static class SignalApi
{
    public static void MapSignalApi(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder signals = api.MapGroup("").WithTags("Signals");
        signals.MapGet("/signals", ListAsync).WithSummary("Signals with their reasons, newest first")
            .Produces<IReadOnlyList<TradingSignal>>().ProducesValidationProblem().Answers503();
        signals.MapGet("/signals.csv", CsvAsync).WithSummary("The same as a table")
            .Produces(200, typeof(string), "text/csv").ProducesValidationProblem().Answers503();
        signals.MapGet("/accuracy", AccuracyAsync)
            .WithSummary("What followed the signals: hit rate with interval, number, base rate and mean return, per strategy, side and horizon")
            .WithDescription("symbol: absent for the totals over all symbols; horizon: bars, one of those the answer lists; version: of the settings, or earlier, or all, "
                + "absent for the newest; origin: live, replay or mixed.")
            .Produces<AccuracyReport>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).Answers503();
        signals.MapGet("/strategies", StrategiesAsync).WithSummary("Strategies: settings, bounds, warm-up, and since when they apply").Answers503();
        signals.MapPut("/strategies", SetStrategiesAsync).WithSummary("Changes the settings of strategies; the answer says from when on they apply")
            .WithDescription("If-Match: the ETag of GET /api/strategies; when somebody else changed the settings since, the answer is 409.")
            .Accepts<object>("application/json").ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict).ForOperators().Answers503();
        signals.MapGet("/strategies/history", HistoryAsync).WithSummary("Who changed which setting, and when; newest first")
            .ProducesValidationProblem().Answers503();
    }

    internal static Task<IResult> AccuracyAsync(
        string? strategy, string? symbol, string? horizon, string? version, string? origin, [FromServices] Relay relay,
        CancellationToken cancellationToken) =>
        relay.ReadAsync<AccuracyReport>(
            ServiceRequest.Get(
                AppIds.Aggregator,
                "accuracy" + QueryText.Of(
                    ("strategy", strategy), ("symbol", symbol?.ToUpperInvariant()), ("horizon", horizon), ("version", version), ("origin", origin))),
            cancellationToken);

    internal static Task<IResult> ListAsync(
        string? symbol, string? strategy, string? since, string? until, string? limit, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.ReadAsync<IReadOnlyList<TradingSignal>>(RequestOf(symbol, strategy, since, until, limit), cancellationToken);

    internal static async Task<IResult> CsvAsync(
        string? symbol, string? strategy, string? since, string? until, string? limit, [FromServices] Relay relay, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await relay.SendAsync(RequestOf(symbol, strategy, since, until, limit), cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return await Relay.CopyAsync(response, cancellationToken);
        }

        var signals = await relay.ParseAsync<IReadOnlyList<TradingSignal>>(response, cancellationToken);
        return TypedResults.File(Encoding.UTF8.GetBytes(SignalCsv.Write(signals)), "text/csv; charset=utf-8", "signals.csv");
    }

    internal static Task<IResult> StrategiesAsync([FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Signals, "strategies"), cancellationToken);

    internal static Task<IResult> SetStrategiesAsync(
        HttpRequest body, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(
            new ServiceRequest(AppIds.Signals, HttpMethod.Put, "strategies")
            {
                Headers = [("If-Match", body.Headers.IfMatch), ("X-Changed-By", OperatorFilter.NameOf(body.HttpContext))],
            },
            body, cancellationToken);

    internal static Task<IResult> HistoryAsync(string? limit, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Signals, "strategies/history" + QueryText.Of(("limit", limit))), cancellationToken);

    private static ServiceRequest RequestOf(string? symbol, string? strategy, string? since, string? until, string? limit) => ServiceRequest.Get(
        AppIds.Signals,
        "signals" + QueryText.Of(("symbol", symbol?.ToUpperInvariant()), ("strategy", strategy), ("since", since), ("until", until), ("limit", limit)));
}
