using DaprTrading.Tests.Testing;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Chaos;

/// <summary>
/// Real processes, a real Redis, and faults from a seed: all points, signals, notifications, candles, summaries and tallies must equal those of a run without
/// faults and those computed in this process, value for value. Longer runs and other seeds: <c>./run test chaos --minutes 10 --seed 7</c>.
/// </summary>
[Collection(nameof(Chaos))]
public sealed class CrashReplayTests(ITestOutputHelper output)
{
    /// <summary>The log of signals keeps 5,000 by default; the full size makes some 30,000.</summary>
    private static readonly Dictionary<string, string> KeepsAll = new(StringComparer.Ordinal)
    {
        ["Signals__Log__MaxPages"] = "1000", [NotificationHistory.TellsAll.Name] = NotificationHistory.TellsAll.Value,
    };

    private readonly ChaosOptions _options = ChaosOptions.FromEnvironment();
    private readonly Timeline _timeline = new();

    [Fact]
    public async Task Line_KillsPausesAndScaling_EndsAsAnUndisturbedRun()
    {
        try
        {
            IReadOnlyList<SeededBars> bars = SeededBars.Of(_options);
            RunResult disturbed = await RunAsync(bars, LengthOfFaults());
            RunResult calm = await RunAsync(bars, TimeSpan.Zero);

            List<string> problems = [.. Check(disturbed, bars).Concat(Check(calm, bars).Select(problem => "without faults: " + problem))];
            problems.AddRange(disturbed.Outcomes.Zip(calm.Outcomes).SelectMany(pair => Comparison.Of(pair.First, pair.Second, SourcesOf(pair.First, bars).Length == 1)));
            problems.GroupBy(problem => problem.Split(':')[0]).SelectMany(symbol => symbol.Take(2)).Take(20).Should().BeEmpty();
            _timeline.Add($"{disturbed.Outcomes.Sum(outcome => outcome.Points.Count)} points and {disturbed.Outcomes.Sum(outcome => outcome.Signals.Count)} signals are equal");
            output.WriteLine(_timeline.ToString());
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {_options.Seed}, {_options.Length.TotalSeconds:0} s of faults:\n{_timeline}\n{failure.Message}", failure);
        }
    }

    private static IEnumerable<string> Check(RunResult result, IReadOnlyList<SeededBars> bars) =>
        result.Outcomes.SelectMany(outcome => Batch.Check(outcome, SourcesOf(outcome, bars))).Concat(result.Problems);

    private static SeededBars[] SourcesOf(Outcome outcome, IReadOnlyList<SeededBars> bars) => [.. bars.Where(source => source.Symbol == outcome.Symbol)];

    /// <summary>A whole deck of faults happens, however short the run: bars come until it is over.</summary>
    private TimeSpan LengthOfFaults()
    {
        TimeSpan deck = FaultPlan.LengthOfDeck(_options);
        return deck > _options.Length ? deck : _options.Length;
    }

    /// <summary>A run whose faults did not happen shows nothing.</summary>
    private void ShouldBeAWholeDeck(IReadOnlyList<Fault> done)
    {
        done.Where(fault => fault.Kind == FaultKind.KillApp).Select(fault => fault.App).Should().Contain(FaultPlan.Apps);
        done.Select(fault => fault.Kind).Should().Contain(Enum.GetValues<FaultKind>());
        if (!_options.HasLongFaults) return;
        done.Should().Contain(fault => fault.Kind == FaultKind.PauseApp && fault.Length >= FaultPlan.LongPause.Least);
        done.Should().Contain(fault => fault.Kind == FaultKind.KillRuntime && fault.Length >= FaultPlan.LongAbsence.Least);
    }

    private async Task<RunResult> RunAsync(IReadOnlyList<SeededBars> bars, TimeSpan faults)
    {
        _timeline.Add($"start, {bars.Sum(source => source.Bars.Count)} bars of {bars.Count} sources");
        await using RunningSystem system = await RunningSystem.StartAsync(KeepsAll);
        using var limit = new CancellationTokenSource((faults * 2) + _options.SettleLimit);
        Feed[] feeds = [.. bars.Select(source => new Feed(() => system.Gateway, source, _options.Seed))];
        using var loose = new LooseFeed(() => system.Gateway, _options);
        try
        {
            Task[] sending = [.. feeds.Select(feed => feed.RunAsync(faults, limit.Token)), loose.RunAsync(faults, limit.Token)];
            IReadOnlyList<Fault> done = faults == TimeSpan.Zero ? [] : await new Faults(system, _timeline).RunAsync(new FaultPlan(_options), _options.Length, limit.Token);
            if (faults > TimeSpan.Zero) ShouldBeAWholeDeck(done);
            _timeline.Add($"{done.Count} faults are over, {feeds.Sum(feed => feed.Acknowledged)} bars acknowledged");
            await Task.WhenAll(sending);
            _timeline.Add("every bar is acknowledged");
            return await ReadAsync(system, bars, loose);
        }
        finally
        {
            await limit.CancelAsync();
            foreach (Feed feed in feeds) feed.Dispose();
        }
    }

    private async Task<RunResult> ReadAsync(RunningSystem system, IReadOnlyList<SeededBars> bars, LooseFeed loose)
    {
        using var reader = new OutcomeReader(system, _options.SettleLimit);
        using var limit = new CancellationTokenSource(_options.SettleLimit * 2);
        var outcomes = new List<Outcome>();
        foreach (IGrouping<string, SeededBars> symbol in bars.GroupBy(source => source.Symbol))
        {
            outcomes.Add(await reader.ReadAsync(symbol.Key, symbol.Sum(source => source.Bars.Count), limit.Token));
            if (outcomes.Count == 1) _timeline.Add($"{symbol.Key} is complete");
        }

        _timeline.Add($"{outcomes.Count} symbols are complete");
        int redis = await system.RedisPortAsync(limit.Token);
        (Outcome unnumbered, List<string> problems) = await loose.CheckAsync(reader, redis, _options.SettleLimit, limit.Token);
        problems.AddRange(await NotificationHistory.CheckAsync(redis, [.. outcomes.Append(unnumbered).SelectMany(outcome => outcome.Signals)], _options.SettleLimit));
        _timeline.Add("what has no numbers, and the notifications, are complete");
        return new RunResult(outcomes, problems);
    }

    /// <summary>What a run came to.</summary>
    /// <param name="Outcomes">By symbol, those with numbered bars.</param>
    /// <param name="Problems">What is wrong with everything else.</param>
    private sealed record RunResult(IReadOnlyList<Outcome> Outcomes, List<string> Problems);
}
