using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaprTrading.LocalRuntime.Host.Cli;

/// <summary>Replays of the running system, through the REST interface of its dashboard.</summary>
internal sealed class ReplayClient : IDisposable
{
    // The variable that configures the services' operator key as well.
    private const string KeyVariable = "Operator__Key";
    private readonly HttpClient _http;

    public ReplayClient(string dashboard)
    {
        Dashboard = dashboard;
        _http = new HttpClient { BaseAddress = new Uri(dashboard), Timeout = TimeSpan.FromSeconds(30) };
        if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key) _http.DefaultRequestHeaders.Add("X-Operator-Key", key);
    }

    public string Dashboard { get; }

    public async Task<JsonArray> DatasetsAsync(CancellationToken cancellationToken) => (await SendAsync(HttpMethod.Get, "datasets", null, cancellationToken)).AsArray();

    public async Task<JsonArray> ReplaysAsync(CancellationToken cancellationToken) => (await SendAsync(HttpMethod.Get, "replays", null, cancellationToken)).AsArray();

    public Task<JsonNode> FindAsync(string id, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, "replays/" + id, null, cancellationToken);

    public Task<JsonNode> StartAsync(JsonObject request, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, "replays", request, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(method, "api/" + path);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using HttpResponseMessage response = await _http.SendAsync(message, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode) throw new UserException(Problem(text, (int)response.StatusCode));
        return JsonNode.Parse(text) ?? throw new UserException($"The system answered {path} with nothing.");
    }

    private static string Problem(string text, int status)
    {
        try
        {
            if (JsonNode.Parse(text) is JsonObject problem)
            {
                IEnumerable<string> fields = (problem["errors"] as JsonObject ?? []).Select(error => $"{error.Key} {string.Join(", ", error.Value?.AsArray() ?? [])}.");
                string words = string.Join(' ', (string[])[(string?)problem["detail"] ?? (string?)problem["title"] ?? "", .. fields]).Trim();
                if (words.Length > 0) return words;
            }
        }
        catch (JsonException)
        {
            // No problem document: the status has to do.
        }

        return $"The system answered with status {status}.";
    }
}
