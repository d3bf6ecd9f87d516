using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace DaprTrading.Tests.Testing;

/// <summary>One bar as a producer sees it.</summary>
public sealed record ProducedBar(string Symbol, double Open, double High, double Low, double Close, double Volume, double Timestamp)
{
    /// <summary>Source, when the producer numbers its bars.</summary>
    public string? Source { get; init; }

    /// <summary>Sequence, when the producer numbers its bars.</summary>
    public long Sequence { get; init; }

    /// <summary>The record in the ingest format.</summary>
    public string ToJson()
    {
        string numbering = Source is null ? "" : $",\"source\":\"{Source}\",\"sequence\":{Sequence}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"stock_symbol\":\"{Symbol}\",\"opening_price\":{Open:R},\"closing_price\":{Close:R},\"high\":{High:R},\"low\":{Low:R},\"volume\":{Volume:R},\"timestamp\":{Timestamp:R}{numbering}}}");
    }
}

/// <summary>A producer and a reader of the REST API, over plain HTTP.</summary>
public sealed class Producer(RunningSystem system) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Posts a body to <c>/ingest</c>.</summary>
    public Task<HttpResponseMessage> PostAsync(HttpContent content, CancellationToken cancellationToken) =>
        _http.PostAsync(new Uri(system.Gateway, "/ingest"), content, cancellationToken);

    /// <summary>Posts JSON to <c>/ingest</c>.</summary>
    public Task<HttpResponseMessage> PostAsync(string json, CancellationToken cancellationToken) =>
        PostAsync(new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")), cancellationToken);

    /// <summary>Posts bars as one array until the gateway acknowledges them; a busy or absent gateway is asked again.</summary>
    public async Task SendAsync(IReadOnlyCollection<ProducedBar> bars, CancellationToken cancellationToken)
    {
        string body = "[" + string.Join(',', bars.Select(bar => bar.ToJson())) + "]";
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            try
            {
                using HttpResponseMessage response = await PostAsync(body, cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
                    if (answer.RootElement.GetProperty("accepted").GetInt32() == bars.Count) return;
                    throw new InvalidOperationException("Not every bar was accepted: " + answer.RootElement.GetRawText());
                }

                if ((int)response.StatusCode is not (429 or 503)) throw new InvalidOperationException($"/ingest answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
            }
            catch (HttpRequestException)
            {
                // The gateway is being started again.
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>GETs a path of the dashboard's REST API as JSON.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(system.Dashboard, path), cancellationToken);
        response.EnsureSuccessStatusCode();
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return document.RootElement.Clone();
    }

    /// <summary>The points of a symbol from <c>n</c> 1 to <paramref name="count"/>, once they are all there.</summary>
    public async Task<IReadOnlyList<JsonElement>> PointsAsync(string symbol, int count, TimeSpan limit)
    {
        await Eventually.GetAsync(
            async ct => await LastNAsync(symbol, ct), n => n >= count, limit, $"{count} points of {symbol}");
        var points = new List<JsonElement>(count);
        using var ending = new CancellationTokenSource(limit);
        while (points.Count < count)
        {
            JsonElement page = await GetAsync($"/api/symbols/{symbol}/indicators?fromN={points.Count + 1}&limit=1000", ending.Token);
            int before = points.Count;
            points.AddRange(page.EnumerateArray());
            if (points.Count == before) throw new InvalidOperationException($"The points of {symbol} from {before + 1} on are missing.");
        }

        return points;
    }

    /// <summary>Index of the last point of a symbol; 0 when there is none.</summary>
    public async Task<long> LastNAsync(string symbol, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(system.Dashboard, $"/api/symbols/{symbol}/indicators?limit=1"), cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound) return 0;
        response.EnsureSuccessStatusCode();
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return document.RootElement.GetArrayLength() == 0 ? 0 : document.RootElement[document.RootElement.GetArrayLength() - 1].GetProperty("n").GetInt64();
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();
}
