using System.Net.Http.Headers;
using System.Text;

namespace DaprTrading.Conformance.Staging;

/// <summary>A sidecar, seen from its app: its HTTP API and the app it calls.</summary>
public sealed class Node : IDisposable
{
    private readonly HttpClient _client;

    /// <summary>The sidecar of <paramref name="appId"/> at an address.</summary>
    public Node(string appId, Uri http, ScriptedApp app)
    {
        AppId = appId;
        Http = http;
        App = app;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null };
        _client = new HttpClient(handler) { BaseAddress = http, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>App id.</summary>
    public string AppId { get; }

    /// <summary>Address of the API.</summary>
    public Uri Http { get; }

    /// <summary>The app.</summary>
    public ScriptedApp App { get; }

    /// <summary>Port the sidecar expects the app on.</summary>
    public int AppPort { get; init; }

    /// <summary>Port of the metrics; 0: none.</summary>
    public int MetricsPort { get; init; }

    /// <summary>GET.</summary>
    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) => Send("GET", path, null, null, headers);

    /// <summary>POST of JSON.</summary>
    public Task<Reply> Post(string path, string? body = null, params (string Name, string Value)[] headers) => Send("POST", path, body, "application/json", headers);

    /// <summary>PUT of text.</summary>
    public Task<Reply> Put(string path, string? body = null, params (string Name, string Value)[] headers) => Send("PUT", path, body, "text/plain", headers);

    /// <summary>DELETE.</summary>
    public Task<Reply> Delete(string path, params (string Name, string Value)[] headers) => Send("DELETE", path, null, null, headers);

    /// <summary>Publishes on the component <c>bus</c>.</summary>
    public Task<Reply> Publish(string topicAndQuery, string body, string? type = "application/json") => Send("POST", "/v1.0/publish/bus/" + topicAndQuery, body, type);

    /// <summary>Any request with a text.</summary>
    public Task<Reply> Send(string method, string path, string? body, string? type, params (string Name, string Value)[] headers) =>
        Send(method, path, body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)), type, headers);

    /// <summary>Any request.</summary>
    public async Task<Reply> Send(string method, string path, HttpContent? content, string? type, (string Name, string Value)[] headers, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Http, new Uri(path, UriKind.Relative))) { Content = content };
        if (content is not null && type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var all = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply($"{method} {path}", (int)response.StatusCode, all, body);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
