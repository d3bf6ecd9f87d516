using System.Text;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>One source of one symbol: makes seeded bars, numbers them, and sends each until it is acknowledged.</summary>
internal sealed class Feed(RunningSystem system, string symbol, string source, int seed) : IDisposable
{
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = AttemptLimit };
    private readonly Random _random = new(HashCode(seed, symbol, source));
    private readonly List<ProducedBar> _acknowledged = [];
    private double _price = 100;

    public string Symbol => symbol;

    public string Source => source;

    /// <summary>Every bar the gateway acknowledged, in order; all that were made, once the feed has ended.</summary>
    public IReadOnlyList<ProducedBar> Acknowledged => _acknowledged;

    /// <summary>Sends requests at a pace until told to stop, and the last one until it is acknowledged.</summary>
    public async Task RunAsync(TimeSpan pace, CancellationToken stop, CancellationToken limit)
    {
        using var timer = new PeriodicTimer(pace);
        while (!stop.IsCancellationRequested)
        {
            ProducedBar[] bars = [.. Enumerable.Range(1, ChaosOptions.RequestSize).Select(i => Next(_acknowledged.Count + i))];
            string body = "[" + string.Join(',', bars.Select(bar => bar.ToJson())) + "]";
            using var retry = new PeriodicTimer(RetryPause);
            while (!await TrySendAsync(body, limit)) await retry.WaitForNextTickAsync(limit);
            _acknowledged.AddRange(bars);
            await timer.WaitForNextTickAsync(limit);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Anything but a success may or may not have been taken: the numbers make it safe to send it again.</summary>
    private async Task<bool> TrySendAsync(string body, CancellationToken limit)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage response = await _http.PostAsync(new Uri(system.Gateway, "/ingest"), content, limit);
            if ((int)response.StatusCode is >= 400 and < 500 and not (408 or 429))
                throw new InvalidOperationException($"/ingest answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(limit)}");
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !limit.IsCancellationRequested))
        {
            return false;
        }
    }

    private ProducedBar Next(int sequence)
    {
        double open = _price;
        _price = Math.Round(Math.Max(1, _price * (1 + (0.02 * (_random.NextDouble() - 0.5)))), 4);
        return new ProducedBar(
            symbol, open, Math.Max(open, _price) + 0.01, Math.Min(open, _price) - 0.01, _price, _random.Next(1, 1000), 1_700_000_000 + sequence)
        {
            Source = source, Sequence = sequence,
        };
    }

    private static int HashCode(int seed, string symbol, string source) =>
        (symbol + source).Aggregate(seed, static (hash, letter) => unchecked((hash * 31) + letter));
}
