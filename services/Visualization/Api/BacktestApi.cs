using DaprTrading.Backtesting.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Visualization.Api;

/// <summary>Strategies tested on recorded data.</summary>
internal static class BacktestApi
{
    public static void MapBacktestApi(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder backtests = api.MapGroup("/backtests").WithTags("Backtests");
        backtests.MapPost("/", StartAsync).WithSummary("Takes a backtest on; it runs in the background")
            .WithDescription("Answers 202 with the backtest's id and its address in Location. Without strategies or symbols: all of them.")
            .Accepts<BacktestRequest>("application/json").Produces<BacktestJob>(202).ProducesValidationProblem().ProducesProblem(429).ForOperators().Answers503();
        backtests.MapGet("/", ListAsync).WithSummary("Backtests, newest first, without results").Produces<IReadOnlyList<BacktestJob>>().Answers503();
        backtests.MapGet("/strategies", StrategiesAsync).WithSummary("Names of the strategies that can be tested").Produces<IReadOnlyList<string>>().Answers503();
        backtests.MapGet("/{id}", GetAsync).WithSummary("State, progress and results of a backtest")
            .WithDescription("results: one run per symbol and strategy, narrowed by symbol and strategy. Up to 12 runs come with their series, thinned out to 500 points and the newest 200 trades; full=true gives all of up to 100,000 points.")
            .Produces<BacktestJob>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).Answers503();
        backtests.MapDelete("/{id}", EndAsync).WithSummary("Calls a backtest off (200), or removes one that has ended (204)")
            .Produces<BacktestJob>().Produces(204).ProducesProblem(404).ForOperators().Answers503();
        backtests.MapGet("/{id}/candles", CandlesAsync).WithSummary("The bars of a symbol as at most 1000 candles")
            .WithDescription("from and to: numbers of the first and last bar, from 1.")
            .Produces<IReadOnlyList<BacktestCandle>>().ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).Answers503();
        foreach (string table in (string[])["trades", "equity"])
        {
            backtests.MapGet(
                    $"/{{id}}/{table}.csv",
                    (string id, string? symbol, string? strategy, HttpContext http, [FromServices] Relay relay, CancellationToken cancellationToken) =>
                        TableAsync(id, table + ".csv", symbol, strategy, http, relay, cancellationToken))
                .WithSummary(table == "trades" ? "All trades of one run as a table" : "The account after every bar of one run as a table")
                .Produces(200, typeof(string), "text/csv").ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).Answers503();
        }
    }

    internal static Task<IResult> StartAsync(HttpRequest body, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(new ServiceRequest(AppIds.Dataset, HttpMethod.Post, "backtests"), body, cancellationToken);

    internal static Task<IResult> ListAsync([FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Dataset, "backtests"), cancellationToken);

    internal static Task<IResult> StrategiesAsync([FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(ServiceRequest.Get(AppIds.Dataset, "backtests/strategies"), cancellationToken);

    internal static Task<IResult> GetAsync(
        string id, string? symbol, string? strategy, string? full, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(
            ServiceRequest.Get(AppIds.Dataset, PathOf(id) + QueryText.Of(("symbol", symbol), ("strategy", strategy), ("full", full))), cancellationToken);

    internal static Task<IResult> EndAsync(string id, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(new ServiceRequest(AppIds.Dataset, HttpMethod.Delete, PathOf(id)), cancellationToken);

    internal static Task<IResult> CandlesAsync(
        string id, string? symbol, string? from, string? to, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.PassAsync(
            ServiceRequest.Get(AppIds.Dataset, $"{PathOf(id)}/candles{QueryText.Of(("symbol", symbol), ("from", from), ("to", to))}"), cancellationToken);

    private static Task<IResult> TableAsync(
        string id, string table, string? symbol, string? strategy, HttpContext http, Relay relay, CancellationToken cancellationToken)
    {
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"backtest-{table}\"";
        return relay.PassAsync(
            ServiceRequest.Get(AppIds.Dataset, $"{PathOf(id)}/{table}{QueryText.Of(("symbol", symbol), ("strategy", strategy))}"), cancellationToken);
    }

    private static string PathOf(string id) => "backtests/" + Uri.EscapeDataString(id);
}
