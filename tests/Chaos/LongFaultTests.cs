using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Chaos;

/// <summary>
/// Services that stand still, and a runtime that is away, for longer than anything waits. By default that is minutes (60 s until a delivery comes again, 90 s for a
/// missing bar, 2 min for a missing point); here the limits are a tenth of it and less, in the same order. The long version of the chaos suite has the real ones.
/// </summary>
public sealed class LongFaultTests : IAsyncLifetime
{
    private const int Count = 400, Seed = 11, GapAt = 10;
    private static readonly TimeSpan Redelivery = TimeSpan.FromSeconds(4), BarGap = TimeSpan.FromSeconds(8), PointGap = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90), Load = TimeSpan.FromSeconds(20), Beyond = TimeSpan.FromSeconds(1);
    private readonly Timeline _timeline = new();
    private readonly string _components = Directory.CreateTempSubdirectory("daprtrading-components-").FullName;
    private RunningSystem _system = null!;

    public async Task InitializeAsync()
    {
        WriteComponents();
        _system = await RunningSystem.StartAsync(
            new Dictionary<string, string> { ["Processing__Ordering__GapTimeout"] = BarGap.ToString(), ["Aggregator__GapTimeout"] = PointGap.ToString() },
            "--components", _components);
    }

    public async Task DisposeAsync()
    {
        await _system.DisposeAsync();
        Directory.Delete(_components, recursive: true);
    }

    [Fact]
    public async Task Line_AwayForLongerThanAnythingWaits_EndsAsAnUndisturbedRun()
    {
        SeededBars[] bars = [SeededBars.Of("L0", "left", Count, Seed), SeededBars.Of("L0", "right", Count, Seed), SeededBars.Of("L1", "only", Count, Seed)];
        Feed[] feeds = [.. bars.Select(source => new Feed(() => _system.Gateway, source, Seed))];
        using var limit = new CancellationTokenSource(Limit * 2);
        using var reader = new OutcomeReader(_system, Limit);
        using var producer = new Producer(_system);
        try
        {
            Task[] sending = [.. feeds.Select(feed => feed.RunAsync(Load, limit.Token))];
            await StandStillAsync(limit.Token);

            SeededBars gapped = SeededBars.Of("L2", "only", 80, Seed), never = SeededBars.Of("L4", "only", 30, Seed);
            IndicatorPoint[] points = PointFields.Of(SeededBars.Of("L3", "only", 40, Seed));
            await producer.SendAsync([.. gapped.Bars.Take(40), .. gapped.Bars.Skip(60), .. Without(never)], limit.Token);
            await SidecarPublisher.PublishAsync(_system, "L3", null, points[..20]);
            await SidecarPublisher.PublishAsync(_system, "L3", points[29], points[30..]);
            await ShouldBeHeldAsync();
            await BeAwayAsync(limit.Token);
            await producer.SendAsync([.. gapped.Bars.Skip(40).Take(20)], limit.Token);
            await SidecarPublisher.PublishAsync(_system, "L3", points[19], points[20..30]);
            _timeline.Add("what was missing is sent");
            await ShouldGoOnWithoutAsync(producer, never, limit.Token);
            _timeline.Add("a gap that nobody fills is given up");

            await Task.WhenAll(sending);
            List<string> problems = [];
            foreach (IGrouping<string, SeededBars> symbol in bars.Append(gapped).GroupBy(source => source.Symbol))
                problems.AddRange(Batch.Check(await reader.ReadAsync(symbol.Key, symbol.Sum(source => source.Bars.Count), limit.Token), [.. symbol]));
            Outcome published = await reader.ReadAsync("L3", points.Length, limit.Token);
            published.Points.Select(point => point.N).Should().Equal(points.Select(point => point.N), "no point may be given up while nothing could arrive");
            problems.AddRange(Batch.CheckDerived(published));
            problems.Take(20).Should().BeEmpty();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{_timeline}\n{failure.Message}", failure);
        }
        finally
        {
            await limit.CancelAsync();
            foreach (Feed feed in feeds) feed.Dispose();
        }
    }

    /// <summary>A gap that nobody fills is given up by the reminder that outlived the runtime; its bar is applied late.</summary>
    private static async Task ShouldGoOnWithoutAsync(Producer producer, SeededBars bars, CancellationToken limit)
    {
        await producer.PointsAsync(bars.Symbol, bars.Bars.Count - 1, Limit);
        await producer.SendAsync([bars.Bars[GapAt]], limit);
        IReadOnlyList<JsonElement> points = await producer.PointsAsync(bars.Symbol, bars.Bars.Count, Limit);
        points.Select(point => point.GetProperty("close").GetDouble()).Should().Equal(
            Without(bars).Append(bars.Bars[GapAt]).Select(bar => bar.Close), "a late bar stands behind those that did not wait");
    }

    private static IEnumerable<ProducedBar> Without(SeededBars bars) => bars.Bars.Where((_, i) => i != GapAt);

    /// <summary>Two services stop with deliveries in their hands: those are delivered again, to nobody, before the services go on.</summary>
    private async Task StandStillAsync(CancellationToken limit)
    {
        JsonElement status = await _system.LiveStatusAsync(limit);
        TimeSpan pause = PointGap + Beyond;
        _timeline.Add($"aggregator and processing stop for {pause.TotalSeconds:0} s");
        await Task.WhenAll(RunningProcess.PauseAsync(PidOf(status, "aggregator"), pause, limit), RunningProcess.PauseAsync(PidOf(status, "processing"), pause, limit));
        _timeline.Add("they go on");
    }

    private async Task BeAwayAsync(CancellationToken limit)
    {
        _timeline.Add("kill -9 runtime");
        await RunningProcess.KillAsync((await _system.LiveStatusAsync(limit)).GetProperty("pid").GetInt32(), limit);
        using (var away = new PeriodicTimer(PointGap + Beyond)) await away.WaitForNextTickAsync(limit);
        await _system.UpAsync("--components", _components);
        _timeline.Add("the runtime is up again");
    }

    private async Task ShouldBeHeldAsync()
    {
        int redis = await _system.RedisPortAsync(CancellationToken.None);
        foreach (string symbol in (string[])["L2", "L4"])
        {
            await Eventually.GetAsync(
                ct => RedisText.ValueAsync(redis, $"processing||SymbolActor||{symbol}||series", ct), state => state?.Contains("\"held\":{", StringComparison.Ordinal) == true, Limit,
                $"processing to hold bars of {symbol}");
        }

        await Eventually.GetAsync(ct => RedisText.ValueAsync(redis, "aggregator||SummaryActor||L3||held-31", ct), held => held is not null, Limit, "the aggregator to hold point 31");
        _timeline.Add("bars and a point are missing");
    }

    private static int PidOf(JsonElement status, string app) => InstanceOf(status, app).GetProperty("pid").GetInt32();

    private static JsonElement InstanceOf(JsonElement status, string app) =>
        status.GetProperty("apps").EnumerateArray().Single(known => known.GetProperty("appId").GetString() == app).GetProperty("instances")[0];

    /// <summary>The components of every day, with shorter limits.</summary>
    private void WriteComponents()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(ProjectPaths.Root, "components", "redis"), "*.yaml"))
        {
            string text = File.ReadAllText(file).Replace("value: 60s", $"value: {Redelivery.TotalSeconds:0}s", StringComparison.Ordinal)
                .Replace("value: 5s", "value: 1s", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(_components, Path.GetFileName(file)), text);
        }

        File.ReadAllText(Path.Combine(_components, "pubsub.yaml")).Should().Contain("value: 4s").And.Contain("value: 1s");
    }
}
