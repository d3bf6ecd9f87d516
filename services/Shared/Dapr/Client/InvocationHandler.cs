using Dapr.Http;

namespace Dapr.Client;

/// <summary>Sends a request for <c>http://{app-id}/path</c> to that app through the sidecar.</summary>
public class InvocationHandler : DelegatingHandler
{
    private string _endpoint = DaprDefaults.GetDefaultHttpEndpoint();
    private string _root;

    public InvocationHandler()
    {
        _root = SidecarUri.RootOf(new Uri(_endpoint));
        ApiToken = DaprDefaults.GetDefaultDaprApiToken(configuration: null);
    }

    /// <summary>The sidecar's HTTP endpoint.</summary>
    /// <exception cref="ArgumentException">The value is no http or https address.</exception>
    public string DaprEndpoint
    {
        get => _endpoint;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _root = Uri.TryCreate(value, UriKind.Absolute, out Uri? endpoint) && IsHttp(endpoint)
                ? SidecarUri.RootOf(endpoint)
                : throw new ArgumentException($"The sidecar's endpoint must be an http or https address, but is '{value}'.", nameof(value));
            _endpoint = value;
        }
    }

    /// <summary>The app-id as it is spelled: a host name loses its capitals.</summary>
    public string? DefaultAppId { get; set; }

    internal string? ApiToken { get; set; }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        Uri? original = request.RequestUri;
        bool withToken = !string.IsNullOrWhiteSpace(ApiToken);
        try
        {
            request.RequestUri = Rewrite(original);
            if (withToken)
            {
                request.Headers.Add(SidecarHeaders.ApiToken, ApiToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            request.RequestUri = original;
            if (withToken)
            {
                request.Headers.Remove(SidecarHeaders.ApiToken);
            }
        }
    }

    private static bool IsHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    private Uri Rewrite(Uri? uri)
    {
        if (uri is not { IsAbsoluteUri: true } || !IsHttp(uri))
        {
            throw new ArgumentException($"The request address '{uri}' is no http or https address of an app.", "request");
        }

        string appId = DefaultAppId is not null && uri.Host.Equals(DefaultAppId, StringComparison.OrdinalIgnoreCase) ? DefaultAppId : uri.Host;
        return new Uri($"{_root}/v1.0/invoke/{appId}/method{uri.PathAndQuery}");
    }
}
