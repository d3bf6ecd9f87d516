using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.MarketData;

namespace DaprTrading.Dataset.Replays;

/// <summary>Posts bars to the gateway through Dapr, as any producer does. A busy or absent gateway is waited for.</summary>
internal sealed class GatewaySender(DaprClient dapr, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http = dapr.CreateInvokableHttpClient(AppIds.Gateway);

    /// <summary>Sends bars and returns how many of them were refused as invalid. Source and sequence make a repeat harmless.</summary>
    /// <exception cref="HttpRequestException">The gateway refused the request as a whole, and would again.</exception>
    public async Task<int> SendAsync(IReadOnlyList<FileBar> bars, string source, CancellationToken cancellationToken)
    {
        byte[] body = Write(bars, source);
        while (true)
        {
            TimeSpan wait = Wait;
            try
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using HttpResponseMessage response = await _http.PostAsync("/ingest", content, cancellationToken);
                if (response.StatusCode == HttpStatusCode.OK) return await RefusedAsync(response, cancellationToken);
                if (response.StatusCode == HttpStatusCode.BadRequest) return bars.Count;
                if ((int)response.StatusCode is >= 400 and < 500 and not 429)
                {
                    string problem = await response.Content.ReadAsStringAsync(cancellationToken);
                    throw new HttpRequestException($"The gateway refused with {(int)response.StatusCode}: {problem}", null, response.StatusCode);
                }

                if (response.Headers.RetryAfter?.Delta is { } asked && asked <= LongestWait) wait = asked;
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                // The sidecar or the gateway is away: the same as an answer of 503.
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<int> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        IngestResult? result = await JsonSerializer.DeserializeAsync(stream, ContractsJson.Default.IngestResult, cancellationToken);
        return result?.Rejected.Count ?? 0;
    }

    private static byte[] Write(IReadOnlyList<FileBar> bars, string source)
    {
        var buffer = new ArrayBufferWriter<byte>(bars.Count * 200);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        foreach (FileBar bar in bars)
        {
            json.WriteStartObject();
            json.WriteString("stock_symbol"u8, bar.Symbol);
            json.WriteNumber("opening_price"u8, bar.Open);
            json.WriteNumber("closing_price"u8, bar.Close);
            json.WriteNumber("high"u8, bar.High);
            json.WriteNumber("low"u8, bar.Low);
            json.WriteNumber("volume"u8, bar.Volume);
            json.WriteNumber("timestamp"u8, bar.End / 1000.0);
            json.WriteString("source"u8, source);
            json.WriteNumber("sequence"u8, bar.Sequence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
