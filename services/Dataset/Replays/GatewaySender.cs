using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dapr.Client;
using DaprTrading.Contracts;
using DaprTrading.MarketData;
using Microsoft.Extensions.Options;

namespace DaprTrading.Dataset.Replays;

/// <summary>What became of the bars of a request.</summary>
/// <param name="Refused">How many were refused as invalid.</param>
/// <param name="Reasons">Why, the first ones.</param>
internal sealed record Delivery(int Refused, IReadOnlyList<string> Reasons)
{
    public static readonly Delivery Complete = new(0, []);
}

/// <summary>Posts bars to the gateway through Dapr, as any producer does. A busy, absent or silent gateway is waited for.</summary>
internal sealed class GatewaySender : IDisposable
{
    private const string KeyHeader = "X-Api-Key";
    private const int MaxReasons = 10;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;

    public GatewaySender(DaprClient dapr, IOptions<DatasetOptions> options, TimeProvider time)
    {
        (_time, _limit) = (time, options.Value.GatewayTimeout);
        _http = dapr.CreateInvokableHttpClient(AppIds.Gateway);
        _http.Timeout = Timeout.InfiniteTimeSpan;
        if (options.Value.ApiKey is { Length: > 0 } key) _http.DefaultRequestHeaders.Add(KeyHeader, key);
    }

    /// <summary>Sends bars, however long it takes. Source and sequence make a repeat harmless.</summary>
    /// <param name="bars">The bars.</param>
    /// <param name="source">Their source.</param>
    /// <param name="waiting">Told what is waited for, and null when it is over.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="HttpRequestException">The gateway refused the request as a whole, and would again.</exception>
    public async Task<Delivery> SendAsync(IReadOnlyList<FileBar> bars, string source, Action<string?> waiting, CancellationToken cancellationToken)
    {
        byte[] body = Write(bars, source);
        while (true)
        {
            TimeSpan wait = Wait;
            try
            {
                using var limited = new CancellationTokenSource(_limit, _time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellationToken);
                using HttpResponseMessage response = await PostAsync(body, either.Token);
                if (await DeliveryAsync(response, bars, either.Token) is { } delivery)
                {
                    waiting(null);
                    return delivery;
                }

                if (response.Headers.RetryAfter?.Delta is { } asked && asked <= LongestWait) wait = asked;
                waiting($"The gateway answered {(int)response.StatusCode}.");
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                waiting($"The gateway cannot be reached: {e.Message}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                waiting(string.Create(CultureInfo.InvariantCulture, $"The gateway did not answer within {_limit.TotalSeconds:0.#} s."));
            }

            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> PostAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await _http.PostAsync("/ingest", content, cancellationToken);
    }

    // Null: to be sent again.
    private static async Task<Delivery?> DeliveryAsync(HttpResponseMessage response, IReadOnlyList<FileBar> bars, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) return null;
        if (response.StatusCode == HttpStatusCode.OK) return Of(await ReadAsync(response, ContractsJson.Default.IngestResult, cancellationToken), bars);
        if (response.StatusCode == HttpStatusCode.BadRequest)
            return new Delivery(bars.Count, Reasons(await response.Content.ReadAsStringAsync(cancellationToken)));
        if ((int)response.StatusCode is < 400 or >= 500) return null;

        string problem = await response.Content.ReadAsStringAsync(cancellationToken);
        string hint = response.StatusCode == HttpStatusCode.Unauthorized ? " Its keys are in Gateway:ApiKeys; set Dataset:ApiKey to one of them." : "";
        throw new HttpRequestException($"The gateway refused with {(int)response.StatusCode}: {Shorten(problem)}{hint}", null, response.StatusCode);
    }

    private static Delivery Of(IngestResult? result, IReadOnlyList<FileBar> bars) => result is not { Rejected.Count: > 0 }
        ? Delivery.Complete
        : new Delivery(result.Rejected.Count, [.. result.Rejected.Take(MaxReasons).Select(rejected => Reason(rejected, bars))]);

    private static string Reason(RejectedRecord rejected, IReadOnlyList<FileBar> bars)
    {
        string errors = string.Join("; ", rejected.Errors.Select(error => $"{error.Key} {string.Join(", ", error.Value)}"));
        if (rejected.Index < 0 || rejected.Index >= bars.Count) return errors;
        FileBar bar = bars[rejected.Index];
        string time = DateTimeOffset.FromUnixTimeMilliseconds(bar.End).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        return $"{bar.Symbol} of {time}: {errors}";
    }

    // Nothing of the request was taken: problem details name what is wrong by record and field.
    private static IReadOnlyList<string> Reasons(string problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(problem);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Object)
                return [.. errors.EnumerateObject().Take(MaxReasons).Select(error => $"{error.Name} {string.Join(", ", error.Value.EnumerateArray())}")];
        }
        catch (JsonException)
        {
            // No problem document: its text has to do.
        }

        return [Shorten(problem)];
    }

    private static string Shorten(string text) => text.Length > 500 ? text[..500] : text;

    private static async Task<T?> ReadAsync<T>(HttpResponseMessage response, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(stream, type, cancellationToken);
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
