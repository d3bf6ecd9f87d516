using System.Text.Json;
using System.Text.Json.Nodes;
using Dapr.Actors;
using Dapr.Actors.Runtime;
using DaprTrading.Aggregator;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Summaries;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.Backtesting;
using DaprTrading.Contracts;
using DaprTrading.Strategies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DaprTrading.Tests.Unit.Aggregator;

/// <summary>Signals and points in any order, twice, over crashes: the tallies are those of a backtest over the same bars.</summary>
public sealed class FollowUpTests
{
    private static readonly AccuracyOptions Rules = new();
    private static readonly TallyKey X = new("x", null, false);

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public async Task Tallies_WhateverTheOrder_AreThoseOfABacktest(int seed)
    {
        IReadOnlyList<PriceBar> bars = Bars(1_300, seed);
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(bars);
        List<TradingSignal> signals = Signals(points);
        var random = new Random(seed);
        var symbol = new Symbol();

        // Signals travel on their own: from 50 bars before their points to thousands after them.
        var events = points.Chunk(seed % 2 == 0 ? random.Next(1, 40) : random.Next(70, 128)).Select(batch => (At: (double)batch[^1].N, Points: batch, Signals: (TradingSignal[])[]))
            .Concat(signals.Chunk(3).Select(part => (At: (double)part[^1].N + (random.Next(3) == 0 ? random.Next(-50, 3_000) : random.Next(0, 5)), Points: (IndicatorPoint[])[], Signals: part)))
            .OrderBy(e => e.At);
        foreach ((_, IndicatorPoint[] batch, TradingSignal[] part) in events)
        {
            if (random.Next(5) == 0)
            {
                await symbol.DeliverAsync(batch, part, crash: true);
                // Another process has it now, or the same one tries again.
                if (random.Next(2) == 0)
                    symbol.Restart();
            }

            await symbol.DeliverAsync(batch, part);
            if (random.Next(5) == 0)
            {
                await symbol.DeliverAsync(batch, part);
            }
        }

        await symbol.ShouldAgreeAsync(bars, points);
    }

    [Fact]
    public async Task Tallies_OneBarATurn_WriteTheirEntryOnlyWhenASignalIsConcerned()
    {
        IReadOnlyList<PriceBar> bars = Bars(400, 7);
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(bars);
        List<TradingSignal> signals = [.. Signals(points).Where(signal => signal.N < 200)];
        var symbol = new Symbol();
        int written = 0;
        foreach (IndicatorPoint point in points)
        {
            await symbol.DeliverAsync([point], []);
            written += symbol.State.LastWritten.Contains("accuracy") ? 1 : 0;
            await symbol.DeliverAsync([], [.. signals.Where(signal => signal.N == point.N)]);
        }

        (await symbol.Actor.AccuracyAsync(default)).Signals!.Pending.Should().BeEmpty("every horizon is over");
        written.Should().BeLessThan(300);
    }

    [Fact]
    public async Task Answer_SignalsWithHorizonsAhead_ShowsThemAsPending()
    {
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(Bars(30, 3));
        var symbol = new Symbol();
        await symbol.DeliverAsync([.. points], []);
        await symbol.DeliverAsync([], [Signal(9, Side.Buy), Signal(28, Side.Sell)]);

        var table = new AccuracyTable("T");
        table.Add(await symbol.Actor.AccuracyAsync(default));

        table.Rows(new AccuracyQuery()).Where(row => row.Side == "both").Select(row => (row.Horizon, row.N, row.Pending)).Should().Equal((1, 2, 0), (5, 1, 1), (20, 1, 1), (60, 0, 2));
        AccuracyRow none = table.Rows(new AccuracyQuery("x", 60))[0];
        (none.HitRate, none.BaseRate, none.MeanReturn, none.Low, none.High).Should().Be((null, null, null, 0, 1));
    }

    [Fact]
    public async Task State_OfBeforeSignalsWereFollowed_IsReadAndCountsFromTheNextPoint()
    {
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(Bars(300, 5));
        var symbol = new Symbol();
        await symbol.DeliverAsync([.. points.Take(200)], [Signal(150, Side.Buy)]);
        JsonObject old = JsonNode.Parse(symbol.State.Stored["summary"])!.AsObject();
        old.Remove("base").Should().BeTrue();
        symbol.State.Stored["summary"] = old.ToJsonString();
        symbol.State.Stored.Remove("accuracy");
        symbol.Restart();

        await symbol.DeliverAsync([.. points.Skip(200)], [Signal(250, Side.Buy)]);

        AccuracyAnswer answer = await symbol.Actor.AccuracyAsync(default);
        answer.Base!.N.Should().Equal(100, 100, 100, 100);
        answer.Signals!.Of(X, Side.Buy, 1).N.Should().Be(1, "the one that was counted before is a repeat");
    }

    [Fact]
    public async Task Tallies_OtherCosts_BeginAnew()
    {
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(Bars(100, 5));
        var symbol = new Symbol();
        await symbol.DeliverAsync([.. points.Take(50)], [Signal(10, Side.Buy)]);
        symbol.Restart(new AccuracyOptions { CommissionBps = 7 });

        await symbol.DeliverAsync([.. points.Skip(50)], [Signal(60, Side.Sell)]);

        AccuracyAnswer answer = await symbol.Actor.AccuracyAsync(default);
        (answer.Base!.N[0], answer.Signals!.Of(X, Side.Buy, 0).N, answer.Signals.Of(X, Side.Sell, 0).N).Should().Be((50, 0, 1));
    }

    [Fact]
    public void Table_OfSeveralSymbols_ComparesEachSignalWithItsOwnSymbol()
    {
        var table = new AccuracyTable(AccuracyRow.AllSymbols);
        table.Add(Answer(up: 90, signals: 3, hits: 3));
        table.Add(Answer(up: 10, signals: 1, hits: 0));

        AccuracyRow row = table.Rows(new AccuracyQuery("x", 1)).Single(each => each.Side == "buy");

        (row.Symbol, row.N, row.Hits, row.HitRate).Should().Be(("all", 4, 3, 0.75));
        row.BaseRate.Should().BeApproximately(((3 * 0.9) + 0.1) / 4, 1e-12);
        (row.Low, row.High).Should().Be(Wilson.Interval(3, 4));
    }

    [Fact]
    public void Table_VersionsAndOrigins_AreToldApart()
    {
        SignalTallies tallies = SignalTallies.None(Rules.Rules);
        foreach ((string strategy, int? version, bool? replay, int count) in ((string, int?, bool?, int)[])
            [("x", 3, false, 1), ("x", 3, true, 2), ("x", 2, false, 4), ("x", null, false, 8), ("x", null, null, 16), ("y", 2, false, 32)])
        {
            for (int i = 0; i < count; i++) tallies.Count(new PendingSignal(i, strategy, Side.Buy, version, replay), 0, 0.01);
        }

        var table = new AccuracyTable("T");
        table.Add(new AccuracyAnswer(200, BaseRates.None(Rules.Rules), tallies));

        table.Newest.Should().Be(3);
        Rows(new AccuracyQuery()).Should().Equal(("x", "live", 3, 1), ("x", "replay", 3, 2), ("y", "live", 3, 0));
        Rows(new AccuracyQuery(Origin: "replay")).Should().Equal(("x", "replay", 3, 2));
        Rows(new AccuracyQuery(Version: "2")).Should().Equal(("x", "live", 2, 4), ("y", "live", 2, 32));
        Rows(new AccuracyQuery(Version: "earlier")).Should().Equal(("x", "mixed", null, 16), ("x", "live", null, 8));
        Rows(new AccuracyQuery("x", Version: "all")).Sum(row => row.N).Should().Be(31);
        Rows(new AccuracyQuery(Version: "9")).Should().BeEmpty();

        IEnumerable<(string Strategy, string Origin, int? Version, long N)> Rows(AccuracyQuery query) =>
            table.Rows(query with { Horizon = 1 }).Where(row => row.Side == "both").Select(row => (row.Strategy, row.Origin, row.SettingsVersion, row.N));
    }

    /// <summary>In whatever order versions come, the newest are told apart and the others are together.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Tallies_MoreVersionsThanAreToldApart_PoolTheEarlierOnes(int seed)
    {
        IReadOnlyList<IndicatorPoint> points = PointSeries.Of(Bars(300, 5));
        var random = new Random(seed);
        var symbol = new Symbol();
        TradingSignal[] signals = [.. Enumerable.Range(1, 200).Select(n => Signal(n, Side.Buy) with { SettingsVersion = 1 + (n % 7), Source = n % 2 == 0 ? "replay-1" : "live" })];
        random.Shuffle(signals);

        await symbol.DeliverAsync([.. points], []);
        foreach (TradingSignal[] part in signals.Chunk(9)) await symbol.DeliverAsync([], part);

        SignalTallies tallies = (await symbol.Actor.AccuracyAsync(default)).Signals!;
        foreach (IGrouping<(int? Version, bool Replay), TradingSignal> group in signals.GroupBy(
            signal => (signal.SettingsVersion > 3 ? signal.SettingsVersion : null, signal.Source == "replay-1")))
        {
            tallies.Of(new TallyKey("x", group.Key.Version, group.Key.Replay), Side.Buy, 0).N.Should().Be(group.Count());
        }

        tallies.Tallies.Should().HaveCount(10);
    }

    [Theory]
    [InlineData("9", null, null, "horizon")]
    [InlineData(null, "0", null, "version")]
    [InlineData(null, "new", null, "version")]
    [InlineData(null, null, "paper", "origin")]
    public void Parse_WhatIsNot_NamesTheParameter(string? horizon, string? version, string? origin, string field) =>
        AccuracyEndpoints.Parse(null, horizon, version, origin, out _).Keys.Should().Equal(field);

    [Fact]
    public void Answer_UnknownStrategy_IsAProblemAndOneThatOnceWasIsNot()
    {
        var table = new AccuracyTable("T");
        table.Add(Answer(up: 90, signals: 3, hits: 3));

        AccuracyEndpoints.Answer(new AccuracyQuery("nonsense"), table, 7, Rules).Result.Should().BeOfType<ValidationProblem>()
            .Which.ProblemDetails.Errors.Keys.Should().Equal("strategy");
        AccuracyEndpoints.Answer(new AccuracyQuery("x"), table, 7, Rules).Result.Should().BeOfType<Ok<AccuracyReport>>().Which.Value!.Rows.Should().NotBeEmpty();
        AccuracyEndpoints.Answer(new AccuracyQuery(EmaCross.StrategyName), table, 7, Rules).Result.Should().BeOfType<Ok<AccuracyReport>>();
    }

    [Fact]
    public void Parse_WhatIs_IsTheQuery()
    {
        AccuracyEndpoints.Parse("x", "20", "earlier", "replay", out AccuracyQuery query).Should().BeEmpty();

        query.Should().Be(new AccuracyQuery("x", 20, "earlier", "replay"));
    }

    private static AccuracyAnswer Answer(long up, int signals, int hits)
    {
        SignalTallies tallies = SignalTallies.None(Rules.Rules);
        for (int i = 0; i < signals; i++)
        {
            tallies.Count(new PendingSignal(i, "x", Side.Buy, null, false), 0, i < hits ? 0.01 : -0.01);
        }

        BaseRates rates = BaseRates.None(Rules.Rules);
        (rates.N[0], rates.Up[0], rates.Down[0]) = (100, up, 100 - up);
        return new AccuracyAnswer(200, rates, tallies);
    }

    private static TradingSignal Signal(long n, Side side) => new($"T:{n}:x", "T", side, "x", 1, 1, n, n, [], "s", 0);

    private static List<TradingSignal> Signals(IReadOnlyList<IndicatorPoint> points)
    {
        var signals = new List<TradingSignal>();
        new StrategySet(new StrategySettings { CompositeVote = new CompositeVoteSettings { Enabled = true } })
            .Evaluate(new IndicatorBatch("T", null, points), signals);
        return signals;
    }

    private static PriceBar[] Bars(int count, int seed)
    {
        var random = new Random(seed);
        var bars = new PriceBar[count];
        double price = 100;
        for (int i = 0; i < count; i++)
        {
            double open = price * (1 + (0.002 * (random.NextDouble() - 0.5)));
            price = open * Math.Exp(0.02 * (random.NextDouble() - 0.48));
            bars[i] = new PriceBar((i + 1) * 60_000L, open, Math.Max(open, price) + 0.1, Math.Min(open, price) - 0.1, price, 10);
        }

        return bars;
    }

    /// <summary>One symbol's actor, which can die and be another one with the same state.</summary>
    private sealed class Symbol
    {
        public Symbol() => Actor = Start(Rules);

        public FakeState State { get; } = new();

        public FakeHistory History { get; } = new();

        public SummaryActor Actor { get; private set; }

        public void Restart(AccuracyOptions? rules = null) => Actor = Start(rules ?? Rules);

        public async Task DeliverAsync(IndicatorPoint[] points, TradingSignal[] signals, bool crash = false)
        {
            State.LastWritten = [];
            State.DiesAtSave = crash;
            try
            {
                if (points.Length > 0)
                {
                    await Actor.ApplyAsync(points, default);
                }

                if (signals.Length > 0)
                {
                    await Actor.CountAsync(signals, default);
                }
            }
            catch (IOException) when (crash)
            {
                // What is checked is what a process that died here left behind.
            }

            State.DiesAtSave = false;
        }

        /// <summary>Every strategy, side and horizon as in a backtest with the same costs.</summary>
        public async Task ShouldAgreeAsync(IReadOnlyList<PriceBar> bars, IReadOnlyList<IndicatorPoint> points)
        {
            var table = new AccuracyTable("T");
            table.Add(await Actor.AccuracyAsync(default));
            var options = new BacktestOptions { CommissionBps = Rules.CommissionBps, SlippageBps = Rules.SlippageBps, Horizons = Horizons.All };
            foreach (string strategy in (string[])[RsiRecross.StrategyName, EmaCross.StrategyName, MacdCross.StrategyName, CompositeVote.StrategyName])
            {
                BacktestResult expected = Backtester.Run("T", bars, points, StrategyCatalog.Create(strategy, StrategySettings.Default)!, options);
                expected.Signals.Should().NotBeEmpty();
                foreach (ForwardResult forward in expected.Forward)
                {
                    IReadOnlyList<AccuracyRow> rows = table.Rows(new AccuracyQuery(strategy, forward.Horizon));
                    ShouldBe(rows.Single(row => row.Side == "both"), forward.All, strategy);
                    ShouldBe(rows.Single(row => row.Side == "buy"), forward.Buys, strategy);
                    ShouldBe(rows.Single(row => row.Side == "sell"), forward.Sells, strategy);
                    rows[0].Pending.Should().Be(expected.Signals.Count - forward.All.N);
                }
            }
        }

        private static void ShouldBe(AccuracyRow row, HitStats expected, string strategy)
        {
            (row.N, row.Hits, row.HitRate, row.Low, row.High).Should().Be(
                (expected.N, expected.Hits, expected.HitRate, expected.Low, expected.High), "{0} {1} at {2}", strategy, row.Side, row.Horizon);
            (row.BaseRate ?? 0).Should().BeApproximately(expected.BaseRate ?? 0, 1e-12);
            (row.MeanReturn ?? 0).Should().BeApproximately(expected.MeanReturn ?? 0, 1e-9);
        }

        private SummaryActor Start(AccuracyOptions rules)
        {
            var host = ActorHost.CreateForTest<SummaryActor>(new ActorTestOptions { ActorId = new ActorId("T"), TimerManager = new NoTimers() });
            var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
            var actor = new SummaryActor(
                host, History, new NoRegister(), new NoSink(), new AggregatorMetrics(meters),
                Options.Create(new AggregatorOptions { SegmentSize = 100 }), Options.Create(rules), new Clock());
            typeof(Actor).GetProperty(nameof(SummaryActor.StateManager))!.SetValue(actor, State);
            return actor;
        }
    }

    private sealed class NoRegister : ISymbolRegister
    {
        public Task AddAsync(string symbol, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class NoSink : ISummarySink
    {
        public void Offer(string symbol, RunningSummary running, SignalCounts signals)
        {
        }
    }

    private sealed class NoTimers : ActorTimerManager
    {
        public override Task RegisterReminderAsync(ActorReminder reminder) => Task.CompletedTask;

        public override Task<IActorReminder> GetReminderAsync(ActorReminderToken reminder) => throw new NotSupportedException();

        public override Task UnregisterReminderAsync(ActorReminderToken reminder) => throw new NotSupportedException();

        public override Task RegisterTimerAsync(ActorTimer timer) => throw new NotSupportedException();

        public override Task UnregisterTimerAsync(ActorTimerToken timer) => throw new NotSupportedException();
    }
}
