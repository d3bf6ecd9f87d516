using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Contract.Sidecar.Fakes;

/// <summary>A request an app has seen.</summary>
internal sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Path => Target.Split('?')[0];
}

/// <summary>An app that answers what the test says and remembers what it was asked.</summary>
internal sealed class ScriptedApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly List<Seen> _seen = [];

    private ScriptedApp(WebApplication app) => _app = app;

    public int Port { get; private set; }

    /// <summary>Answer to <c>GET /dapr/subscribe</c>; null: 404.</summary>
    public string? Subscriptions { get; set; }

    /// <summary>Answer to <c>GET /dapr/config</c>; null: 404.</summary>
    public string? Configuration { get; set; }

    /// <summary>Answers everything else; the default is 200 without a body.</summary>
    public Func<HttpContext, Seen, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Runs before any answer, the start-up questions' included.</summary>
    public Func<Seen, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Decides whether the connection breaks instead of an answer.</summary>
    public Func<Seen, bool> BreaksOff { get; set; } = _ => false;

    /// <summary>False leaves request bodies to <see cref="Answer"/>.</summary>
    public bool ReadsBodies { get; set; } = true;

    public IReadOnlyList<Seen> All
    {
        get
        {
            lock (_gate) return [.. _seen];
        }
    }

    /// <summary>Everything but the start-up questions.</summary>
    public IReadOnlyList<Seen> Calls => [.. All.Where(seen => !seen.Path.StartsWith("/dapr/", StringComparison.Ordinal))];

    public static async Task<ScriptedApp> StartAsync(Action<ScriptedApp>? script = null, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        var scripted = new ScriptedApp(app);
        script?.Invoke(scripted);
        app.Run(scripted.HandleAsync);
        await app.StartAsync();
        scripted.Port = new Uri(app.Urls.First()).Port;
        return scripted;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>Answers every call with a status and a body.</summary>
    public void Always(int status, string body = "") => Answer = (http, _) =>
    {
        http.Response.StatusCode = status;
        return body.Length > 0 ? http.Response.WriteAsync(body) : Task.CompletedTask;
    };

    private async Task HandleAsync(HttpContext http)
    {
        string body = "";
        if (ReadsBodies)
        {
            using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
            body = await reader.ReadToEndAsync();
        }

        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var seen = new Seen(http.Request.Method, http.Features.Get<IHttpRequestFeature>()!.RawTarget, headers, body);
        lock (_gate) _seen.Add(seen);
        await Before(seen);
        if (BreaksOff(seen))
        {
            http.Abort();
            return;
        }

        string? fixedAnswer = seen.Path switch
        {
            "/dapr/subscribe" => Subscriptions ?? "404",
            "/dapr/config" => Configuration ?? "404",
            _ => null,
        };
        if (fixedAnswer == "404") http.Response.StatusCode = 404;
        else if (fixedAnswer is not null) await http.Response.WriteAsync(fixedAnswer);
        else await Answer(http, seen);
    }
}
