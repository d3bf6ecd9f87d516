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
        signals.MapGet("/strategies", StrategiesAsync).WithSummary("Strategies and their settings").Answers503();
        signals.MapPut("/strategies", SetStrategiesAsync).WithSummary("Changes the settings of strategies")
            .Accepts<object>("application/json").ProducesValidationProblem().ForOperators().Answers503();
    }

    internal static Task<IResult> ListAsync(
        string? symbol, string? strategy, string? since, string? limit, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.ReadAsync<IReadOnlyList<TradingSignal>>(RequestOf(symbol, strategy, since, limit), cancellationToken);

    internal static async Task<IResult> CsvAsync(
        string? symbol, string? strategy, string? since, string? limit, [FromServices] Relay relay, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await relay.SendAsync(RequestOf(symbol, strategy, since, limit), cancellationToken);
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
        relay.PassAsync(new ServiceRequest(AppIds.Signals, HttpMethod.Put, "strategies"), body, cancellationToken);

    private static ServiceRequest RequestOf(string? symbol, string? strategy, string? since, string? limit) => ServiceRequest.Get(
        AppIds.Signals,
        "signals" + QueryText.Of(("symbol", symbol?.ToUpperInvariant()), ("strategy", strategy), ("since", since), ("limit", limit)));
}
