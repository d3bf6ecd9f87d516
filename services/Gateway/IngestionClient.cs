using System.Net;
using Dapr.Client;
using DaprTrading.Contracts;
using Microsoft.Extensions.Options;

namespace DaprTrading.Gateway;

/// <summary>Calls <c>ingestion</c> by Dapr service invocation, which spreads the calls over its replicas.</summary>
internal sealed class IngestionClient(DaprClient dapr, IOptions<GatewayOptions> options, ILogger<IngestionClient> logger) : IDisposable
{
    private readonly HttpClient _http = Create(dapr, options.Value.Timeout);
    private volatile bool _failing;

    /// <summary>Sends a body on; what ingestion answers is the answer, and 503 when it does not.</summary>
    public async Task<IResult> SendAsync(HttpContent content, HttpContext http, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/ingest") { Content = content };
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.InternalServerError) return Unavailable(http, null);

            if (_failing) logger.IngestionAnswers();
            _failing = false;
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (response.Headers.RetryAfter is { } retryAfter) http.Response.Headers.RetryAfter = retryAfter.ToString();
            http.Response.StatusCode = (int)response.StatusCode;
            return new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "application/json", body);
        }
        catch (HttpRequestException e)
        {
            return Unavailable(http, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return Unavailable(http, e);
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpClient Create(DaprClient dapr, TimeSpan timeout)
    {
        HttpClient http = dapr.CreateInvokableHttpClient(AppIds.Ingestion);
        http.Timeout = timeout;
        return http;
    }

    private IResult Unavailable(HttpContext http, Exception? cause)
    {
        if (!_failing) logger.IngestionDoesNotAnswer(cause);
        _failing = true;
        http.Response.Headers.RetryAfter = "1";
        return Results.Problem(
            "Ingestion does not answer now. Nothing was acknowledged; send it again.", statusCode: StatusCodes.Status503ServiceUnavailable,
            title: "Try again");
    }

    private sealed class Answer(int status, string contentType, byte[] body) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = contentType;
            httpContext.Response.ContentLength = body.Length;
            await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}

internal static partial class IngestionClientLog
{
    [LoggerMessage(3001, LogLevel.Warning, "Ingestion does not answer; producers are told to try again")]
    public static partial void IngestionDoesNotAnswer(this ILogger logger, Exception? exception);

    [LoggerMessage(3002, LogLevel.Information, "Ingestion answers again")]
    public static partial void IngestionAnswers(this ILogger logger);
}
