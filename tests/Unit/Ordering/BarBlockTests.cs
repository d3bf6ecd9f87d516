using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Ordering;
using DaprTrading.Processing;

namespace DaprTrading.Tests.Unit.Ordering;

public sealed class BarBlockTests
{
    [Fact]
    public void Block_AnyBarsOfAnySources_AreReadAsTheyWere()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            Bar[] bars = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => ABar(random))];

            string json = Write(bars);

            Read(json).Should().Equal(bars, "round {0}", round);
            json.Length.Should().BeLessThan((88 * bars.Length) + 2_000);
        }
    }

    [Fact]
    public void Block_OfNoBars_IsAnEmptyList()
    {
        Write([]).Should().Be("[]");
        Read("[]").Should().BeEmpty();
    }

    [Fact]
    public void Block_AsListOfObjects_IsRead()
    {
        Bar[] bars = [ABar(new Random(1)), ABar(new Random(2))];

        Read(JsonSerializer.Serialize([.. bars], ContractsJson.Default.ListBar)).Should().Equal(bars);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"sources\":[\"a\"],\"bars\":\"AAAA\"}")]
    public void Block_ThatIsNone_IsRefused(string json)
    {
        Action read = () => Read(json);

        read.Should().Throw<JsonException>();
    }

    [Fact]
    public void Block_WithASourceThatHasNoName_IsRefused()
    {
        Action read = () => Read(Write([ABar(new Random(1)) with { Source = "a" }]).Replace("[\"a\"]", "[]", StringComparison.Ordinal));

        read.Should().Throw<JsonException>().WithMessage("*source 0 of 0*");
    }

    private static Bar ABar(Random random) => new(
        random.NextInt64(), random.NextDouble(), random.NextDouble() * 1e15, double.Epsilon, -0.0, random.NextDouble(),
        random.Next(6) switch { 0 => "\"\\<>&'+`", 1 => "feed@ingestion-0123456789ab", 2 => "ü€\ud83d\ude00", _ => "s" + random.Next(3) }, random.NextInt64(), -random.NextInt64());

    private static string Write(Bar[] bars)
    {
        string cursor = JsonSerializer.Serialize(
            new SourceCursors([new SourceCursor("s", new SequenceCursor<Bar>(1, bars, null))]), ProcessingJson.Default.SourceCursors);
        using JsonDocument document = JsonDocument.Parse(cursor);
        return document.RootElement.GetProperty("sources")[0].GetProperty("cursor").GetProperty("held").GetRawText();
    }

    private static IReadOnlyList<Bar> Read(string json) => JsonSerializer.Deserialize(
        $$$"""{"sources":[{"source":"s","cursor":{"next":1,"held":{{{json}}},"gapSince":null}}],"version":2}""", ProcessingJson.Default.SourceCursors)!.Sources[0].Cursor.Held;
}
