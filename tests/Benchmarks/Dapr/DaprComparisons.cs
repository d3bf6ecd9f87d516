using System.Net.Http.Headers;
using System.Text;

namespace DaprTrading.Tests.Benchmarks.Dapr;

/// <summary>What is compared. Events and bodies are small, about a hundred bytes: the smaller they are, the more the way itself counts.</summary>
internal sealed class DaprComparisons(DaprSystem system, BareRedis redis, CancellationToken cancellationToken) : IDisposable
{
    private const int AtOnce = 16, Batch = 100, BatchesAtOnce = 4, Actors = 64;
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly byte[] Event = """{"symbol":"AAPL","time":1700000000000,"open":101.25,"high":102.5,"low":100.75,"close":101.5,"volume":1200}"""u8.ToArray();
    private static readonly byte[] Bulk = BulkBody();

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri _single = new(system.Sidecar, $"v1.0/publish/{BenchApp.PubSub}/{BenchApp.SingleTopic}");
    private readonly Uri _bulk = new(system.Sidecar, $"v1.0/publish/bulk/{BenchApp.PubSub}/{BenchApp.BulkTopic}");
    private readonly Uri _invoke = new(system.Sidecar, $"v1.0/invoke/{BenchApp.AppId}/method/{BenchApp.Echo}");
    private readonly Uri _direct = new(system.App, BenchApp.Echo);
    private readonly Uri[] _actors = [.. Enumerable.Range(0, Actors).Select(i => new Uri(system.Sidecar, $"v1.0/actors/{BenchApp.ActorType}/a{i}/method/save"))];
    private long _delivered;

    /// <summary>All of them.</summary>
    /// <param name="size">1: rounds of a second or two on two cores; less for a quick look.</param>
    public IReadOnlyList<Comparison> All(double size)
    {
        int singles = Count(6_000), batches = Count(800), calls = Count(15_000), turns = Count(5_000);
        return
        [
            new("publish + deliver, one by one", "events/s", 1, null, () => PublishAsync(singles, AtOnce, 1, _single, Event), () => BareEventsAsync("bare-single", singles, AtOnce, 1)) { Redis = true },
            new($"bulk publish + bulk deliver of {Batch}", "events/s", Batch, 35, () => PublishAsync(batches, BatchesAtOnce, Batch, _bulk, Bulk), () => BareEventsAsync("bare-bulk", batches, BatchesAtOnce, Batch)) { Redis = true },
            new("invoke", "calls/s", 1, 45, () => CallsAsync(calls, HttpMethod.Post, _ => _invoke), () => CallsAsync(calls, HttpMethod.Post, _ => _direct)),
            new("actor call with a state save", "calls/s", 1, null, () => CallsAsync(turns, HttpMethod.Put, i => _actors[i % Actors]), () => BareTurnsAsync(turns)) { Redis = true },
        ];

        int Count(int full) => Math.Max(AtOnce, (int)(full * size));
    }

    public void Dispose() => _http.Dispose();

    private Task<Round> PublishAsync(int operations, int atOnce, int events, Uri uri, byte[] body)
    {
        _delivered += (long)operations * events;
        return Load.RunAsync(operations, atOnce, _ => SendAsync(HttpMethod.Post, uri, body), AllDeliveredAsync);
    }

    private async Task AllDeliveredAsync() => (await _http.GetAsync(new Uri(system.App, $"await?count={_delivered}"), cancellationToken)).EnsureSuccessStatusCode();

    private async Task<Round> BareEventsAsync(string topic, int operations, int atOnce, int events)
    {
        await redis.CreateGroupAsync(topic);
        Task consuming = Task.Run(() => redis.ConsumeAsync(topic, operations * events, cancellationToken), cancellationToken);
        return await Load.RunAsync(operations, atOnce, _ => redis.AddAsync(topic, Event, events, cancellationToken), () => consuming);
    }

    private Task<Round> CallsAsync(int calls, HttpMethod method, Func<int, Uri> uri) => Load.RunAsync(calls, AtOnce, i => SendAsync(method, uri(i), Event));

    private Task<Round> BareTurnsAsync(int turns) => Load.RunAsync(turns, AtOnce, async i =>
    {
        await SendAsync(HttpMethod.Put, _direct, Event);
        await redis.SaveAsync($"bare||{i % Actors}", BenchApp.StateValue, cancellationToken);
    });

    private async Task SendAsync(HttpMethod method, Uri uri, byte[] body)
    {
        using var request = new HttpRequestMessage(method, uri) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = Json;
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"{uri}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    private static byte[] BulkBody()
    {
        string one = Encoding.UTF8.GetString(Event);
        IEnumerable<string> entries = Enumerable.Range(0, Batch).Select(i => $$"""{"entryId":"{{i}}","event":{{one}},"contentType":"application/json"}""");
        return Encoding.UTF8.GetBytes($"[{string.Join(',', entries)}]");
    }
}
