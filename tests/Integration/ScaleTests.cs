using System.Globalization;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Strategies;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>Every app is scaled up and down under load; what comes out must be what an undisturbed run computes.</summary>
public sealed class ScaleTests(SystemFixture fixture) : IClassFixture<SystemFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly string[] Symbols = ["SA", "SB", "SC", "SD"];
    private readonly RunningSystem _system = fixture.System;
    private readonly Producer _producer = fixture.Producer;

    [Fact]
    public async Task Scale_EveryAppUpAndDownUnderLoad_LosesAndRepeatsNothing()
    {
        using var stop = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(Limit);
        Task<List<ProducedBar>>[] load = [.. Symbols.Select(symbol => SendAsync(symbol, stop.Token, limit.Token))];

        foreach (string[] apps in new[] { new[] { "gateway", "ingestion" }, ["processing", "dataset"], ["signals", "notification"], ["aggregator", "visualization"] })
        {
            await Task.WhenAll(apps.Select(app => ScaleAsync(app, app == "processing" ? 4 : 3, limit.Token)));
            await Task.WhenAll(apps.Select(app => ScaleAsync(app, 1, limit.Token)));
        }

        await ScaleAsync("processing", 4, limit.Token);
        await ScaleAsync("processing", 2, limit.Token);
        await stop.CancelAsync();
        List<ProducedBar>[] sent = await Task.WhenAll(load);

        foreach (List<ProducedBar> bars in sent) await ShouldBeUndisturbedAsync(bars);
    }

    [Fact]
    public async Task Visualization_TwoReplicas_BothSeeEverything_AndNothingIsLeftOfTheOneThatGoes()
    {
        using var limit = new CancellationTokenSource(Limit);
        await ScaleAsync("visualization", 2, limit.Token);
        var instances = await _system.InstancesAsync("visualization", limit.Token);
        Uri[] addresses = [.. instances.Select(instance => new Uri($"http://127.0.0.1:{instance.GetProperty("appPort").GetInt32()}"))];
        addresses.Should().HaveCount(2).And.Contain(address => address.Port == _system.Dashboard.Port);
        await using var first = new Watcher(addresses[0]);
        await using var second = new Watcher(addresses[1]);
        await first.StartAsync("VA", limit.Token);
        await second.StartAsync("VA", limit.Token);
        ProducedBar[] bars = Series.RandomWalk("VA", 300, seed: 31);

        await _producer.SendAsync(bars, limit.Token);

        string[] expected = [.. Signals("VA", await PointsAsync("VA", 300)).Keys.Order(StringComparer.Ordinal)];
        expected.Should().NotBeEmpty();
        foreach (Watcher watcher in new[] { first, second })
        {
            await Eventually.GetAsync(_ => Task.FromResult(watcher.Points.Count), count => count >= 300, Limit, $"the points at {watcher.Address}");
            watcher.Points.Should().Equal(Enumerable.Range(1, 300).Select(n => (long)n));
            await Eventually.GetAsync(_ => Task.FromResult(watcher.Signals.Count), count => count >= expected.Length, Limit, $"the signals at {watcher.Address}");
            watcher.Signals.Order(StringComparer.Ordinal).Should().Equal(expected);
            // Not every signal is told: a flood of them is summed up. What was told is told to all.
            await Eventually.GetAsync(
                async ct => (Told: await ToldAsync("VA", ct), Seen: watcher.Notified.Order(StringComparer.Ordinal).ToArray()),
                notified => notified.Told.Length > 0 && notified.Seen.SequenceEqual(notified.Told), Limit, $"the notifications at {watcher.Address}");
        }

        (await GroupsAsync(limit.Token)).Should().HaveCount(2);
        string survivor = await UuidAsync("visualization-0", limit.Token);
        await ScaleAsync("visualization", 1, limit.Token);

        (await GroupsAsync(limit.Token)).Should().Equal($"visualization-{survivor}");
    }

    private async Task ShouldBeUndisturbedAsync(List<ProducedBar> bars)
    {
        string symbol = bars[0].Symbol;
        IReadOnlyList<JsonElement> points = await _producer.PointsAsync(symbol, bars.Count, Limit);
        points.ShouldBeExactly(bars);
        Dictionary<string, TradingSignal> expected = Signals(symbol, [.. points.Select(Point)]);

        foreach (var strategy in expected.Values.GroupBy(signal => signal.Strategy))
        {
            JsonElement found = await Eventually.GetAsync(
                ct => _producer.GetAsync($"/api/signals?symbol={symbol}&strategy={strategy.Key}&limit=1000", ct), list => list.GetArrayLength() >= strategy.Count(),
                Limit, $"{strategy.Count()} {strategy.Key} signals of {symbol}");
            IEnumerable<TradingSignal> actual = found.EnumerateArray().Select(signal => signal.Deserialize(ContractsJson.Default.TradingSignal)!);
            actual.Select(signal => Json(signal with { SettingsVersion = null })).Should().BeEquivalentTo(strategy.Select(Json));
        }

        SymbolSummary summary = await Eventually.GetAsync(
            async ct => (await _producer.GetAsync($"/api/symbols/{symbol}", ct)).Deserialize(ContractsJson.Default.SymbolSummary)!,
            found => found.N >= bars.Count && found.BuySignals + found.SellSignals >= expected.Count, Limit, $"the summary of {symbol}");
        summary.N.Should().Be(bars.Count);
        summary.Last.Should().Be(bars[^1].Close);
        summary.Volume.Should().Be(bars.Sum(bar => bar.Volume));
        (summary.BuySignals, summary.SellSignals).Should().Be((expected.Values.Count(signal => signal.Side == Side.Buy), expected.Values.Count(signal => signal.Side == Side.Sell)));
    }

    /// <summary>Sends requests at a pace until told to stop, each until it is acknowledged.</summary>
    private async Task<List<ProducedBar>> SendAsync(string symbol, CancellationToken stop, CancellationToken limit)
    {
        ProducedBar[] series = Series.RandomWalk(symbol, 2_400, symbol[1]);
        var sent = new List<ProducedBar>();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(150));
        foreach (ProducedBar[] request in series.Chunk(8))
        {
            if (stop.IsCancellationRequested) break;
            await _producer.SendAsync(request, limit);
            sent.AddRange(request);
            await pace.WaitForNextTickAsync(limit);
        }

        return sent;
    }

    private async Task ScaleAsync(string app, int instances, CancellationToken cancellationToken)
    {
        CommandResult result = await _system.RunAsync(cancellationToken, "scale", app, instances.ToString(CultureInfo.InvariantCulture));
        result.ExitCode.Should().Be(0, result.Output + result.Error);
        result.Output.Should().Contain($"{app}: {instances} instance");
    }

    private async Task<List<IndicatorPoint>> PointsAsync(string symbol, int count) => [.. (await _producer.PointsAsync(symbol, count, Limit)).Select(Point)];

    /// <summary>Ids of the signals of a symbol that people were told of.</summary>
    private async Task<string[]> ToldAsync(string symbol, CancellationToken cancellationToken) =>
    [
        .. (await _producer.GetAsync("/api/notifications?limit=1000", cancellationToken)).EnumerateArray().Select(Watcher.SignalOf).OfType<string>()
            .Where(id => id.StartsWith(symbol + ":", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The consumer groups of <c>visualization</c> on the topic <c>indicators</c>.</summary>
    private async Task<IReadOnlyList<string>> GroupsAsync(CancellationToken cancellationToken)
    {
        string address = (await _system.StatusAsync(cancellationToken)).GetProperty("redis").GetProperty("address").GetString()!;
        CommandResult groups = await CommandLine.RunAsync("redis-cli", ["-p", address[(address.LastIndexOf(':') + 1)..], "XINFO", "GROUPS", "indicators"], null, cancellationToken);
        return [.. groups.Output.Split('\n').Where(line => line.StartsWith("visualization-", StringComparison.Ordinal)).Select(line => line.Trim())];
    }

    private async Task<string> UuidAsync(string instance, CancellationToken cancellationToken)
    {
        string file = Directory.EnumerateFiles(Path.Combine(_system.Data, "run"), "*uuid*").Single();
        return JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken)).RootElement.GetProperty(instance).GetString()!;
    }

    private static Dictionary<string, TradingSignal> Signals(string symbol, IReadOnlyList<IndicatorPoint> points)
    {
        var signals = new List<TradingSignal>();
        new StrategySet(StrategySettings.Default).Evaluate(new IndicatorBatch(symbol, null, points), signals);
        return signals.ToDictionary(signal => signal.Id, StringComparer.Ordinal);
    }

    private static IndicatorPoint Point(JsonElement point) => point.Deserialize(ContractsJson.Default.IndicatorPoint)!;

    private static string Json(TradingSignal signal) => JsonSerializer.Serialize(signal, ContractsJson.Default.TradingSignal);
}
