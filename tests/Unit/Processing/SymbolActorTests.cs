using System.Diagnostics.Metrics;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Processing.Symbols;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Unit.Processing;

public sealed class SymbolActorTests
{
    private const int SchedulesPerBlock = 200;

    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 10)];

    [Fact]
    public async Task Apply_DiesBetweenCommitAndPublishAndAnotherSourceComesFirst_DecidesEachNumberOnce()
    {
        var symbol = new CrashingSymbol();
        List<Bar> a = SampleBars.Of(1, 4, "a"), b = SampleBars.Of(2, 4, "b");
        await symbol.TurnAsync(a[..2]);

        bool acknowledged = await symbol.TurnAsync(a[2..], Fault.AfterSave);
        await symbol.TurnAsync(b);
        await symbol.TurnAsync(a[2..]);

        acknowledged.Should().BeFalse();
        ShouldBeDecidedOnce(symbol, "");
        Sources(symbol).Should().Equal("a", "a", "a", "a", "b", "b", "b", "b");
    }

    [Fact]
    public async Task Apply_BrokerDoesNotTakeThePoints_FailsAndPublishesThemBeforeTheNext()
    {
        var symbol = new CrashingSymbol();
        List<Bar> bars = SampleBars.Of(1, 4);

        bool failed = !await symbol.TurnAsync(bars[..2], Fault.BeforePublish, dies: false);
        bool failedAgain = !await symbol.TurnAsync(bars[..2], Fault.BeforePublish, dies: false);
        await symbol.TurnAsync(bars[2..]);

        (failed, failedAgain).Should().Be((true, true));
        symbol.Storage.Writes.Should().Be(2, "the points are decided with the first commit");
        symbol.Publishes.Select(points => points[0].N).Should().Equal(1, 3);
    }

    [Fact]
    public async Task Apply_TurnsThatSucceed_PublishAndWriteOnceEach()
    {
        var symbol = new CrashingSymbol();

        foreach (Bar[] batch in SampleBars.Of(1, 60).Chunk(6))
            await symbol.TurnAsync(batch);

        symbol.Publishes.Should().HaveCount(10);
        symbol.Storage.Writes.Should().Be(10);
    }

    [Fact]
    public async Task Apply_NewActivation_PublishesTheLastPointsAgain()
    {
        var symbol = new CrashingSymbol();
        List<Bar> bars = SampleBars.Of(1, 50);
        await symbol.TurnAsync(bars[..30]);
        await symbol.TurnAsync(bars[30..45], Fault.AfterPublish);

        await symbol.TurnAsync(bars[30..45]);
        await symbol.TurnAsync(bars[45..]);

        symbol.Publishes.Select(points => (points[0].N, points.Count)).Should().Equal((1, 30), (31, 15), (31, 15), (46, 5));
        ShouldBeDecidedOnce(symbol, "");
    }

    [Fact]
    public async Task Apply_DownForLongerThanAGapIsWaitedFor_WaitsAnewInsteadOfGivingUp()
    {
        var symbol = new CrashingSymbol();
        List<Bar> bars = SampleBars.Of(1, 5);
        await symbol.TurnAsync([bars[0], bars[2]]);
        await symbol.TurnAsync([bars[1]], Fault.BeforeSave);

        symbol.Clock = TimeSpan.FromMinutes(1);
        await symbol.TurnAsync([bars[3]]);
        int whileWaiting = symbol.Published.Count;
        symbol.Clock += TimeSpan.FromSeconds(1);
        await symbol.TurnAsync([bars[1], bars[4]]);

        whileWaiting.Should().Be(1);
        Points(symbol).Select(point => point.Close).Should().Equal(bars.Select(bar => bar.Close));
    }

    [Fact]
    public async Task Apply_GapOlderThanItsWaitWithinOneActivation_IsGivenUp()
    {
        var symbol = new CrashingSymbol();
        List<Bar> bars = SampleBars.Of(1, 4);
        await symbol.TurnAsync([bars[0], bars[2]]);

        symbol.Clock = TimeSpan.FromSeconds(2);
        await symbol.TurnAsync([bars[3]]);

        Points(symbol).Select(point => point.Close).Should().Equal(bars[0].Close, bars[2].Close, bars[3].Close);
    }

    [Fact]
    public async Task Apply_GapOlderThanItsWaitWhileTheBrokerIsAway_WaitsAnewOnceItIsBack()
    {
        var symbol = new CrashingSymbol();
        List<Bar> bars = SampleBars.Of(1, 5);
        await symbol.TurnAsync([bars[0], bars[2]]);
        symbol.Clock = TimeSpan.FromSeconds(1);
        symbol.Reach.Failed();

        symbol.Clock = TimeSpan.FromSeconds(9);
        await symbol.TurnAsync([]);
        int whileAway = symbol.Published.Count;
        symbol.Reach.Reached();
        symbol.Clock = TimeSpan.FromSeconds(10.9);
        await symbol.TurnAsync([bars[3]]);
        int whileWaiting = symbol.Published.Count;
        await symbol.TurnAsync([bars[1], bars[4]]);

        (whileAway, whileWaiting).Should().Be((1, 1));
        Points(symbol).Select(point => point.Close).Should().Equal(bars.Select(bar => bar.Close));
    }

    [Fact]
    public async Task Apply_EverythingStoodStillForLongerThanAGapIsWaitedFor_WaitsAnew()
    {
        var symbol = new CrashingSymbol();
        List<Bar> bars = SampleBars.Of(1, 3);
        await symbol.TurnAsync([bars[0], bars[2]]);

        symbol.Clock = TimeSpan.FromMinutes(5);
        await symbol.TurnAsync([]);
        int afterwards = symbol.Published.Count;
        symbol.Reach.Reached();
        symbol.Clock += TimeSpan.FromSeconds(2);
        await symbol.TurnAsync([]);

        (afterwards, symbol.Published.Count).Should().Be((1, 2));
    }

    [Fact]
    public async Task Apply_GivesUpAGapAndItsPointsDoNotGetThrough_CountsItOnce()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var counted = new CountedInstruments(meters);
        var symbol = new CrashingSymbol(meters);
        List<Bar> bars = SampleBars.Of(1, 5);
        await symbol.TurnAsync([bars[0], bars[4]]);
        symbol.Clock = TimeSpan.FromSeconds(2);

        bool failed = !await symbol.TurnAsync([bars[4]], Fault.BeforePublish, dies: false);
        await symbol.TurnAsync([bars[4]]);

        failed.Should().BeTrue();
        (counted["gaps"], counted["missing"], counted["bars"], counted["points"], counted["republished"]).Should().Be((1, 3, 2, 2, 1));
    }

    /// <summary>Some thousands of schedules: two or three sources, repeats, shuffles and a fault at every point a turn can be disturbed at.</summary>
    [Theory, MemberData(nameof(Blocks))]
    public async Task Apply_SeveralSourcesAndFaultsEverywhere_EqualsAnUndisturbedRun(int block)
    {
        int faults = 0;
        for (int seed = block * SchedulesPerBlock; seed < (block + 1) * SchedulesPerBlock; seed++)
        {
            var random = new Random(seed);
            List<Bar>[] sources = [.. Enumerable.Range(0, random.Next(2, 4)).Select(i => SampleBars.Of(seed + i, 12, "s" + i))];
            var symbol = new CrashingSymbol();

            faults += await DeliverAsync(symbol, sources, random);

            ShouldBeDecidedOnce(symbol, $"seed {seed}");
            ShouldHoldEachSourceInOrder(symbol, sources, seed);
            ShouldEqualAnUndisturbedRun(symbol, sources, seed);
        }

        faults.Should().BeGreaterThan(SchedulesPerBlock);
    }

    /// <summary>A broker: hands out one of the oldest deliveries, keeps it until it is acknowledged, and repeats some.</summary>
    private static async Task<int> DeliverAsync(CrashingSymbol symbol, List<Bar>[] sources, Random random)
    {
        List<List<Bar>> pending =
        [
            .. sources.SelectMany(bars => SampleBars.Disturbed(bars, random, reach: 4).Select((batch, i) => (batch, at: i + random.NextDouble() * 3)))
                .OrderBy(delivery => delivery.at).Select(delivery => delivery.batch),
        ];
        int faults = 0;
        while (pending.Count > 0)
        {
            int at = random.Next(Math.Min(5, pending.Count));
            Fault fault = random.Next(3) == 0 ? (Fault)random.Next(1, 5) : Fault.None;
            if (await symbol.TurnAsync(pending[at], fault, dies: random.Next(2) == 0))
                pending.RemoveAt(at);
            else
                faults++;
        }

        return faults;
    }

    private static void ShouldBeDecidedOnce(CrashingSymbol symbol, string because)
    {
        foreach ((long n, List<string> versions) in symbol.Published)
        {
            if (versions.Distinct().Count() > 1)
                versions.Should().AllBe(versions[0], "point {0} was published before; {1}", n, because);
        }
    }

    private static void ShouldHoldEachSourceInOrder(CrashingSymbol symbol, List<Bar>[] sources, int seed)
    {
        symbol.Published.Keys.SequenceEqual(Enumerable.Range(1, sources.Sum(bars => bars.Count)).Select(n => (long)n)).Should().BeTrue("seed {0}", seed);
        ILookup<string, double> closes = Points(symbol).ToLookup(point => point.Source, point => point.Close);
        foreach (List<Bar> bars in sources)
            closes[bars[0].Source].SequenceEqual(bars.Select(bar => bar.Close)).Should().BeTrue("seed {0}", seed);
    }

    private static void ShouldEqualAnUndisturbedRun(CrashingSymbol symbol, List<Bar>[] sources, int seed)
    {
        Dictionary<string, Queue<Bar>> next = sources.ToDictionary(bars => bars[0].Source, bars => new Queue<Bar>(bars));
        List<Bar> observed = [.. Points(symbol).Select(point => next[point.Source].Dequeue())];
        IReadOnlyList<IndicatorPoint> undisturbed = SymbolState.Empty.Apply(observed, 0, CrashingSymbol.Settings).Points;
        IEnumerable<string> expected = undisturbed.Select(point => JsonSerializer.Serialize(point, ContractsJson.Default.IndicatorPoint));
        symbol.Published.Values.Select(versions => versions[0]).SequenceEqual(expected).Should().BeTrue("seed {0}", seed);
    }

    private static List<IndicatorPoint> Points(CrashingSymbol symbol) =>
        [.. symbol.Published.Values.Select(versions => JsonSerializer.Deserialize(versions[0], ContractsJson.Default.IndicatorPoint)!)];

    private static IEnumerable<string> Sources(CrashingSymbol symbol) => Points(symbol).Select(point => point.Source);
}
