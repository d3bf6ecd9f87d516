using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using Dapr.Http;

namespace Dapr.Actors;

/// <summary>The actor part of the sidecar's HTTP API.</summary>
/// <remarks>An unreachable sidecar is an <see cref="HttpRequestException"/>, a refusal a <see cref="DaprApiException"/>.</remarks>
internal sealed class ActorSidecar(string endpoint, string? apiToken, HttpClient http)
{
    private readonly string _root = SidecarUri.RootOf(new Uri(endpoint));
    private readonly string? _apiToken = string.IsNullOrWhiteSpace(apiToken) ? null : apiToken;

    /// <summary>Over the connection pool of the process, or a handler of the caller's.</summary>
    public static ActorSidecar Create(string endpoint, string? apiToken, TimeSpan? timeout = null, HttpMessageHandler? handler = null)
    {
        var http = new HttpClient(handler ?? new SharedHandler(), disposeHandler: false);
        if (timeout is { } limit)
        {
            http.Timeout = limit;
        }

        return new ActorSidecar(endpoint, apiToken, http);
    }

    public SidecarUri At(string actorType, string actorId) => SidecarUri.At(_root, "/v1.0/actors").Part(actorType).Part(actorId);

    /// <summary>Makes a call. The answer is a success; its body belongs to the caller.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri uri, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri) { Content = body };
        if (_apiToken is not null)
        {
            request.Headers.TryAddWithoutValidation(SidecarHeaders.ApiToken, _apiToken);
        }

        if (ActorReentrancyContext.Current is { } reentrancyId)
        {
            request.Headers.TryAddWithoutValidation(SidecarHeaders.ReentrancyId, reentrancyId);
        }

        HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await RefusalAsync(response, cancellationToken);
        }
    }

    /// <summary>Makes a call whose answer has no body of interest, and gives the request's memory back.</summary>
    public async Task ExecuteAsync(HttpMethod method, Uri uri, PooledBuffer? body, CancellationToken cancellationToken)
    {
        MemoryContent? content = body is null ? null : new MemoryContent(body.Memory, SidecarHeaders.Json);
        using HttpResponseMessage response = await SendAsync(method, uri, content, cancellationToken);
        body?.Return();
    }

    /// <summary>Reads one state value; <c>Exists</c> is false when the store has none.</summary>
    public async Task<(bool Exists, T? Value, DateTimeOffset? Expires)> ReadStateAsync<T>(Uri uri, JsonSerializerOptions json,
        CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, uri, body: null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return default;
        }

        PooledBuffer body = await PooledBuffer.ReadAsync(response.Content, cancellationToken);
        try
        {
            return body.Length == 0 ? default : (true, JsonPayload.ReadState<T>(body.Span, json), ExpiryOf(response));
        }
        finally
        {
            body.Return();
        }
    }

    /// <summary>Whether the store has a value.</summary>
    public async Task<bool> HasStateAsync(Uri uri, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, uri, body: null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return false;
        }

        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await body.ReadAsync(new byte[1], cancellationToken) > 0;
    }

    private static DateTimeOffset? ExpiryOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("metadata.ttlExpireTime", out var values)
        && DateTimeOffset.TryParse(values.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset expires)
            ? expires
            : null;

    private static async Task<Exception> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = await SidecarErrors.ReadAsync(response, cancellationToken);
        DaprApiException error = SidecarErrors.Parse((int)response.StatusCode, body);
        return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? new AuthenticationException($"The sidecar refused the call: {(int)response.StatusCode} {error.ErrorCode}: {error.Message}", error)
            : error;
    }
}
