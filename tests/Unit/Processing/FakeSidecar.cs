using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Processing;

/// <summary>As much of a sidecar, over HTTP, as the processing service talks to: actors, their state and reminders, publish.</summary>
internal sealed class FakeSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _toApp = new();
    private readonly ConcurrentDictionary<string, byte[]> _state = new();

    private FakeSidecar()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>What was asked of the sidecar, in order: <c>publish</c>, <c>save</c>, <c>remind</c>, <c>unremind</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public ConcurrentQueue<JsonElement> Published { get; } = new();

    public Uri? App { get; set; }

    public bool FailPublish { get; set; }

    public bool FailSave { get; set; }

    public string Endpoint => _app.Urls.First();

    public static async Task<FakeSidecar> StartAsync()
    {
        var sidecar = new FakeSidecar();
        await sidecar._app.StartAsync();
        return sidecar;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _toApp.Dispose();
    }

    private Task HandleAsync(HttpContext http)
    {
        string[] path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            [_, "publish", _, "indicators"] => PublishAsync(http),
            [_, "actors", var type, var id, "method", var method] => ForwardAsync(http, $"actors/{type}/{id}/method/{method}"),
            [_, "actors", _, var id, "state", var key] => ReadAsync(http, id + "/" + key),
            [_, "actors", _, var id, "state"] => SaveAsync(http, id),
            [_, "actors", _, _, "reminders", var name] => RemindAsync(http, name),
            [_, "metadata"] => http.Response.WriteAsync("{\"id\":\"processing\"}"),
            _ => Task.CompletedTask,
        };
    }

    private async Task PublishAsync(HttpContext http)
    {
        JsonElement published = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement;
        Asked.Enqueue("publish");
        if (FailPublish)
            http.Response.StatusCode = 500;
        else
            Published.Enqueue(published);
    }

    private async Task ForwardAsync(HttpContext http, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(App!, path)) { Content = new StreamContent(http.Request.Body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using HttpResponseMessage response = await _toApp.SendAsync(request);
        http.Response.StatusCode = (int)response.StatusCode;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(await response.Content.ReadAsByteArrayAsync());
    }

    private async Task ReadAsync(HttpContext http, string key)
    {
        if (!_state.TryGetValue(key, out byte[]? value))
            http.Response.StatusCode = 204;
        else
            await http.Response.Body.WriteAsync(value);
    }

    private async Task SaveAsync(HttpContext http, string id)
    {
        using JsonDocument operations = await JsonDocument.ParseAsync(http.Request.Body);
        Asked.Enqueue("save");
        http.Response.StatusCode = FailSave ? 500 : 204;
        if (FailSave)
            return;
        foreach (JsonElement operation in operations.RootElement.EnumerateArray())
        {
            JsonElement request = operation.GetProperty("request");
            _state[id + "/" + request.GetProperty("key").GetString()] = Encoding.UTF8.GetBytes(request.GetProperty("value").GetRawText());
        }
    }

    private Task RemindAsync(HttpContext http, string name)
    {
        Asked.Enqueue((http.Request.Method == "DELETE" ? "unremind " : "remind ") + name);
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }
}
