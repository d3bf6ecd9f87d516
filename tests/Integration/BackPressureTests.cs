using System.Net;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>Producers are faster than the services behind: they are told to wait, and nothing that was acknowledged is lost.</summary>
public sealed class BackPressureTests : IAsyncLifetime
{
    private const int Symbols = 20, Rounds = 60, Bound = 360, StreamLength = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly string _components = Directory.CreateTempSubdirectory("components-").FullName;
    private readonly ProducedBar[][] _bars = [.. Enumerable.Range(0, Symbols).Select(i => Series.RandomWalk($"BP{i:00}", Rounds, seed: 100 + i))];
    private RunningSystem _system = null!;
    private Producer _producer = null!;
    private int _sent;

    public async Task InitializeAsync()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(ProjectPaths.Root, "components", "redis")))
        {
            string text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(Path.Combine(_components, Path.GetFileName(file)), text.Replace("value: \"100000\"", $"value: \"{StreamLength}\"", StringComparison.Ordinal));
        }

        _system = await RunningSystem.StartAsync(
            new Dictionary<string, string> { ["Ingestion__BackPressure__MaxUnreadEvents"] = $"{Bound}", ["Processing__Ordering__GapTimeout"] = "00:01:00" },
            "--components", _components);
        _producer = new Producer(_system);
    }

    public async Task DisposeAsync()
    {
        _producer.Dispose();
        await _system.DisposeAsync();
        Directory.Delete(_components, recursive: true);
    }

    [Fact]
    public async Task Processing_AwayAndThenPaused_ProducersWaitAndNothingIsLost()
    {
        using var limit = new CancellationTokenSource(Limit);
        await SendRoundAsync(limit.Token);
        await _producer.PointsAsync("BP00", 1, Limit);

        await _system.RunAsync(limit.Token, "scale", "processing", "0");
        int before = _sent;
        await SendUntilToldToWaitAsync(limit.Token);
        ((_sent - before) * Symbols).Should().BeInRange(Bound - Symbols, Bound + Symbols, "that many events may be unread, more than the stream is trimmed to");
        await _system.KillAsync("ingestion", 0, limit.Token);
        await SendUntilSomethingIsUnreadAsync(limit.Token);
        await _system.RunAsync(limit.Token, "scale", "ingestion", "2");
        for (int i = 0; i < 6; i++) await SendUntilSomethingIsUnreadAsync(limit.Token);
        ((_sent - before) * Symbols).Should().BeLessThanOrEqualTo(Bound + Symbols, "a process that begins, and a second one, keep to the bound of those before");
        using (HttpResponseMessage news = await _producer.PostAsync(
            """{"data_type":"news_sentiment","stock_symbol":"BP00","sentiment_score":0.5,"sentiment_magnitude":0.5,"timestamp":1700000000}""", limit.Token))
        {
            news.StatusCode.Should().Be(HttpStatusCode.OK, "only bars go to processing");
        }

        await _system.RunAsync(limit.Token, "scale", "processing", "1");
        await SendRoundAsync(limit.Token);
        await _producer.PointsAsync("BP00", _sent, Limit);

        int pid = (await _system.InstancesAsync("processing", limit.Token))[0].GetProperty("pid").GetInt32();
        await CommandLine.RunAsync("kill", ["-STOP", $"{pid}"], null, limit.Token);
        await SendUntilToldToWaitAsync(limit.Token);
        await CommandLine.RunAsync("kill", ["-CONT", $"{pid}"], null, limit.Token);
        while (_sent < Rounds) await SendRoundAsync(limit.Token);

        foreach (ProducedBar[] bars in _bars) (await _producer.PointsAsync(bars[0].Symbol, Rounds, Limit)).ShouldBeExactly(bars);
    }

    private async Task SendUntilToldToWaitAsync(CancellationToken cancellationToken)
    {
        while (_sent < Rounds)
        {
            using HttpResponseMessage response = await PostRoundAsync(cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                _sent++;
                continue;
            }

            response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            response.Headers.RetryAfter!.Delta.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
            using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            problem.RootElement.GetProperty("detail").GetString().Should().Contain("events to read").And.Contain($"{Bound}");
            return;
        }

        throw new InvalidOperationException($"All {Rounds} rounds were taken; nobody had to wait.");
    }

    /// <summary>Sends until it is refused for what is unread, whatever else is in the way while a process begins.</summary>
    private async Task SendUntilSomethingIsUnreadAsync(CancellationToken cancellationToken)
    {
        await Eventually.GetAsync(
            async ct =>
            {
                using HttpResponseMessage response = await PostRoundAsync(ct);
                if (response.IsSuccessStatusCode) _sent++;
                return await response.Content.ReadAsStringAsync(ct);
            },
            answer => answer.Contains("events to read", StringComparison.Ordinal), Limit, "the request to be refused");
    }

    /// <summary>Sends the next bar of every symbol, as often as it takes, waiting as long as it is told to.</summary>
    private async Task SendRoundAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using HttpResponseMessage response = await PostRoundAsync(cancellationToken);
            if (response.IsSuccessStatusCode) break;
            using var wait = new PeriodicTimer(response.Headers.RetryAfter!.Delta!.Value);
            await wait.WaitForNextTickAsync(cancellationToken);
        }

        _sent++;
    }

    private Task<HttpResponseMessage> PostRoundAsync(CancellationToken cancellationToken) =>
        _producer.PostAsync("[" + string.Join(',', _bars.Select(bars => bars[_sent].ToJson())) + "]", cancellationToken);
}
