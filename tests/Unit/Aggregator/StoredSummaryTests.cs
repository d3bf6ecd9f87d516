using System.Text.Json.Nodes;
using DaprTrading.Contracts;
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
        }

        if (file == "v1.json")
        {
            // It did not follow up signals: that begins with the next point.
            foreach (World world in (World[])[undisturbed, stored]) ForgetFollowUp(world);
        }

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
        text.Should().Be(StateSample.ReadCurrent($"v{DaprTrading.Aggregator.Symbols.SummaryActorState.CurrentVersion}.json", text));
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

    private static void ForgetFollowUp(World world)
    {
        world.State.Stored.Remove("accuracy");
        JsonObject summary = JsonNode.Parse(world.State.Stored["summary"])!.AsObject();
        summary.Remove("base").Should().BeTrue();
        world.State.Stored["summary"] = summary.ToJsonString();
    }

    /// <summary>40 points, two that wait for the one before them, and two signals.</summary>
    private static async Task<World> TellAsync()
    {
        var world = new World();
        foreach (IndicatorPoint[] batch in Told[..40].Chunk(10)) await world.TurnAsync(batch);
        await world.TurnAsync(Told[41..43]);
        await world.Actor.CountAsync(
            [Signal("A:10:ema-cross", Side.Buy, 10), Signal("A:20:rsi-recross", Side.Sell, 20)], default);
        await world.State.SaveStateAsync();
        return world;

        static TradingSignal Signal(string id, Side side, long n) =>
            new(id, "A", side, id.Split(':')[2], 0.75, 100.5, n, Told[(int)n].Time, ["because"], "test", 5);
    }
}
