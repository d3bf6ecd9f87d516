using System.Text.Json;
using System.Text.Json.Nodes;
using DaprTrading.Aggregator;
using DaprTrading.Aggregator.Accuracy;
using DaprTrading.Aggregator.Symbols;
using DaprTrading.Contracts;
using DaprTrading.ServiceDefaults;
using DaprTrading.Tests.Unit.Testing;

namespace DaprTrading.Tests.Unit.Aggregator;

/// <summary>The state of a summary outlives the build that wrote it. The samples are in <c>States</c>; see the README beside those of processing.</summary>
public sealed partial class SummaryActorTests
{
    private static readonly List<IndicatorPoint> Told = APoint.Walk(60, seed: 5);

    [Theory, InlineData("v1.json"), InlineData("v2.json"), InlineData("v3.json")]
    public async Task State_OfAnyVersion_IsReadAndGoesOnIdentically(string file)
    {
        World undisturbed = await TellAsync(), stored = new();
        foreach ((string entry, JsonNode? value) in JsonNode.Parse(StateSample.Read(file))!.AsObject()) stored.State.Stored[entry] = value!.ToJsonString();

        foreach (World world in (World[])[undisturbed, stored])
        {
            await world.TurnAsync([Told[40]]);
            await world.TurnAsync(Told[43..]);
            await world.Actor.CountAsync([.. Given, Signal("A:30:ema-cross", Side.Sell, 30)], default);
            await world.State.SaveStateAsync();
        }

        (await FollowedAsync(stored)).Should().Equal(file == "v1.json" ? [1, 0, 1] : await FollowedAsync(undisturbed), "layout 1 did not follow up signals: of these, only the new one");
        if (file == "v1.json") ForgetBaseRates(undisturbed, stored);
        if (file != "v3.json") ForgetFollowUp(undisturbed, stored);
        stored.State.Stored.Should().Equal(undisturbed.State.Stored);
        (await stored.Actor.SummarizeAsync(default)).Summary.Should().BeEquivalentTo((await undisturbed.Actor.SummarizeAsync(default)).Summary);
        (await stored.CandlesAsync(0)).Should().Equal(await undisturbed.CandlesAsync(0));
    }

    [Fact]
    public async Task State_OfThisVersion_IsWrittenAsItsSample()
    {
        World world = await TellAsync();

        var written = new JsonObject(world.State.Stored.Select(entry => KeyValuePair.Create(entry.Key, JsonNode.Parse(entry.Value))));

        string text = written.ToJsonString();
        text.Should().Be(StateSample.ReadCurrent($"v{SummaryActorState.CurrentVersion}.json", text));
    }

    [Fact]
    public async Task State_OfALaterVersion_IsRefusedAndLeftAsItIs()
    {
        World world = await TellAsync();
        string later = world.State.Stored["summary"].Replace("\"version\":3", "\"version\":4", StringComparison.Ordinal);
        world.State.Stored["summary"] = later;

        Func<Task> turn = () => world.Actor.ApplyAsync([Told[40]], default);

        (await turn.Should().ThrowAsync<InvalidDataException>()).WithMessage("*layout 4*reads up to 3*");
        world.State.Stored["summary"].Should().Be(later);
    }

    /// <summary>The other entries carry their number, too.</summary>
    [Theory, InlineData("signals", "The count of a symbol's signals"), InlineData("accuracy", "What followed a symbol's signals")]
    public async Task State_EntryOfALaterLayout_IsRefusedAndLeftAsItIs(string entry, string what)
    {
        World world = await TellAsync();
        string later = world.State.Stored[entry].Replace("\"layout\":2", "\"layout\":3", StringComparison.Ordinal);
        world.State.Stored[entry] = later;

        Func<Task> turn = () => world.Actor.CountAsync([Signal("A:31:ema-cross", Side.Sell, 31)], default);

        (await turn.Should().ThrowAsync<InvalidDataException>()).WithMessage(what + " has layout 3*reads up to 2*");
        world.State.Stored[entry].Should().Be(later);
    }

    [Fact]
    public void Symbols_AreReadAndWrittenAsTheirSample()
    {
        var list = new SymbolList(["A", "B-C"]);
        JsonSerializerOptions json = ServiceJson.Options(AggregatorJson.Default);

        string written = JsonSerializer.Serialize(list, json);

        written.Should().Be(StateSample.ReadCurrent("symbols-layout-1.json", written));
        Read(written).Should().BeEquivalentTo(list);
        Read("""{"symbols":["A","B-C"]}""").Should().BeEquivalentTo(list, "it had no number yet");
        Action later = () => Read("""{"symbols":[],"layout":2}""");
        later.Should().Throw<InvalidDataException>().WithMessage("The list of symbols has layout 2*");

        SymbolList Read(string text) =>
            JsonSerializer.Deserialize<SymbolList>(text, json)!;
    }

    /// <summary>What the actor of a symbol keeps at most, by the bounds of its parts; docs/architecture.md has these figures.</summary>
    [Fact]
    public void State_OfHeldPoints_IsBoundedInBytes()
    {
        IndicatorPoint largest = Told[0] with
        {
            N = 1L << 53, Time = 1L << 53, IngestedAt = 1L << 53, Source = new string('s', 60), Unchanged = 1_000_000,
            Open = Wide, High = Wide, Low = Wide, Close = Wide, Volume = Wide, Sma20 = Wide, Sma50 = Wide, Sma200 = Wide, Ema9 = Wide, Ema21 = Wide, Ema12 = Wide,
            Ema26 = Wide, Ema50 = Wide, Rsi14 = Wide, Macd = Wide, MacdSignal = Wide, MacdHistogram = Wide, BbUpper = Wide, BbMiddle = Wide, BbLower = Wide,
            Atr14 = Wide, Vwap = Wide,
        };

        int bytes = JsonSerializer.SerializeToUtf8Bytes(largest, ContractsJson.Default.IndicatorPoint).Length;

        (bytes * 20_000L).Should().BeLessThan(19_000_000).And.BeGreaterThan(15_000_000);
    }

    private const double Wide = -1.2345678901234567e-100;

    private static async Task<IEnumerable<long>> FollowedAsync(World world)
    {
        var table = new AccuracyTable("A");
        table.Add(await world.Actor.AccuracyAsync(default));
        return table.Rows(new AccuracyQuery(Horizon: 1, Version: AccuracyQuery.All)).GroupBy(row => (row.Strategy, row.Side)).OrderBy(group => group.Key).Select(group => group.Sum(row => row.N));
    }

    private static void ForgetFollowUp(params World[] worlds)
    {
        foreach (World world in worlds) world.State.Stored.Remove("accuracy").Should().BeTrue();
    }

    private static void ForgetBaseRates(params World[] worlds)
    {
        foreach (World world in worlds)
        {
            JsonObject summary = JsonNode.Parse(world.State.Stored["summary"])!.AsObject();
            summary.Remove("base").Should().BeTrue();
            world.State.Stored["summary"] = summary.ToJsonString();
        }
    }

    /// <summary>40 points, two that wait for the one before them, and two signals.</summary>
    private static async Task<World> TellAsync()
    {
        var world = new World();
        foreach (IndicatorPoint[] batch in Told[..40].Chunk(10)) await world.TurnAsync(batch);
        await world.TurnAsync(Told[41..43]);
        await world.Actor.CountAsync(Given, default);
        await world.State.SaveStateAsync();
        return world;
    }

    private static TradingSignal[] Given => [Signal("A:10:ema-cross", Side.Buy, 10), Signal("A:20:rsi-recross", Side.Sell, 20)];

    private static TradingSignal Signal(string id, Side side, long n) =>
        new(id, "A", side, id.Split(':')[2], 0.75, 100.5, n, Told[(int)n].Time, ["because"], "test", 5);
}
