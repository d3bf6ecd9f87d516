using System.Net;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>Everything that may be killed is killed under load; what was acknowledged must come out exactly as if nothing had happened.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private RunningSystem _system = null!;
    private Producer _producer = null!;

    public async Task InitializeAsync()
    {
        _system = await RunningSystem.StartAsync();
        _producer = new Producer(_system);
    }

    public async Task DisposeAsync()
    {
        _producer.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Kill_EveryServiceUnderLoad_RestartsAndLosesNothing()
    {
        string[] symbols = ["KA", "KB", "KC", "KD"];
        Dictionary<string, ProducedBar[]> bars = symbols.ToDictionary(symbol => symbol, symbol => Series.RandomWalk(symbol, 1_500, symbol[1]), StringComparer.Ordinal);
        using var limit = new CancellationTokenSource(Limit);

        Task load = Parallel.ForEachAsync(symbols, limit.Token, async (symbol, ct) => await SendPacedAsync(bars[symbol], ct));
        foreach (string app in new[] { "processing", "ingestion", "gateway", "signals", "aggregator", "notification", "visualization", "dataset" })
        {
            await _system.KillAsync(app, 0, limit.Token);
            await ShouldBeReadyAgainAsync(app);
        }

        await load;
        foreach (string symbol in symbols) (await _producer.PointsAsync(symbol, 1_500, Limit)).ShouldBeExactly(bars[symbol]);
    }

    [Fact]
    public async Task Stop_RedisForTenSeconds_Answers503AndLosesNothing()
    {
        ProducedBar[] bars = Series.RandomWalk("RA", 900, seed: 77);
        using var limit = new CancellationTokenSource(Limit);
        await _producer.SendAsync(bars[..300], limit.Token);
        await _producer.PointsAsync("RA", 300, Limit);

        int redis = (await _system.StatusAsync(limit.Token)).GetProperty("redis").GetProperty("pid").GetInt32();
        await CommandLine.RunAsync("kill", ["-STOP", redis.ToString()], null, limit.Token);
        var statuses = new List<HttpStatusCode>();
        long stopped = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (TimeProvider.System.GetElapsedTime(stopped) < TimeSpan.FromSeconds(10))
        {
            using HttpResponseMessage response = await _producer.PostAsync(bars[300].ToJson(), limit.Token);
            statuses.Add(response.StatusCode);
            await pause.WaitForNextTickAsync(limit.Token);
        }

        await CommandLine.RunAsync("kill", ["-CONT", redis.ToString()], null, limit.Token);
        await _producer.SendAsync(bars[300..600], limit.Token);
        await CommandLine.RunAsync("kill", ["-KILL", redis.ToString()], null, limit.Token);
        await _producer.SendAsync(bars[600..], limit.Token);

        statuses.Should().NotBeEmpty().And.OnlyContain(status => status == HttpStatusCode.ServiceUnavailable);
        (await _producer.PointsAsync("RA", bars.Length, Limit)).ShouldBeExactly(bars);
    }

    private async Task SendPacedAsync(ProducedBar[] bars, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        foreach (ProducedBar[] request in bars.Chunk(10))
        {
            await _producer.SendAsync(request, cancellationToken);
            await pace.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task ShouldBeReadyAgainAsync(string app) => await Eventually.GetAsync(
        async ct => (await _system.InstancesAsync(app, ct))[0],
        instance => instance.GetProperty("ready").GetBoolean() && instance.GetProperty("restarts").GetInt32() >= 1,
        TimeSpan.FromSeconds(15), $"{app} to be ready again");
}
