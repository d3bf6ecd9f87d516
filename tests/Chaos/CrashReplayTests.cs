using DaprTrading.Tests.Testing;
using Xunit.Abstractions;

namespace DaprTrading.Tests.Chaos;

/// <summary>
/// Real processes, a real Redis, and faults from a seed: all points, signals, candles and summaries must equal those of a run without faults and those
/// computed in this process, value for value. Longer runs and other seeds: <c>./run test chaos --minutes 10 --seed 7</c>.
/// </summary>
[Collection(nameof(Chaos))]
public sealed class CrashReplayTests(ITestOutputHelper output)
{
    /// <summary>The log of signals keeps 5,000 by default; the full size makes some 30,000.</summary>
    private static readonly Dictionary<string, string> KeepsAll = new(StringComparer.Ordinal) { ["Signals__Log__MaxPages"] = "1000" };

    private readonly ChaosOptions _options = ChaosOptions.FromEnvironment();
    private readonly Timeline _timeline = new();

    [Fact]
    public async Task Line_KillsPausesAndScaling_EndsAsAnUndisturbedRun()
    {
        try
        {
            IReadOnlyList<SeededBars> bars = SeededBars.Of(_options);
            IReadOnlyList<Outcome> disturbed = await RunAsync(bars, LengthOfFaults());
            IReadOnlyList<Outcome> calm = await RunAsync(bars, TimeSpan.Zero);

            List<string> problems = [.. Check(disturbed, bars).Concat(Check(calm, bars).Select(problem => "without faults: " + problem))];
            problems.AddRange(disturbed.Zip(calm).Where(pair => bars.Count(source => source.Symbol == pair.First.Symbol) == 1).SelectMany(pair => Comparison.Of(pair.First, pair.Second)));
            problems.Take(20).Should().BeEmpty();
            _timeline.Add($"{disturbed.Sum(outcome => outcome.Points.Count)} points and {disturbed.Sum(outcome => outcome.Signals.Count)} signals are equal");
            output.WriteLine(_timeline.ToString());
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Seed {_options.Seed}, {_options.Length.TotalSeconds:0} s of faults:\n{_timeline}\n{failure.Message}", failure);
        }
    }

    private static IEnumerable<string> Check(IReadOnlyList<Outcome> outcomes, IReadOnlyList<SeededBars> bars) =>
        outcomes.SelectMany(outcome => Batch.Check(outcome, [.. bars.Where(source => source.Symbol == outcome.Symbol)]));

    /// <summary>A whole deck of faults happens, however short the run: bars come until it is over.</summary>
    private TimeSpan LengthOfFaults()
    {
        TimeSpan deck = FaultPlan.LengthOfDeck(_options);
        return deck > _options.Length ? deck : _options.Length;
    }

    /// <summary>A run whose faults did not happen shows nothing.</summary>
    private static void ShouldBeAWholeDeck(IReadOnlyList<Fault> done)
    {
        done.Where(fault => fault.Kind == FaultKind.KillApp).Select(fault => fault.App).Should().Contain(FaultPlan.Apps);
        done.Select(fault => fault.Kind).Should().Contain(Enum.GetValues<FaultKind>());
    }

    private async Task<IReadOnlyList<Outcome>> RunAsync(IReadOnlyList<SeededBars> bars, TimeSpan faults)
    {
        _timeline.Add($"start, {bars.Sum(source => source.Bars.Count)} bars of {bars.Count} sources");
        await using RunningSystem system = await RunningSystem.StartAsync(_options.IsFull ? KeepsAll : []);
        using var limit = new CancellationTokenSource((faults * 2) + _options.SettleLimit);
        Feed[] feeds = [.. bars.Select(source => new Feed(() => system.Gateway, source, _options.Seed))];
        try
        {
            Task[] sending = [.. feeds.Select(feed => feed.RunAsync(faults, limit.Token))];
            IReadOnlyList<Fault> done = faults == TimeSpan.Zero ? [] : await new Faults(system, _timeline).RunAsync(new FaultPlan(_options), _options.Length, limit.Token);
            if (faults > TimeSpan.Zero) ShouldBeAWholeDeck(done);
            _timeline.Add($"{done.Count} faults are over, {feeds.Sum(feed => feed.Acknowledged)} bars acknowledged");
            await Task.WhenAll(sending);
            _timeline.Add("every bar is acknowledged");
            return await ReadAsync(system, bars);
        }
        finally
        {
            await limit.CancelAsync();
            foreach (Feed feed in feeds) feed.Dispose();
        }
    }

    private async Task<IReadOnlyList<Outcome>> ReadAsync(RunningSystem system, IReadOnlyList<SeededBars> bars)
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
        return outcomes;
    }
}
