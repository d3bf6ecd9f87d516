using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace DaprTrading.Visualization.Api;

/// <summary>Hands requests of the browser to the service that knows the answer.</summary>
internal sealed class Relay(ServiceCaller caller, IOptions<JsonOptions> json)
{
    private const int MaxBody = 65_536;

    /// <summary>The answer with absent values written as null, so that a reader sees every field; refusals as they are.</summary>
    public async Task<IResult> ReadAsync<T>(ServiceRequest request, CancellationToken cancellationToken)
        where T : class
    {
        using HttpResponseMessage response = await caller.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            ? TypedResults.Ok(await ParseAsync<T>(response, cancellationToken))
            : await CopyAsync(response, cancellationToken);
    }

    /// <summary>The answer as the service gave it.</summary>
    public async Task<IResult> PassAsync(ServiceRequest request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await caller.SendAsync(request, cancellationToken);
        return await CopyAsync(response, cancellationToken);
    }

    /// <summary>The same with the browser's body.</summary>
    public async Task<IResult> PassAsync(ServiceRequest request, HttpRequest body, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        byte[] part = new byte[8_192];
        int read;
        while ((read = await body.Body.ReadAsync(part, cancellationToken)) > 0)
        {
            buffer.Write(part, 0, read);
            if (buffer.Length > MaxBody)
            {
                return TypedResults.Problem(
                    $"The body may have at most {MaxBody} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge);
            }
        }

        return await PassAsync(request with { Body = buffer.Length == 0 ? null : buffer.ToArray() }, cancellationToken);
    }

    /// <summary>A list out of an answer.</summary>
    public async Task<T> ParseAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
        where T : class
    {
        var info = (JsonTypeInfo<T>)json.Value.SerializerOptions.GetTypeInfo(typeof(T));
        return await response.Content.ReadFromJsonAsync(info, cancellationToken)
            ?? throw new JsonException($"The answer of '{response.RequestMessage?.RequestUri}' is empty.");
    }

    /// <summary>Sends; for answers that are not simply handed on.</summary>
    public Task<HttpResponseMessage> SendAsync(ServiceRequest request, CancellationToken cancellationToken) =>
        caller.SendAsync(request, cancellationToken);

    /// <summary>An answer as it is.</summary>
    public static async Task<IResult> CopyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        int status = (int)response.StatusCode;
        return body.Length == 0
            ? TypedResults.StatusCode(status)
            : new CopiedAnswer(status, response.Content.Headers.ContentType?.ToString() ?? "application/json", response.Headers.ETag?.ToString(), body)
            {
                // What a service calls /things/1 is /api/things/1 here.
                Location = response.Headers.Location?.OriginalString is ['/', ..] path ? "/api" + path : null,
                RetryAfter = response.Headers.RetryAfter?.ToString(),
            };
    }

    private sealed class CopiedAnswer(int status, string contentType, string? etag, byte[] body) : IResult
    {
        public string? Location { get; init; }

        public string? RetryAfter { get; init; }

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = contentType;
            httpContext.Response.Headers.ETag = etag;
            httpContext.Response.ContentLength = body.Length;
            if (Location is not null) httpContext.Response.Headers.Location = Location;
            if (RetryAfter is not null) httpContext.Response.Headers.RetryAfter = RetryAfter;
            await httpContext.Response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
