using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Visualization.Api;

/// <summary>Stocks: the watch list, summaries, indicator points and candles.</summary>
internal static class SymbolApi
{
    public static void MapSymbolApi(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder symbols = api.MapGroup("/symbols").WithTags("Symbols");
        symbols.MapGet("/", ListAsync).WithSummary("Summaries of all stocks").Produces<IReadOnlyList<SymbolSummary>>().Answers503();
        symbols.MapGet("/{symbol}", GetAsync).WithSummary("Summary of one stock")
            .Produces<SymbolSummary>().ProducesProblem(404).Answers503();
        symbols.MapGet("/{symbol}/indicators", PointsAsync)
            .WithSummary("Indicator points, ascending")
            .WithDescription("Points with n >= fromN; without fromN the newest. limit 1 to 1000, default 500. A null indicator is still warming up.")
            .Produces<IReadOnlyList<IndicatorPoint>>().ProducesValidationProblem().ProducesProblem(404).Answers503();
        symbols.MapGet("/{symbol}/candles", CandlesAsync)
            .WithSummary("Candles, ascending")
            .WithDescription("interval 1s, 5s, 15s, 1m, 5m, 15m, 1h, 4h or 1d, default 1m; from and to in Unix milliseconds; the newest limit (1 to 1000, default 500) of the range.")
            .Produces<IReadOnlyList<Candle>>().ProducesValidationProblem().ProducesProblem(404).Answers503();
    }

    internal static Task<IResult> ListAsync([FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.ReadAsync<IReadOnlyList<SymbolSummary>>(ServiceRequest.Get(AppIds.Aggregator, "symbols"), cancellationToken);

    internal static Task<IResult> GetAsync(string symbol, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.ReadAsync<SymbolSummary>(ServiceRequest.Get(AppIds.Aggregator, PathOf(symbol)), cancellationToken);

    internal static Task<IResult> PointsAsync(
        string symbol, string? fromN, string? limit, [FromServices] Relay relay, CancellationToken cancellationToken) =>
        relay.ReadAsync<IReadOnlyList<IndicatorPoint>>(
            ServiceRequest.Get(AppIds.Aggregator, $"{PathOf(symbol)}/indicators{QueryText.Of(("fromN", fromN), ("limit", limit))}"),
            cancellationToken);

    internal static Task<IResult> CandlesAsync(
        string symbol, string? interval, string? from, string? to, string? limit, [FromServices] Relay relay,
        CancellationToken cancellationToken) =>
        relay.ReadAsync<IReadOnlyList<Candle>>(
            ServiceRequest.Get(
                AppIds.Aggregator,
                $"{PathOf(symbol)}/candles{QueryText.Of(("interval", interval), ("from", from), ("to", to), ("limit", limit))}"),
            cancellationToken);

    private static string PathOf(string symbol) => "symbols/" + Uri.EscapeDataString(symbol);
}

/// <summary>Writes query strings.</summary>
internal static class QueryText
{
    /// <summary>The given parameters, escaped; empty when there are none.</summary>
    public static string Of(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        string text = "";
        foreach ((string name, string? value) in parameters)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text += $"{(text.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(value)}";
            }
        }

        return text;
    }
}
