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

/// <summary>As much of a sidecar as replays talk to: state with versions, an aggregator, and a gateway that takes as many requests as it is allowed.</summary>
internal sealed class FakeSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Value, int Version)> _state = new();
    private readonly Lock _writing = new();
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

    /// <summary>Symbols the aggregator has points of.</summary>
    public ConcurrentDictionary<string, bool> Symbols { get; } = new();

    /// <summary>Told which symbol the aggregator was asked for, after its answer is decided.</summary>
    public Action<string>? Asked { get; set; }

    /// <summary>Whether the store answers 500.</summary>
    public volatile bool StoreIsAway;

    /// <summary>Values that the store takes no answer for, until the request is called off; null: none.</summary>
    public volatile Func<string, bool>? HoldSavesOf;
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a value is held.</summary>
    public Task Held => _held.Task;

    /// <summary>Whether the aggregator answers 500.</summary>
    public volatile bool AggregatorIsAway;

    /// <summary>What the gateway does with a request instead of taking it; null: it takes it.</summary>
    public Func<HttpContext, JsonArray, Task<bool>>? Gateway { get; set; }

    /// <summary>A stored value.</summary>
    public string Stored(string key) => _state[key].Value;

    /// <summary>Removes a stored value.</summary>
    public void Forget(string key) => _state.TryRemove(key, out _);

    /// <summary>Changes a stored value.</summary>
    public void Change(string key, Func<string, string> change)
    {
        lock (_writing) _state[key] = (change(_state[key].Value), _state[key].Version + 1);
    }

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
        if (path.Contains("/aggregator/method/symbols/", StringComparison.Ordinal))
        {
            string symbol = path[(path.LastIndexOf('/') + 1)..];
            http.Response.StatusCode = AggregatorIsAway ? 500 : Symbols.ContainsKey(symbol) ? 200 : 404;
            Asked?.Invoke(symbol);
            return Task.CompletedTask;
        }

        if (StoreIsAway)
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        }

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
        if (Gateway is { } instead && await instead(http, bars)) return;
        await _allowed.WaitAsync(http.RequestAborted);
        foreach (JsonNode? bar in bars) Bars.Enqueue(new Received((string)bar!["source"]!, (string)bar["stock_symbol"]!, (long)bar["sequence"]!, (double)bar["timestamp"]!));
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"accepted":{{bars.Count}},"rejected":[]}""");
    }

    private async Task ReadAsync(HttpContext http, string key)
    {
        if (!_state.TryGetValue(key, out var entry))
        {
            http.Response.StatusCode = 204;
            return;
        }

        http.Response.Headers.ETag = entry.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(entry.Value);
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
        string[] items = [.. request["keys"]!.AsArray().Select(key => (string)key!).Where(_state.ContainsKey).Select(key => $$"""{"key":"{{key}}","data":{{_state[key].Value}},"etag":"{{_state[key].Version}}"}""")];
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($"[{string.Join(',', items)}]");
    }

    private async Task SaveAsync(HttpContext http)
    {
        using JsonDocument items = await JsonDocument.ParseAsync(http.Request.Body);
        if (HoldSavesOf is { } hold && hold(items.RootElement.GetRawText()))
        {
            _held.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        lock (_writing)
        {
            bool isStale = items.RootElement.EnumerateArray().Any(IsStale);
            http.Response.StatusCode = isStale ? 409 : 204;
            if (isStale) return;
            foreach (JsonElement item in items.RootElement.EnumerateArray())
            {
                string key = item.GetProperty("key").GetString()!;
                _state[key] = (item.GetProperty("value").GetRawText(), _state.TryGetValue(key, out var before) ? before.Version + 1 : 1);
            }
        }
    }

    // As a store does: an etag must be the present one; without one, but with first-write, there must be nothing yet.
    private bool IsStale(JsonElement item)
    {
        bool exists = _state.TryGetValue(item.GetProperty("key").GetString()!, out var before);
        if (item.TryGetProperty("etag", out JsonElement etag) && etag.GetString() is { Length: > 0 } wanted)
            return !exists || wanted != before.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return exists && item.TryGetProperty("options", out JsonElement options) && options.TryGetProperty("concurrency", out JsonElement mode) && mode.GetString() == "first-write";
    }
}
