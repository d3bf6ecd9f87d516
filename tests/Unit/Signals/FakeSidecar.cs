using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DaprTrading.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Unit.Signals;

/// <summary>As much of a sidecar, over HTTP, as the signals service talks to: state with etags, bulk publish, the aggregator's points.</summary>
internal sealed class FakeSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Value, int Version)> _state = [];

    private FakeSidecar()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>Ids of the signals published, in order.</summary>
    public ConcurrentQueue<string> Published { get; } = new();

    /// <summary>What others store under the same key just before the next saves arrive, one each.</summary>
    public ConcurrentQueue<string> FasterWriters { get; } = new();

    /// <summary>State is not saved.</summary>
    public bool FailSave { get; set; }

    /// <summary>Answers bulk publishing with the first entry as failed.</summary>
    public bool FailOneEntry { get; set; }

    /// <summary>Points as the aggregator has them, by symbol, ascending.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<IndicatorPoint>> Points { get; } = new();

    /// <summary>Requests to the aggregator, path and query.</summary>
    public ConcurrentQueue<string> Invoked { get; } = new();

    /// <summary>The aggregator answers with an error.</summary>
    public bool AggregatorFails { get; set; }

    public string Endpoint => _app.Urls.First();

    public static async Task<FakeSidecar> StartAsync()
    {
        var sidecar = new FakeSidecar();
        await sidecar._app.StartAsync();
        return sidecar;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task HandleAsync(HttpContext http)
    {
        string[] path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path switch
        {
            [_, "publish", "bulk", _, "signals"] => PublishAsync(http),
            [_, "invoke", "aggregator", "method", "symbols", var symbol, "indicators"] => PointsAsync(http, symbol),
            [_, "state", _, var key] => ReadAsync(http, key),
            [_, "state", _] => SaveAsync(http),
            _ => Task.CompletedTask,
        };
    }

    private async Task PointsAsync(HttpContext http, string symbol)
    {
        Invoked.Enqueue(http.Request.Path + http.Request.QueryString.Value);
        if (AggregatorFails || !Points.TryGetValue(symbol, out IReadOnlyList<IndicatorPoint>? points))
        {
            http.Response.StatusCode = AggregatorFails ? 500 : 404;
            return;
        }

        long from = long.Parse(http.Request.Query["fromN"]!, CultureInfo.InvariantCulture);
        int limit = int.Parse(http.Request.Query["limit"]!, CultureInfo.InvariantCulture);
        await http.Response.WriteAsJsonAsync(
            points.Where(point => point.N >= from).Take(limit).ToList(), ContractsJson.Default.ListIndicatorPoint);
    }

    private async Task PublishAsync(HttpContext http)
    {
        using JsonDocument entries = await JsonDocument.ParseAsync(http.Request.Body);
        string[] ids = [.. entries.RootElement.EnumerateArray().Select(entry => entry.GetProperty("event").GetProperty("id").GetString()!)];
        if (FailOneEntry)
        {
            http.Response.StatusCode = 500;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{\"failedEntries\":[{\"entryId\":\"0\",\"error\":\"no room\"}],\"errorCode\":\"ERR_PUBSUB_PUBLISH_MESSAGE\"}");
            return;
        }

        foreach (string id in ids)
            Published.Enqueue(id);
        http.Response.StatusCode = 204;
    }

    private async Task ReadAsync(HttpContext http, string key)
    {
        bool found;
        (byte[] Value, int Version) entry;
        lock (_lock)
            found = _state.TryGetValue(key, out entry);
        if (!found)
        {
            http.Response.StatusCode = 204;
            return;
        }

        http.Response.Headers.ETag = entry.Version.ToString();
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(entry.Value);
    }

    private async Task SaveAsync(HttpContext http)
    {
        using JsonDocument items = await JsonDocument.ParseAsync(http.Request.Body);
        lock (_lock)
        {
            if (FailSave)
            {
                http.Response.StatusCode = 500;
                return;
            }

            foreach (JsonElement item in items.RootElement.EnumerateArray())
            {
                if (FasterWriters.TryDequeue(out string? faster)) Write(item, faster);
                string key = item.GetProperty("key").GetString()!;
                int version = _state.TryGetValue(key, out var present) ? present.Version : 0;
                string? etag = item.TryGetProperty("etag", out JsonElement sent) ? sent.GetString() : null;
                bool first = item.TryGetProperty("options", out JsonElement options) && options.GetProperty("concurrency").GetString() == "first-write";
                if (string.IsNullOrEmpty(etag) ? first && version > 0 : etag != version.ToString())
                {
                    // As Redis: without an etag it is not said that this is a mismatch.
                    http.Response.StatusCode = string.IsNullOrEmpty(etag) ? 500 : 409;
                    return;
                }

                Write(item, item.GetProperty("value").GetRawText());
            }
        }

        http.Response.StatusCode = 204;
    }

    private void Write(JsonElement item, string value)
    {
        string key = item.GetProperty("key").GetString()!;
        _state[key] = (Encoding.UTF8.GetBytes(value), _state.GetValueOrDefault(key).Version + 1);
    }
}
