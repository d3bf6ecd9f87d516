namespace DaprTrading.Tests.Chaos;

/// <summary>Sends the bars of one source until each is acknowledged: in requests of uneven size, some twice, some two at a time.</summary>
internal sealed class Feed(Func<Uri> gateway, SeededBars bars, int seed) : IDisposable
{
    private const int LargestRequest = 16;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private readonly IngestClient _client = new(gateway);
    private readonly Random _random = new(SeededBars.SeedOf(seed, bars.Source + bars.Symbol));
    private int _acknowledged;

    /// <summary>How many bars were acknowledged.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Sends all bars, spread evenly over a time; after a hold-up as fast as they are taken.</summary>
    public async Task RunAsync(TimeSpan length, CancellationToken limit)
    {
        long started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick);
        while (_acknowledged < bars.Bars.Count)
        {
            while (_acknowledged > bars.Bars.Count * (TimeProvider.System.GetElapsedTime(started) / length))
                await timer.WaitForNextTickAsync(limit);

            int requests = _random.Next(10) == 0 ? 2 : 1;
            var sent = new List<Task>(requests);
            int next = _acknowledged;
            for (; requests > 0 && next < bars.Bars.Count; requests--)
            {
                int count = Math.Min(_random.Next(1, LargestRequest + 1), bars.Bars.Count - next);
                sent.Add(SendAsync(Body(next, count), twice: _random.Next(20) == 0, limit));
                next += count;
            }

            await Task.WhenAll(sent);
            Volatile.Write(ref _acknowledged, next);
        }
    }

    /// <summary>The bars that were acknowledged.</summary>
    public SeededBars Sent => bars with { Bars = [.. bars.Bars.Take(_acknowledged)] };

    /// <summary>Sends the next bars in one request, until it is acknowledged.</summary>
    /// <param name="count">How many.</param>
    /// <param name="limit">Ends it.</param>
    /// <param name="along">A record to put behind them.</param>
    public async Task SendNextAsync(int count, CancellationToken limit, string? along = null)
    {
        string body = Body(_acknowledged, count);
        await SendAsync(along is null ? body : $"{body[..^1]},{along}]", twice: false, limit);
        Volatile.Write(ref _acknowledged, _acknowledged + count);
    }

    /// <summary>Sends the second half of the next bars, so that bars before them are missing; the first half is next.</summary>
    public Task SendAheadAsync(int count, CancellationToken limit) => SendAsync(Body(_acknowledged + (count / 2), count - (count / 2)), twice: false, limit);

    public void Dispose() => _client.Dispose();

    private string Body(int first, int count) => "[" + string.Join(',', bars.Bars.Skip(first).Take(count).Select(bar => bar.ToJson())) + "]";

    private async Task SendAsync(string body, bool twice, CancellationToken limit)
    {
        using var retry = new PeriodicTimer(RetryPause);
        while (await _client.TrySendAsync(body, limit) is null) await retry.WaitForNextTickAsync(limit);
        if (twice) await _client.TrySendAsync(body, limit);
    }
}
