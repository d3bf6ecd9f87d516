using System.Text.Json;
using DaprTrading.Dataset;
using DaprTrading.Dataset.Replays;
using DaprTrading.ServiceDefaults;
using DaprTrading.Tests.Unit.Testing;

namespace DaprTrading.Tests.Unit.Dataset;

/// <summary>The progress of a replay outlives the build that wrote it. See the README beside the samples of processing.</summary>
public sealed class StoredReplayTests
{
    private static readonly Replay Replay = new(
        "r1", "a.csv,b.csv", ["A", "B"], 2.5, 0, ReplayState.Running, 1_200, 5_000, 3, 1, 1_700_000_000_000, 1_600_000_000_000, null)
    {
        Datasets = ["a.csv", "b.csv"], Format = "yahoo", TradeInterval = 60_000, Seeks = 2, Base = 900, Warnings = ["raw prices"], BadRowReasons = ["line 7: no close"],
    };

    private static readonly Replay Second = Replay with
    {
        Append = true, Zone = "America/New_York", Note = "A is A.R2.", RefusedReasons = ["A: high is no number"], Series = [new("A", "A.R2")], Waiting = "the store",
    };

    [Fact]
    public void Progress_IsReadAndWrittenAsItsSample()
    {
        JsonSerializerOptions json = ServiceJson.Options(DatasetJson.Default);
        string written = JsonSerializer.Serialize(Second.Progress(), json);
        string sample = StateSample.ReadCurrent("replay-v2.json", written);

        written.Should().Be(sample);
        Replay read = JsonSerializer.Deserialize<Replay>(sample, json)!;
        read.Should().BeEquivalentTo(Second with { Series = null, Waiting = null }, "what is not progress is not in it");
    }

    [Fact]
    public void Progress_OfTheFirstLayout_IsRead()
    {
        Replay read = JsonSerializer.Deserialize<Replay>(StateSample.Read("replay-v1.json"), ServiceJson.Options(DatasetJson.Default))!;

        read.Should().BeEquivalentTo(Replay);
        read.Source.Should().Be("replay-r1-2", "the bars go on under the source they had");
    }
}
