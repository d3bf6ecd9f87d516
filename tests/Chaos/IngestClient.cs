using System.Text;

namespace DaprTrading.Tests.Chaos;

/// <summary>Posts to <c>/ingest</c> of a system in which anything may be away. Thread-safe.</summary>
internal sealed class IngestClient(Func<Uri> gateway) : IDisposable
{
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = AttemptLimit };

    /// <summary>Sends a body once.</summary>
    /// <returns>The answer, or null: anything but a success may or may not have been taken. A refusal of the request itself throws.</returns>
    public async Task<string?> TrySendAsync(string body, CancellationToken limit)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await _http.PostAsync(new Uri(gateway(), "/ingest"), content, limit);
            string answer = await response.Content.ReadAsStringAsync(limit);
            if ((int)response.StatusCode is >= 400 and < 500 and not (408 or 429)) throw new InvalidOperationException($"/ingest answered {(int)response.StatusCode}: {answer}");
            return response.IsSuccessStatusCode ? answer : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !limit.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}
