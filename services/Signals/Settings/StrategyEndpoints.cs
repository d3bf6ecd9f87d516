using System.Globalization;
using System.Text.Json;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DaprTrading.Signals.Settings;

internal static class StrategyEndpoints
{
    private const int MaxAttempts = 50, DefaultLimit = 20, MaxName = 64;

    /// <summary><c>GET /strategies</c>, <c>PUT /strategies</c> and <c>GET /strategies/history?limit=</c>.</summary>
    public static void MapStrategyEndpoints(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/strategies", GetAsync).WithName("GetStrategies");
        routes.MapPut("/strategies", ReplaceAsync).WithName("PutStrategies");
        routes.MapGet("/strategies/history", HistoryAsync).WithName("GetStrategyHistory");
    }

    internal static async Task<Ok<StrategyDocument>> GetAsync(HttpContext http, ISettingsStore store, CancellationToken cancellationToken) =>
        Answer(http, (await store.LoadAsync(cancellationToken)).Ledger.Newest);

    /// <summary>The versions, newest first.</summary>
    internal static async Task<Results<Ok<IReadOnlyList<SettingsVersion>>, ValidationProblem>> HistoryAsync(
        string? limit, ISettingsStore store, CancellationToken cancellationToken)
    {
        int most = DefaultLimit;
        if (!string.IsNullOrEmpty(limit) &&
            (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > SettingsLedger.MaxVersions))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>
            {
                ["limit"] = [$"must be a whole number from 1 to {SettingsLedger.MaxVersions}, but is '{limit}'."],
            });
        }

        SettingsLedger ledger = (await store.LoadAsync(cancellationToken)).Ledger;
        return TypedResults.Ok<IReadOnlyList<SettingsVersion>>([.. ledger.Versions.Reverse().Take(most)]);
    }

    /// <summary>Replaces all settings by those of a document; names that are not known are refused, and values by field.</summary>
    internal static async Task<Results<Ok<StrategyDocument>, ValidationProblem, ProblemHttpResult>> ReplaceAsync(
        [FromBody] JsonElement document, [FromHeader(Name = "If-Match")] string? ifMatch, [FromHeader(Name = "X-Changed-By")] string? changedBy,
        HttpContext http, ISettingsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        SettingsReading reading = SettingsReader.Read(document);
        return reading.Settings is { } settings
            ? await PutAsync(settings, ifMatch, changedBy, http, store, time, cancellationToken)
            : TypedResults.ValidationProblem(reading.Errors);
    }

    /// <summary>Replaces the settings; the answer says from which moment on bars are decided by them, on every replica.</summary>
    /// <param name="settings">All settings; what is absent is the default.</param>
    /// <param name="ifMatch">The version that is to be changed; absent: the one in the store.</param>
    /// <param name="changedBy">Who changes it.</param>
    /// <param name="http">The request.</param>
    /// <param name="store">The versions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    internal static async Task<Results<Ok<StrategyDocument>, ValidationProblem, ProblemHttpResult>> PutAsync(
        StrategySettings settings, string? ifMatch, string? changedBy,
        HttpContext http, ISettingsStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string[]> errors = settings.Validate();
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        if (!TryReadVersion(ifMatch, out int? expected))
            return Wrong($"If-Match must be the version as GET /strategies shows it in ETag, e.g. \"3\", but is '{ifMatch}'.");

        string? by = string.IsNullOrWhiteSpace(changedBy) ? null : changedBy.Trim()[..Math.Min(MaxName, changedBy.Trim().Length)];
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            (SettingsLedger ledger, string etag) = await store.LoadAsync(cancellationToken);

            // Nothing to change is nothing to disagree about: a request that is repeated because its answer was lost ends here.
            if (ledger.Newest.Settings == settings)
                return Answer(http, ledger.Newest);
            expected ??= ledger.Newest.Version;
            if (ledger.Newest.Version != expected)
                return Conflict(expected.Value, ledger.Newest.Version);

            SettingsLedger changed = ledger.Change(settings, by, time.GetUtcNow().ToUnixTimeMilliseconds());
            if (await store.TrySaveAsync(changed, etag, cancellationToken))
                return Answer(http, changed.Newest);
        }

        return TypedResults.Problem(
            "The settings are being changed by others; try again.", statusCode: StatusCodes.Status503ServiceUnavailable, title: "Too many changes at once");
    }

    private static Ok<StrategyDocument> Answer(HttpContext http, SettingsVersion version)
    {
        http.Response.Headers.ETag = $"\"{version.Version.ToString(CultureInfo.InvariantCulture)}\"";
        return TypedResults.Ok(StrategyDocument.Of(version));
    }

    private static bool TryReadVersion(string? text, out int? version)
    {
        version = null;
        if (string.IsNullOrWhiteSpace(text) || text.Trim() == "*")
            return true;
        bool isNumber = int.TryParse(text.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        version = isNumber ? number : null;
        return isNumber;
    }

    private static ProblemHttpResult Wrong(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest, title: "Wrong version");

    private static ProblemHttpResult Conflict(int expected, int found) => TypedResults.Problem(
        $"Version {expected} was to be changed, but the settings are at version {found}: look at them and change them again.",
        statusCode: StatusCodes.Status409Conflict, title: "Changed by somebody else",
        extensions: new Dictionary<string, object?> { ["version"] = found });
}
