using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.MarketData;
using DaprTrading.Signals.CoolDowns;
using DaprTrading.Signals.Settings;
using DaprTrading.Strategies;

namespace DaprTrading.Tests.Unit.Signals;

/// <summary>However real points are delivered, and to whom, the signals are those of the backtest.</summary>
public sealed class CoolDownStageTests
{
    private const string Symbol = "SPY";

    private static readonly StrategySettings Settings = new(
        new RsiRecrossSettings { Oversold = 40, Overbought = 60, Hysteresis = 5, CoolDown = 20 }, new CrossSettings { CoolDown = 30 }, new MacdCrossSettings { CoolDown = 10 },
        new SmaRegimeSettings { Enabled = true, CoolDown = 100 }, new BollingerReentrySettings { Enabled = true, CoolDown = 7 },
        new CompositeVoteSettings { Enabled = true, CoolDown = 3 }, new EmaCrossFastSettings { Enabled = true });

    private static readonly IReadOnlyList<PriceBar> Bars = MarketSeries.Of(MarketFiles.Read(
        [Path.Combine(AppContext.BaseDirectory, "Report", "SPY.csv")], ReadSettings.Default, new ReadLimits(), CancellationToken.None)).Values.Single();

    private static readonly IReadOnlyList<IndicatorPoint> Points = PointSeries.Of(Bars);

    private readonly StrategyTimeline _timeline = new(SettingsLedger.StartingWith(Settings));
    private readonly FakePastPoints _past = new();

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Filter_BatchesCutAnyhowAndRepeatedInAnyOrder_GivesTheSignalsOfTheBacktest(int seed)
    {
        var random = new Random(seed);
        CoolDownStage[] replicas = [Replica(), Replica(), Replica()];
        var waiting = new List<IndicatorBatch>(Cut(random));
        waiting.AddRange(waiting.Where(_ => random.Next(4) == 0).ToList());
        var answers = new Dictionary<string, HashSet<bool>>();
        var deferred = 0;

        // What is delivered comes from somewhere near the front; what is kept elsewhere follows, or is ahead.
        while (waiting.Count > 0)
        {
            int at = random.Next(Math.Min(8, waiting.Count));
            IndicatorBatch batch = waiting[at];
            _past.Kept[Symbol] = [.. Points.Take((int)Math.Max(0, waiting[0].Points[^1].N + random.Next(-30, 200)))];
            if (await SignalsAsync(replicas[random.Next(replicas.Length)], batch) is { } signals)
            {
                waiting.RemoveAt(at);
                foreach (TradingSignal each in Events(batch))
                {
                    if (!answers.TryGetValue(each.Id, out HashSet<bool>? given)) answers[each.Id] = given = [];
                    given.Add(signals.Contains(each.Id));
                }
            }
            else
            {
                deferred++;
            }
        }

        answers.Values.Should().OnlyContain(given => given.Count == 1, "seed {0}: a repeat is decided as before", seed);
        answers.Where(pair => pair.Value.Contains(true)).Select(pair => pair.Key).Order().Should().Equal(Expected(), "seed {0}", seed);
        answers.Should().Contain(pair => pair.Value.Contains(false));
        (deferred > 0 && _past.Asked.Count > deferred).Should().BeTrue("seed {0} has both points that are there and points that are not yet", seed);
    }

    [Fact]
    public async Task Filter_PointsOneByOneInOrder_NeverAsks()
    {
        CoolDownStage stage = Replica();
        var signals = new List<string>();

        for (int i = 0; i < Points.Count; i++)
            signals.AddRange((await SignalsAsync(stage, new IndicatorBatch(Symbol, i == 0 ? null : Points[i - 1], [Points[i]])))!);

        signals.Order().Should().Equal(Expected());
        _past.Asked.Should().BeEmpty();
    }

    [Fact]
    public void Recent_OfManySymbols_IsBounded()
    {
        var recent = new RecentPoints();
        recent.Keep(102);

        for (int symbol = 0; symbol < 1_000; symbol++)
            recent.Add(new IndicatorBatch($"S{symbol}", null, [.. Points.Take(300)]));

        int[] kept = [.. Enumerable.Range(0, 1_000).Select(symbol => recent.Find($"S{symbol}", 199, 300)?.Count ?? 0)];
        kept.Should().OnlyContain(count => count == 0 || count == 102);
        kept.Count(count => count == 102).Should().Be(100_000 / 204);
        recent.Find("S0", 96, 300).Should().BeNull("at most twice the length is kept");
    }

    [Fact]
    public void Recent_OtherLengthGapOrOtherSeries_Forgets()
    {
        var recent = new RecentPoints();
        recent.Keep(10);
        recent.Add(new IndicatorBatch("A", null, [.. Points.Take(5)]));
        recent.Add(new IndicatorBatch("A", null, [.. Points.Take(3)]));
        recent.Find("A", 1, 5).Should().BeEquivalentTo(Points.Take(5));
        recent.Find("A", 1, 6).Should().BeNull();
        recent.Add(new IndicatorBatch("A", Points[7], [Points[8]]));
        (recent.Find("A", 1, 5), recent.Find("A", 8, 9)?.Count).Should().Be((null, 2));
        recent.Add(new IndicatorBatch("A", null, [Points[8] with { IngestedAt = 1 }]));
        (recent.Find("A", 8, 9), recent.Find("A", 9, 9)?[0].IngestedAt).Should().Be((null, 1));
        recent.Keep(0);
        recent.Find("A", 9, 9).Should().BeNull();
    }

    private static IEnumerable<string> Expected() => StrategyCatalog.Names.SelectMany(
        name => Backtester.Run(Symbol, Bars, Points, StrategyCatalog.Create(name, Settings)!, new BacktestOptions()).Signals).Select(signal => signal.Id).Order();

    private static IEnumerable<IndicatorBatch> Cut(Random random)
    {
        for (int start = 0; start < Points.Count;)
        {
            int count = Math.Min(random.Next(10) == 0 ? random.Next(1, 200) : random.Next(1, 6), Points.Count - start);
            yield return new IndicatorBatch(Symbol, start == 0 ? null : Points[start - 1], [.. Points.Skip(start).Take(count)]);
            start += count;
        }
    }

    private CoolDownStage Replica()
    {
        var stage = new CoolDownStage(new RecentPoints(), _past);
        stage.Expect(_timeline.At(0).LongestLookBack);
        return stage;
    }

    private List<TradingSignal> Events(IndicatorBatch batch)
    {
        var events = new List<TradingSignal>();
        _timeline.Evaluate(batch, events);
        return events;
    }

    /// <summary>Null when the batch is to come again.</summary>
    private async Task<List<string>?> SignalsAsync(CoolDownStage stage, IndicatorBatch batch)
    {
        List<TradingSignal> events = Events(batch);
        bool known = await stage.FilterAsync(batch, _timeline, events, 0, CancellationToken.None);
        return known ? [.. events.Select(signal => signal.Id)] : null;
    }
}
