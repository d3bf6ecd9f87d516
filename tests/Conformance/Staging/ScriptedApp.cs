using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Conformance.Staging;

/// <summary>A request the app has seen.</summary>
public sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Target without query.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>A header; empty when it is missing.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name) ?? "";

    /// <summary>Whether a text is in the target or the body.</summary>
    public bool Has(string text) => Target.Contains(text, StringComparison.Ordinal) || Body.Contains(text, StringComparison.Ordinal);
}

/// <summary>An app that answers what a check says and remembers what it was asked. Unless told otherwise it answers 200 without a body.</summary>
public sealed class ScriptedApp : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Seen> _seen = [];
    private readonly List<(Func<Seen, bool> Matches, Func<Seen, HttpContext, Task> Answer)> _rules = [];
    private WebApplication? _server;

    /// <summary>Answer to <c>GET /dapr/subscribe</c>; null: 404.</summary>
    public string? Subscriptions { get; set; }

    /// <summary>Answer to <c>GET /dapr/config</c>; null: 404.</summary>
    public string? Configuration { get; set; }

    /// <summary>Target of the one request whose body is not read but left to its rule; null: none.</summary>
    public string? Streams { get; set; }

    /// <summary>Port; 0 before the start.</summary>
    public int Port { get; private set; }

    /// <summary>Everything seen, in order.</summary>
    public IReadOnlyList<Seen> All
    {
        get
        {
            lock (_gate) return [.. _seen];
        }
    }

    /// <summary>What has a text in target or body.</summary>
    public IReadOnlyList<Seen> Of(string text) => [.. All.Where(seen => seen.Has(text))];

    /// <summary>What came to a path with a text in target or body.</summary>
    public IReadOnlyList<Seen> Of(string text, string path) => [.. All.Where(seen => seen.Path == path && seen.Has(text))];

    /// <summary>An answer that never comes: it ends when whoever asked gives up.</summary>
    public static async Task HangAsync(HttpContext http)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration given = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    /// <summary>Answers requests with a text in target or body.</summary>
    public void Answer(string text, int status, string body = "", string type = "application/json") => On(seen => seen.Has(text), status, body, type);

    /// <summary>Answers requests; the newest rule that matches counts.</summary>
    public void On(Func<Seen, bool> matches, int status, string body = "", string type = "application/json") => On(matches, (_, http) =>
    {
        http.Response.StatusCode = status;
        if (body.Length == 0) return Task.CompletedTask;
        http.Response.ContentType = type;
        return http.Response.WriteAsync(body);
    });

    /// <summary>Answers requests; the newest rule that matches counts.</summary>
    public void On(Func<Seen, bool> matches, Func<Seen, HttpContext, Task> answer)
    {
        lock (_gate) _rules.Insert(0, (matches, answer));
    }

    /// <summary>Listens; port 0 picks a free one.</summary>
    public async Task ListenAsync(int port, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        server.Urls.Add($"http://127.0.0.1:{port}");
        server.Run(HandleAsync);
        await server.StartAsync(cancellationToken).ConfigureAwait(false);
        Port = new Uri(server.Urls.First()).Port;
        _server = server;
    }

    /// <summary>Stops listening; what was seen stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is not { } server) return;
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await server.StopAsync(now.Token).ConfigureAwait(false);
        await server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task HandleAsync(HttpContext http)
    {
        string target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        string body = "";
        if (target != Streams)
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            body = await reader.ReadToEndAsync().ConfigureAwait(false);
        }

        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var seen = new Seen(http.Request.Method, target, headers, body);
        Func<Seen, HttpContext, Task>? answer;
        lock (_gate)
        {
            _seen.Add(seen);
            answer = _rules.Find(rule => rule.Matches(seen)).Answer;
        }

        await (answer ?? StartUpAsync)(seen, http).ConfigureAwait(false);
    }

    private Task StartUpAsync(Seen seen, HttpContext http)
    {
        if (seen.Path is not ("/dapr/subscribe" or "/dapr/config")) return Task.CompletedTask;
        string? text = seen.Path == "/dapr/config" ? Configuration : Subscriptions;
        if (text is not null) return http.Response.WriteAsync(text);
        http.Response.StatusCode = 404;
        return Task.CompletedTask;
    }
}
