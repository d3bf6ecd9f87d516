using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Dataset;

/// <summary>A bar as the gateway received it.</summary>
internal sealed record Received(string Source, string Symbol, long Sequence, double Time);

/// <summary>As much of a sidecar as replays talk to: state, and a gateway that takes as many requests as it is allowed.</summary>
internal sealed class FakeSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _state = new();
    private readonly SemaphoreSlim _allowed = new(0);

    private FakeSidecar()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    public ConcurrentQueue<Received> Bars { get; } = new();

    /// <summary>The keys in the store.</summary>
    public IReadOnlyCollection<string> Keys => [.. _state.Keys];

    /// <summary>Changes a stored value.</summary>
    public void Change(string key, Func<string, string> change) => _state[key] = change(_state[key]);

    public string Endpoint => _app.Urls.First();

    public static async Task<FakeSidecar> StartAsync()
    {
        var sidecar = new FakeSidecar();
        await sidecar._app.StartAsync();
        return sidecar;
    }

    /// <summary>Lets the gateway take more requests; the next one after them waits.</summary>
    public void Allow(int requests) => _allowed.Release(requests);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _allowed.Dispose();
    }

    private Task HandleAsync(HttpContext http)
    {
        string path = http.Request.Path.Value!;
        if (path.EndsWith("/ingest", StringComparison.Ordinal)) return IngestAsync(http);
        return path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [_, "state", _, "bulk"] => BulkAsync(http),
            [_, "state", _, var key] when HttpMethods.IsDelete(http.Request.Method) => DeleteAsync(http, key),
            [_, "state", _, var key] => ReadAsync(http, key),
            [_, "state", _] => SaveAsync(http),
            _ => Task.CompletedTask,
        };
    }

    private async Task IngestAsync(HttpContext http)
    {
        JsonArray bars = (await JsonNode.ParseAsync(http.Request.Body))!.AsArray();
        await _allowed.WaitAsync(http.RequestAborted);
        foreach (JsonNode? bar in bars) Bars.Enqueue(new Received((string)bar!["source"]!, (string)bar["stock_symbol"]!, (long)bar["sequence"]!, (double)bar["timestamp"]!));
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"accepted":{{bars.Count}},"rejected":[]}""");
    }

    private async Task ReadAsync(HttpContext http, string key)
    {
        if (!_state.TryGetValue(key, out string? value))
        {
            http.Response.StatusCode = 204;
            return;
        }

        http.Response.Headers.ETag = "1";
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(value);
    }

    private Task DeleteAsync(HttpContext http, string key)
    {
        _state.TryRemove(key, out _);
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private async Task BulkAsync(HttpContext http)
    {
        JsonNode request = (await JsonNode.ParseAsync(http.Request.Body))!;
        string[] items = [.. request["keys"]!.AsArray().Select(key => (string)key!).Where(_state.ContainsKey).Select(key => $$"""{"key":"{{key}}","data":{{_state[key]}},"etag":"1"}""")];
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($"[{string.Join(',', items)}]");
    }

    private async Task SaveAsync(HttpContext http)
    {
        using JsonDocument items = await JsonDocument.ParseAsync(http.Request.Body);
        foreach (JsonElement item in items.RootElement.EnumerateArray()) _state[item.GetProperty("key").GetString()!] = item.GetProperty("value").GetRawText();
        http.Response.StatusCode = 204;
    }
}
