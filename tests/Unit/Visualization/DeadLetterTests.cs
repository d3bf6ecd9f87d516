using System.Text;
using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Visualization;
using DaprTrading.Visualization.DeadLetters;

namespace DaprTrading.Tests.Unit.Visualization;

public sealed class DeadLetterTests
{
    [Fact]
    public void Read_CloudEvent_ShowsWhoPublishedWhat()
    {
        DeadLetter letter = DeadLetter.Read("bars", Encoding.UTF8.GetBytes("""{"id":"e-1","source":"ingestion","topic":"bars","data":{"symbol":"A"}}"""), 7);

        letter.Should().Be(new DeadLetter(7, "bars", "ingestion", "e-1", "{\"symbol\":\"A\"}"));
    }

    [Theory]
    [InlineData("no json at all", "no json at all")]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("{\"id\":5,\"source\":{}}", "{\"id\":5,\"source\":{}}")]
    [InlineData("a\u0001b\nc", "a b c")]
    public void Read_AnythingElse_ShowsItsFirstCharacters(string message, string content)
    {
        DeadLetter letter = DeadLetter.Read("bars", Encoding.UTF8.GetBytes(message), 7);

        letter.Should().Be(new DeadLetter(7, "bars", "", "", content));
    }

    [Fact]
    public void List_CarriesTheNumberOfItsLayout()
    {
        DeadLetterList list = DeadLetterList.Empty.With(new DeadLetter(7, "bars", "ingestion", "e-1", "{}"));

        string written = JsonSerializer.Serialize(list, VisualizationJson.Default.DeadLetterList);

        JsonSerializer.Deserialize(written, VisualizationJson.Default.DeadLetterList).Should().BeEquivalentTo(list);
        JsonSerializer.Deserialize(written.Replace(",\"layout\":1", "", StringComparison.Ordinal), VisualizationJson.Default.DeadLetterList).Should().BeEquivalentTo(list);
        Action later = () => JsonSerializer.Deserialize(written.Replace("\"layout\":1", "\"layout\":2", StringComparison.Ordinal), VisualizationJson.Default.DeadLetterList);
        later.Should().Throw<InvalidDataException>().WithMessage("The list of dead letters has layout 2*");
    }

    [Fact]
    public void Read_LongOrBrokenBytes_AreBounded()
    {
        DeadLetter longText = DeadLetter.Read("bars", Encoding.UTF8.GetBytes("{\"id\":\"" + new string('i', 10_000) + "\",\"data\":\"" + new string('x', 100_000) + "\"}"), 7);
        DeadLetter garbage = DeadLetter.Read("bars", Enumerable.Repeat((byte)0xFF, 100_000).ToArray(), 7);

        longText.Id.Should().HaveLength(101);
        longText.Content.Should().HaveLength(201).And.EndWith("…");
        garbage.Content.Length.Should().BeLessThanOrEqualTo(201);
    }

    [Fact]
    public void List_CountsEachEventOnce_AndShowsTheNewest()
    {
        DeadLetterList list = DeadLetterList.Empty;
        for (int i = 1; i <= 60; i++) list = list.With(Letter("bars", $"b-{i}"));
        list = list.With(Letter("signals", "b-60")).With(Letter("bars", "b-60"));

        list.Total.Should().Be(61);
        list.ByTopic.Should().Equal(new Dictionary<string, int> { ["bars"] = 60, ["signals"] = 1 });
        list.Recent.Should().HaveCount(DeadLetterList.MaxRecent);
        list.Recent[0].Topic.Should().Be("signals");
        list.Recent[1].Id.Should().Be("b-60");
    }

    [Fact]
    public void List_EventsWithoutId_AreCountedEach() =>
        DeadLetterList.Empty.With(Letter("bars", "")).With(Letter("bars", "")).Total.Should().Be(2);

    [Fact]
    public void List_Republished_LeavesWhatIsStillKept()
    {
        DeadLetterList list = DeadLetterList.Empty.With(Letter("bars", "1")).With(Letter("bars", "2")).With(Letter("signals", "3"));

        DeadLetterList one = list.Without(new DeadLettersRepublished("bars-dead", 1, ["1"]));
        DeadLetterList none = one.Without(new DeadLettersRepublished("bars-dead", 0, []));

        one.ByTopic.Should().Equal(new Dictionary<string, int> { ["bars"] = 1, ["signals"] = 1 });
        one.Recent.Select(letter => letter.Id).Should().Equal("3", "2");
        none.ByTopic.Should().Equal(new Dictionary<string, int> { ["signals"] = 1 });
        none.Recent.Select(letter => letter.Id).Should().Equal("3");
        none.Total.Should().Be(1);
    }

    [Fact]
    public void List_GoesThroughTheStateStoreUnchanged()
    {
        DeadLetterList list = DeadLetterList.Empty.With(Letter("bars", "1")).With(Letter("signals", "2"));

        DeadLetterList? read = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(list, VisualizationJson.Default.DeadLetterList), VisualizationJson.Default.DeadLetterList);

        read.Should().BeEquivalentTo(list);
        read!.With(Letter("bars", "3")).ByTopic["bars"].Should().Be(2);
    }

    private static DeadLetter Letter(string topic, string id) => new(1, topic, "app", id, "{}");
}
