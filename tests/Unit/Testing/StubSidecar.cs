using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Testing;

/// <summary>As much of a sidecar, over HTTP, as a service needs that keeps state with etags and publishes in bulk.</summary>
internal sealed class StubSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Value, int Version)> _state = [];

    private StubSidecar()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Events published, as JSON with their topic in front, in order.</summary>
    public ConcurrentQueue<string> Published { get; } = new();

    /// <summary>An event that contains this is not taken; the others of its request are.</summary>
    public string? Refuses { get; set; }

    /// <summary>Requests that read state.</summary>
    public int Reads => _reads;

    private int _reads;

    public string Endpoint => _app.Urls.First();

    public static async Task<StubSidecar> StartAsync()
    {
        var sidecar = new StubSidecar();
        await sidecar._app.StartAsync();
        return sidecar;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task HandleAsync(HttpContext http)
    {
        string[] path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            [_, "publish", "bulk", _, var topic] => PublishAsync(http, topic),
            [_, "state", _, var key] => ReadAsync(http, key),
            [_, "state", _] => SaveAsync(http),
            _ => Task.CompletedTask,
        };
    }

    private async Task PublishAsync(HttpContext http, string topic)
    {
        using JsonDocument entries = await JsonDocument.ParseAsync(http.Request.Body);
        var failed = new List<string>();
        foreach (JsonElement entry in entries.RootElement.EnumerateArray())
        {
            string text = entry.GetProperty("event").GetRawText();
            if (Refuses is { } part && text.Contains(part, StringComparison.Ordinal)) failed.Add(entry.GetProperty("entryId").GetRawText());
            else Published.Enqueue(topic + text);
        }

        http.Response.StatusCode = failed.Count == 0 ? 204 : 500;
        if (failed.Count == 0) return;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(
            $"{{\"failedEntries\":[{string.Join(',', failed.Select(id => $"{{\"entryId\":{id},\"error\":\"no room\"}}"))}],\"errorCode\":\"ERR_PUBSUB_PUBLISH_MESSAGE\"}}");
    }

    private Task ReadAsync(HttpContext http, string key)
    {
        Interlocked.Increment(ref _reads);
        bool found;
        (string Value, int Version) entry;
        lock (_lock) found = _state.TryGetValue(key, out entry);
        if (!found)
        {
            http.Response.StatusCode = 204;
            return Task.CompletedTask;
        }

        http.Response.Headers.ETag = entry.Version.ToString(CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(entry.Value);
    }

    private async Task SaveAsync(HttpContext http)
    {
        using JsonDocument items = await JsonDocument.ParseAsync(http.Request.Body);
        lock (_lock)
        {
            foreach (JsonElement item in items.RootElement.EnumerateArray())
            {
                string key = item.GetProperty("key").GetString()!;
                int version = _state.TryGetValue(key, out var present) ? present.Version : 0;
                string? etag = item.TryGetProperty("etag", out JsonElement sent) ? sent.GetString() : null;
                bool first = item.TryGetProperty("options", out JsonElement options) && options.TryGetProperty("concurrency", out JsonElement wish) && wish.GetString() == "first-write";
                if (string.IsNullOrEmpty(etag) ? first && version > 0 : etag != version.ToString(CultureInfo.InvariantCulture))
                {
                    http.Response.StatusCode = 409;
                    return;
                }

                _state[key] = (item.GetProperty("value").GetRawText(), version + 1);
            }
        }

        http.Response.StatusCode = 204;
    }
}
