using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace DaprTrading.Generator.Sending;

/// <summary>The gateway refused in a way that trying again does not mend, or stayed away for too long.</summary>
internal sealed class GatewayRefusedException(string message) : Exception(message);

/// <summary>Posts bodies to the gateway. A busy or absent gateway is waited for; a refusal ends the run.</summary>
internal sealed class GatewayClient : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly HttpClient _http;
    private readonly Uri _ingest;
    private readonly GeneratorOptions _options;
    private readonly TimeProvider _time;

    public GatewayClient(GeneratorOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _ingest = new Uri(options.Url, "/ingest");
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = options.Connections })
        {
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (options.ApiKey is { } key) _http.DefaultRequestHeaders.Add("X-Api-Key", key);
    }

    public async Task SendAsync(RequestBody body, Progress progress, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        while (true)
        {
            var (done, reason, wait) = await TryAsync(body, progress, cancellationToken);
            if (done) return;
            if (_time.GetElapsedTime(started) > _options.Patience)
            {
                throw new GatewayRefusedException($"{_ingest}: {reason}. Gave up after {_options.Patience.TotalSeconds:0} s; is the system up (./run status)?");
            }

            progress.Waited();
            await Task.Delay(wait, _time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(bool Done, string Reason, TimeSpan Wait)> TryAsync(RequestBody body, Progress progress, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new ByteArrayContent(body.Json);
            content.Headers.ContentType = Json;
            using HttpResponseMessage response = await _http.PostAsync(_ingest, content, cancellationToken);
            switch (response.StatusCode)
            {
                case HttpStatusCode.OK:
                    await CountAsync(response, body, progress, cancellationToken);
                    return (true, "", default);
                case HttpStatusCode.BadRequest when body.Valid == 0:
                    progress.Sent(0, 0, body.Bad);
                    return (true, "", default);
                case HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable:
                    TimeSpan wait = response.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
                    return (false, $"answers {(int)response.StatusCode}", wait);
                default:
                    string problem = await response.Content.ReadAsStringAsync(cancellationToken);
                    throw new GatewayRefusedException($"{_ingest} refused with {(int)response.StatusCode}: {problem}");
            }
        }
        catch (HttpRequestException e)
        {
            return (false, e.Message, TimeSpan.FromMilliseconds(500));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, "does not answer within 30 s", TimeSpan.FromMilliseconds(500));
        }
    }

    private static async Task CountAsync(HttpResponseMessage response, RequestBody body, Progress progress, CancellationToken cancellationToken)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using JsonDocument answer = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        int accepted = answer.RootElement.GetProperty("accepted").GetInt32();
        JsonElement rejected = answer.RootElement.GetProperty("rejected");
        if (accepted != body.Valid)
        {
            throw new GatewayRefusedException($"{body.Valid} valid records were sent, but {accepted} accepted; the first refusal: {rejected[0].GetRawText()}");
        }

        progress.Sent(body.Bars, accepted, rejected.GetArrayLength());
    }
}
