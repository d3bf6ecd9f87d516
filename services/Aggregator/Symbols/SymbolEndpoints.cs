using System.Globalization;
using DaprTrading.Aggregator.Candles;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DaprTrading.Aggregator.Symbols;

/// <summary>What the other services ask about symbols.</summary>
internal static class SymbolEndpoints
{
    private const int DefaultLimit = 500;
    private const int MaxLimit = 1_000;

    public static void MapSymbolEndpoints(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder symbols = routes.MapGroup("/symbols");
        symbols.MapGet("/", ListAsync);
        symbols.MapGet("/{symbol}", GetAsync);
        symbols.MapGet("/{symbol}/indicators", PointsAsync);
        symbols.MapGet("/{symbol}/candles", CandlesAsync);
    }

    internal static async Task<Ok<IReadOnlyList<SymbolSummary>>> ListAsync(SymbolReader reader, CancellationToken cancellationToken) =>
        TypedResults.Ok(await reader.SummariesAsync(cancellationToken));

    internal static async Task<Results<Ok<SymbolSummary>, ProblemHttpResult>> GetAsync(
        string symbol, SymbolReader reader, CancellationToken cancellationToken)
    {
        symbol = symbol.ToUpperInvariant();
        return await reader.ExistsAsync(symbol, cancellationToken) && await reader.SummaryAsync(symbol, cancellationToken) is { } summary
            ? TypedResults.Ok(summary)
            : Unknown(symbol);
    }

    internal static async Task<Results<Ok<IReadOnlyList<IndicatorPoint>>, ValidationProblem, ProblemHttpResult>> PointsAsync(
        string symbol, string? fromN, string? limit, SymbolReader reader, CancellationToken cancellationToken)
    {
        var query = new QueryReader();
        long? from = query.Number("fromN", fromN, 0);
        int most = (int)(query.Number("limit", limit, 1, MaxLimit) ?? DefaultLimit);
        if (query.Errors.Count > 0)
        {
            return TypedResults.ValidationProblem(query.Errors);
        }

        symbol = symbol.ToUpperInvariant();
        return await reader.ExistsAsync(symbol, cancellationToken)
            ? TypedResults.Ok(await reader.PointsAsync(symbol, from, most, cancellationToken))
            : Unknown(symbol);
    }

    internal static async Task<Results<Ok<IReadOnlyList<Candle>>, ValidationProblem, ProblemHttpResult>> CandlesAsync(
        string symbol, string? interval, string? from, string? to, string? limit, SymbolReader reader, CancellationToken cancellationToken)
    {
        var query = new QueryReader();
        CandleInterval length = query.Interval("interval", interval);
        long? first = query.Number("from", from, 0);
        long? last = query.Number("to", to, first ?? 0);
        int most = (int)(query.Number("limit", limit, 1, MaxLimit) ?? DefaultLimit);
        if (query.Errors.Count > 0)
        {
            return TypedResults.ValidationProblem(query.Errors);
        }

        symbol = symbol.ToUpperInvariant();
        return await reader.ExistsAsync(symbol, cancellationToken)
            ? TypedResults.Ok(await reader.CandlesAsync(symbol, length, first, last, most, cancellationToken))
            : Unknown(symbol);
    }

    internal static ProblemHttpResult Unknown(string symbol) => TypedResults.Problem(
        $"No bar of '{symbol}' has arrived yet.", statusCode: StatusCodes.Status404NotFound, title: "Unknown symbol");
}

/// <summary>Reads query parameters and says, per parameter, what is wrong.</summary>
internal sealed class QueryReader
{
    /// <summary>Messages by parameter.</summary>
    public Dictionary<string, string[]> Errors { get; } = [];

    /// <summary>A whole number in a range; null when the parameter is absent or wrong.</summary>
    public long? Number(string name, string? text, long min, long max = 1L << 53)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= min && value <= max)
        {
            return value;
        }

        Errors[name] = [$"{name} must be a whole number from {min} to {max}, but is '{text}'."];
        return null;
    }

    /// <summary>A candle interval; one minute when the parameter is absent or wrong.</summary>
    public CandleInterval Interval(string name, string? text)
    {
        if (CandleInterval.TryParse(string.IsNullOrEmpty(text) ? "1m" : text, out CandleInterval? interval))
        {
            return interval;
        }

        Errors[name] = [$"{name} must be one of {string.Join(", ", CandleInterval.All.Select(known => known.Name))}, but is '{text}'."];
        return CandleInterval.Bases[1];
    }
}
