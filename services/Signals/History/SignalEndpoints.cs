using System.Globalization;
using DaprTrading.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DaprTrading.Signals.History;

internal static class SignalEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    /// <summary><c>GET /signals?symbol=&amp;strategy=&amp;since=&amp;until=&amp;limit=</c>: newest first.</summary>
    public static void MapSignalEndpoints(this IEndpointRouteBuilder routes) => routes.MapGet("/signals", GetAsync).WithName("GetSignals");

    /// <param name="symbol">Only signals of this symbol.</param>
    /// <param name="strategy">Only signals of this strategy.</param>
    /// <param name="since">Only signals of bars at or after this time: ISO 8601, or Unix milliseconds.</param>
    /// <param name="until">Only signals of bars at or before this time: the way to what lies behind a full answer.</param>
    /// <param name="limit">Most signals of the answer, 1 to 1,000; 100 when absent.</param>
    /// <param name="log">The log.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    internal static async Task<Results<Ok<IReadOnlyList<TradingSignal>>, ValidationProblem>> GetAsync(
        string? symbol, string? strategy, string? since, string? until, string? limit, ISignalLog log, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        if (!TryParseTime(since, long.MinValue, out long sinceMs))
            errors["since"] = [$"must be a time in ISO 8601 or Unix milliseconds, but is '{since}'."];
        if (!TryParseTime(until, long.MaxValue, out long untilMs))
            errors["until"] = [$"must be a time in ISO 8601 or Unix milliseconds, but is '{until}'."];
        if (!TryParseLimit(limit, out int most))
            errors["limit"] = [$"must be a whole number from 1 to {MaxLimit}, but is '{limit}'."];
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);

        return TypedResults.Ok(await log.ReadNewestAsync(most, Fits, cancellationToken));

        bool Fits(TradingSignal signal) =>
            (string.IsNullOrEmpty(symbol) || signal.Symbol.Equals(symbol, StringComparison.OrdinalIgnoreCase)) &&
            (string.IsNullOrEmpty(strategy) || signal.Strategy.Equals(strategy, StringComparison.OrdinalIgnoreCase)) &&
            signal.BarTime >= sinceMs && signal.BarTime <= untilMs;
    }

    private static bool TryParseTime(string? text, long absent, out long timeMs)
    {
        timeMs = absent;
        if (string.IsNullOrEmpty(text))
            return true;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out timeMs))
            return true;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            return false;
        timeMs = time.ToUnixTimeMilliseconds();
        return true;
    }

    private static bool TryParseLimit(string? text, out int limit)
    {
        limit = DefaultLimit;
        return string.IsNullOrEmpty(text) ||
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit;
    }
}
