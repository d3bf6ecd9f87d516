using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Strategies;
using DaprTrading.Tests.Testing;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Chaos;

/// <summary>
/// Real processes, a real Redis, and faults from a seed: what comes out must equal, value for value, what an undisturbed run computes.
/// Longer runs and other seeds: <c>DAPRTRADING_CHAOS_SECONDS=600 DAPRTRADING_CHAOS_SEED=7 ./run test chaos</c>.
/// </summary>
public sealed class CrashReplayTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string GapTimeout = "Processing__Ordering__GapTimeout";
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(90);
    private readonly ChaosOptions _options = ChaosOptions.FromEnvironment();
    private RunningSystem _system = null!;
    private Producer _reader = null!;
    private Feed[] _feeds = [];

    public async Task InitializeAsync()
    {
        // Services inherit it. On a busy machine a restart can outlast the default wait, and a bar that is given up comes late: that is counted, not exact.
        if (Environment.GetEnvironmentVariable(GapTimeout) is null) Environment.SetEnvironmentVariable(GapTimeout, "00:01:00");
        _system = await RunningSystem.StartAsync();
        _reader = new Producer(_system);
        _feeds =
        [
            .. ChaosOptions.Symbols.SelectMany(symbol => ChaosOptions.Sources.Select(source => new Feed(_system, symbol, source, _options.Seed))),
        ];
    }

    public async Task DisposeAsync()
    {
        foreach (Feed feed in _feeds) feed.Dispose();
        _reader.Dispose();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Line_KillsPausesAndScaling_EndsAsAnUndisturbedRun()
    {
        var timeline = new Timeline();
        try
        {
            await DisturbAsync(timeline);
            var problems = new List<string>();
            foreach (string symbol in ChaosOptions.Symbols) problems.AddRange(await CheckAsync(symbol, timeline));
            problems.Should().BeEmpty();
            output.WriteLine(timeline.ToString());
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {_options.Seed}, {_options.Length.TotalSeconds:0} s of faults:\n{timeline}\n{failure.Message}", failure);
        }
    }

    private async Task DisturbAsync(Timeline timeline)
    {
        using var stop = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(_options.Length + SettleLimit);
        Task[] feeds = [.. _feeds.Select(feed => feed.RunAsync(_options.Pace, stop.Token, limit.Token))];
        await new Faults(_system, _options.Seed, timeline).RunAsync(_options.Length, limit.Token);
        await stop.CancelAsync();
        await Task.WhenAll(feeds);
        timeline.Add($"{_feeds.Sum(feed => feed.Acknowledged.Count)} bars acknowledged");
    }

    private async Task<List<string>> CheckAsync(string symbol, Timeline timeline)
    {
        Feed[] feeds = [.. _feeds.Where(feed => feed.Symbol == symbol)];
        int count = feeds.Sum(feed => feed.Acknowledged.Count);
        List<IndicatorPoint> points =
        [
            .. (await _reader.PointsAsync(symbol, count, SettleLimit)).Select(point => point.Deserialize(ContractsJson.Default.IndicatorPoint)!),
        ];
        timeline.Add($"{symbol}: {count} points are there");
        List<string> problems = Undisturbed.CheckPoints(points, feeds);
        if (problems.Count > 0) return problems;

        Dictionary<string, TradingSignal> signals = Undisturbed.Signals(symbol, points, StrategySettings.Default);
        problems.AddRange(await CheckSignalsAsync(symbol, signals));
        problems.AddRange(await CheckCandlesAsync(symbol, points));
        problems.AddRange(await CheckSummaryAsync(symbol, points, signals.Values));
        timeline.Add($"{symbol}: {signals.Count} signals expected");
        return problems;
    }

    private async Task<IEnumerable<string>> CheckSignalsAsync(string symbol, Dictionary<string, TradingSignal> expected)
    {
        var problems = new List<string>();
        foreach (IGrouping<string, TradingSignal> strategy in expected.Values.GroupBy(signal => signal.Strategy))
        {
            JsonElement found = await Eventually.GetAsync(
                ct => _reader.GetAsync($"/api/signals?symbol={symbol}&strategy={strategy.Key}&limit=1000", ct), list => list.GetArrayLength() >= strategy.Count(),
                SettleLimit, $"{strategy.Count()} {strategy.Key} signals of {symbol}");
            List<string> actual = [.. found.EnumerateArray().Select(signal => Json(signal.Deserialize(ContractsJson.Default.TradingSignal)! with { SettingsVersion = null })).Order(StringComparer.Ordinal)];
            problems.AddRange(actual.Except(strategy.Select(Json), StringComparer.Ordinal).Take(3).Select(signal => "unexpected signal " + signal));
            if (actual.Count != strategy.Count()) problems.Add($"{symbol}: {actual.Count} instead of {strategy.Count()} signals of {strategy.Key}");
        }

        return problems;
    }

    private async Task<IEnumerable<string>> CheckCandlesAsync(string symbol, List<IndicatorPoint> points)
    {
        var problems = new List<string>();
        foreach ((string interval, long length) in new[] { ("5s", 5_000L), ("1m", 60_000L) })
        {
            JsonElement found = await _reader.GetAsync($"/api/symbols/{symbol}/candles?interval={interval}&limit=1000", CancellationToken.None);
            List<Candle> actual = [.. found.EnumerateArray().Select(candle => candle.Deserialize(ContractsJson.Default.Candle)!)];
            List<Candle> expected = Undisturbed.Candles(points, length);
            if (!actual.SequenceEqual(expected))
                problems.Add($"{symbol}: {interval} candles differ, first at {actual.Zip(expected).FirstOrDefault(pair => pair.First != pair.Second)}; {actual.Count} instead of {expected.Count}");
        }

        return problems;
    }

    private async Task<IEnumerable<string>> CheckSummaryAsync(string symbol, List<IndicatorPoint> points, IReadOnlyCollection<TradingSignal> signals)
    {
        (long N, double Last, double Volume, long Buys, long Sells) expected = (
            points.Count, points[^1].Close, points.Sum(point => point.Volume), signals.Count(signal => signal.Side == Side.Buy), signals.Count(signal => signal.Side == Side.Sell));
        SymbolSummary summary = await Eventually.GetAsync(
            async ct => (await _reader.GetAsync($"/api/symbols/{symbol}", ct)).Deserialize(ContractsJson.Default.SymbolSummary)!,
            found => found.N >= expected.N && found.BuySignals + found.SellSignals >= signals.Count, SettleLimit, $"the summary of {symbol} as {expected}");
        (long, double, double, long, long) actual = (summary.N, summary.Last, summary.Volume, summary.BuySignals, summary.SellSignals);
        return actual == expected ? [] : [$"{symbol}: the summary is {actual} instead of {expected}"];
    }

    private static string Json(TradingSignal signal) => JsonSerializer.Serialize(signal, ContractsJson.Default.TradingSignal);
}
