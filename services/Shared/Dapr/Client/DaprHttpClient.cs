using System.Text.Json;
using Dapr.Http;
using Microsoft.Extensions.Logging;

namespace Dapr.Client;

/// <summary>The client over the sidecar's HTTP API: what all its parts share.</summary>
internal sealed partial class DaprHttpClient(Uri endpoint, string? apiToken, JsonSerializerOptions json, TimeSpan? timeout, ILogger logger)
    : DaprClient
{
    private readonly string _root = SidecarUri.RootOf(endpoint);
    private readonly string? _apiToken = string.IsNullOrWhiteSpace(apiToken) ? null : apiToken;
    private readonly HttpClient _health = CreateHealthClient(timeout);
    private bool _closed;

    public override JsonSerializerOptions JsonSerializerOptions => json;

    public override HttpClient CreateInvokableHttpClient(string? appId = null) => CreateInvokeHttpClient(appId, _root, _apiToken);

    protected override void Dispose(bool disposing)
    {
        _closed = true;
        _health.Dispose();
    }

    private static HttpClient CreateHealthClient(TimeSpan? timeout)
    {
        var client = new HttpClient(new SharedHandler());
        client.DefaultRequestHeaders.UserAgent.Add(UserAgent());
        if (timeout is { } limit)
        {
            client.Timeout = limit;
        }

        return client;
    }

    private static DaprException Refused(string what, int status, byte[] body)
    {
        DaprApiException answer = SidecarErrors.Parse(status, body);
        return new DaprException($"{what} failed: {status} {answer.ErrorCode}: {answer.Message}", answer);
    }

    private static DaprException Unreachable(string what, Exception exception) =>
        new($"{what} failed: the sidecar did not answer: {exception.Message}", exception);

    private SidecarUri At(string path) => SidecarUri.At(_root, path);

    /// <summary>Sends without a time limit. Whatever keeps the call from being answered is a <see cref="DaprException"/>.</summary>
    private async Task<HttpResponseMessage> SendAsync(string what, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(DaprClient));
        if (_apiToken is not null)
        {
            request.Headers.TryAddWithoutValidation(SidecarHeaders.ApiToken, _apiToken);
        }

        try
        {
            return await SharedHandler.Invoker.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Unreachable(what, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The time limit for opening a connection is the handler's own, not the caller's.
            throw Unreachable(what, exception);
        }
    }

    /// <summary>Sends a call whose answer matters only if it is a refusal.</summary>
    private async Task ExecuteAsync(string what, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(what, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RefusedAsync(what, response, cancellationToken);
        }
    }

    private static async Task<DaprException> RefusedAsync(string what, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return Refused(what, (int)response.StatusCode, await SidecarErrors.ReadAsync(response, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return Unreachable(what, exception);
        }
    }

    private static async Task<PooledBuffer> ReadAsync(string what, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await PooledBuffer.ReadAsync(response.Content, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Unreachable(what, exception);
        }
    }
}
