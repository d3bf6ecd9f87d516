using System.Globalization;
using Dapr;
using DaprTrading.Contracts;
using DaprTrading.Ingestion.BackPressure;
using DaprTrading.Ingestion.Parsing;
using DaprTrading.Ingestion.Publishing;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Polly.Timeout;

namespace DaprTrading.Ingestion;

/// <summary><c>POST /ingest</c>: 200 means that the broker has every accepted record.</summary>
internal static class IngestEndpoint
{
    private const int MaxRejectedInProblem = 100;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(5);

    public static void MapIngest(this IEndpointRouteBuilder routes) => routes.MapPost("/ingest", IngestAsync);

    internal static async Task<IResult> IngestAsync(
        HttpRequest request, IngestPublisher publisher, BackPressureGate gate, IngestionMetrics metrics, IOptions<IngestOptions> options,
        TimeProvider time, CancellationToken cancellationToken)
    {
        if (!TryFormat(request, out bool lines)) return UnsupportedMediaType(request);

        using var body = new IngestBody();
        if (!await body.ReadAsync(request, options.Value.MaxBodyBytes, cancellationToken)) return TooLarge(options.Value);

        ParsedRequest parsed = Parse(body.Bytes, lines, options.Value, time);
        if (parsed.TooManyRecords) return TooLarge(options.Value);
        if (parsed.Malformed is { } malformed) return Malformed(malformed);
        if (parsed.Bars.Count > 0 && await CheckAsync(gate, publisher, parsed.Accepted, time, cancellationToken) is { } refusal)
        {
            metrics.Refused();
            return Wait(request, refusal);
        }

        metrics.Rejected(parsed.Rejected);
        if (parsed.Accepted == 0) return NothingAccepted(parsed);

        var pending = new PendingRequest(parsed);
        if (!publisher.TryEnqueue(pending)) return Unavailable(request, "Too many records wait for the broker.");
        try
        {
            await pending.Published.WaitAsync(cancellationToken);
        }
        catch (TooMuchUnreadException e)
        {
            return Unavailable(request, e.Message);
        }
        catch (Exception e) when (e is DaprException or TimeoutRejectedException or InvalidDataException
            || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return Unavailable(request, "The broker or the state store does not answer now.");
        }

        metrics.Accepted(parsed.Accepted);
        return Results.Json(new IngestResult(parsed.Accepted, parsed.Rejected), ContractsJson.Default.IngestResult);
    }

    /// <summary>A process that has just begun waits a moment for what it has to know instead of refusing at once.</summary>
    private static async Task<Refusal?> CheckAsync(
        BackPressureGate gate, IngestPublisher publisher, int records, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!gate.Ready.IsCompleted) await Task.WhenAny(gate.Ready, Task.Delay(StartLimit, time, cancellationToken));
        return gate.Check(publisher.PendingRecords, records);
    }

    private static ParsedRequest Parse(ReadOnlySpan<byte> body, bool lines, IngestOptions options, TimeProvider time)
    {
        var validator = new RecordValidator(time.GetUtcNow().ToUnixTimeMilliseconds(), options.MaxFuture);
        var parser = new IngestParser(validator, options.MaxRecords);
        return lines ? parser.ParseLines(body) : parser.ParseJson(body);
    }

    private static bool TryFormat(HttpRequest request, out bool lines)
    {
        lines = false;
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase)) return false;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)) return false;
        lines = type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/ndjson", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/jsonl", StringComparison.OrdinalIgnoreCase);
        return lines || type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }

    private static IResult UnsupportedMediaType(HttpRequest request) => Results.Problem(
        $"Content-Type must be application/json or application/x-ndjson, without Content-Encoding; received '{request.ContentType}'.",
        statusCode: StatusCodes.Status415UnsupportedMediaType, title: "Unsupported media type");

    private static IResult TooLarge(IngestOptions options) => Results.Problem(
        $"A request may hold {options.MaxRecords} records and {options.MaxBodyBytes} bytes. Nothing of this one was taken.",
        statusCode: StatusCodes.Status413PayloadTooLarge, title: "Request too large");

    private static IResult Malformed((string Field, string Message) malformed) => Results.ValidationProblem(
        new Dictionary<string, string[]>(StringComparer.Ordinal) { [malformed.Field] = [malformed.Message] },
        "The body is not JSON. Nothing of this request was taken.", title: "Malformed body", statusCode: StatusCodes.Status400BadRequest);

    private static IResult NothingAccepted(ParsedRequest parsed)
    {
        if (parsed.Rejected.Count == 0)
        {
            return Results.ValidationProblem(
                new Dictionary<string, string[]>(StringComparer.Ordinal) { ["body"] = ["contains no record"] },
                title: "No records", statusCode: StatusCodes.Status400BadRequest);
        }

        // One record: its errors stand where every problem details client looks for them. Several: each by its index.
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        bool single = parsed.Rejected.Count == 1;
        foreach (RejectedRecord rejected in parsed.Rejected.Take(MaxRejectedInProblem))
        {
            foreach (var (field, messages) in rejected.Errors) errors[single ? field : $"[{rejected.Index}].{field}"] = messages;
        }

        return Results.ValidationProblem(
            errors, $"None of {parsed.Rejected.Count} records is valid.", title: "Invalid records", statusCode: StatusCodes.Status400BadRequest);
    }

    private static IResult Wait(HttpRequest request, Refusal refusal)
    {
        request.HttpContext.Response.Headers.RetryAfter = refusal.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        string why = refusal.Reason ?? $"The service '{refusal.Service}' has {refusal.Unread} events to read, {refusal.Bound} are allowed.";
        return Results.Problem(
            why + " Nothing of this request was taken; send it again.", statusCode: StatusCodes.Status503ServiceUnavailable,
            title: refusal.Reason is null ? "Too much is unread" : "Not ready yet");
    }

    private static IResult Unavailable(HttpRequest request, string detail)
    {
        request.HttpContext.Response.Headers.RetryAfter = "1";
        return Results.Problem(
            detail + " Nothing was acknowledged; send it again.", statusCode: StatusCodes.Status503ServiceUnavailable, title: "Try again");
    }
}
