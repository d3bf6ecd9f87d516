using DaprTrading.MarketData;
using static DaprTrading.Tests.Unit.Dataset.Samples;

namespace DaprTrading.Tests.Unit.Dataset;

public sealed class JsonTests
{
    private const string Two =
        """[{"t":"2022-01-03T14:30:00Z","o":1,"h":2,"l":1,"c":2,"v":10,"n":3,"vw":1.5},{"t":"2022-01-03T14:31:00Z","o":1,"h":2,"l":1,"c":2,"v":10}]""";

    [Fact]
    public void Read_AlpacaOfManySymbols_IsMergedByTime()
    {
        FileContent content = Text($$"""{"bars":{"AAPL":{{Two}},"SPY":{{Two}}},"next_page_token":null}""", "page.json");

        content.Formats.Should().Equal(Formats.Alpaca);
        content.Bars.Select(bar => (bar.Symbol, bar.Sequence)).Should().Equal(("AAPL", 1), ("SPY", 1), ("AAPL", 2), ("SPY", 2));
        content.Bars[0].End.Should().Be(Utc("2022-01-03T14:31"), "Alpaca stamps the start of a bar");
    }

    [Fact]
    public void Read_AlpacaOfOneSymbol_TakesItsSymbol() =>
        Text($$"""{"bars":{{Two}},"symbol":"AAPL","next_page_token":"x"}""", "page.json").Bars.Should().HaveCount(2).And.OnlyContain(bar => bar.Symbol == "AAPL");

    [Fact]
    public void Read_Polygon_TakesTickerAndWindowStart()
    {
        FileContent content = Text(
            """{"ticker":"AAPL","adjusted":true,"results":[{"v":10.5,"vw":1.5,"o":1,"c":2,"h":2,"l":1,"t":1641220200000,"n":3},{"v":1,"o":1,"c":2,"h":2,"l":1,"t":1641220260000}],"status":"OK"}""",
            "page.json");

        content.Formats.Should().Equal(Formats.Polygon);
        content.Bars[0].Should().Be(new FileBar("AAPL", 1_641_220_260_000, 1, 2, 1, 2, 10.5, 1));
    }

    [Fact]
    public void Read_ArraysOfStrings_AreParsed()
    {
        FileContent content = Text("""[[1502942400000,"1","2","1","2","10",1502942459999],[1502942460000,"1","2","1","2","10",1502942519999]]""", "BTCUSDT.json");

        content.Formats.Should().Equal(Formats.Arrays);
        content.Bars.Select(bar => bar.End).Should().Equal(1_502_942_460_000, 1_502_942_520_000);
    }

    [Fact]
    public void Read_BadBar_IsCountedWithItsPlace()
    {
        FileContent content = Text("""{"bars":[{"t":"2022-01-03T14:30:00Z","o":1,"h":2,"l":1,"c":2,"v":10},{"t":"2022-01-03T14:31:00Z","o":1,"h":2,"l":1,"v":10}],"symbol":"A"}""", "a.json");

        content.Bars.Should().ContainSingle();
        content.BadRows.Should().Equal(new BadRow(2, "A: close is ''"));
    }

    [Fact]
    public void Read_BadBarOfManySymbols_NamesItsSymbol() =>
        Text("""{"bars":{"A":[{"t":"2022-01-03T14:30:00Z","o":1,"h":2,"l":1,"c":2,"v":10}],"B":[7,{"t":"2022-01-03T14:30:00Z","o":3,"h":2,"l":1,"c":2,"v":10}]}}""", "a.json")
            .BadRows.Should().Equal(new BadRow(1, "B: it is no object"), new BadRow(2, "B: open 3 or close 2 lies outside of low 1 to high 2"));

    [Theory]
    [InlineData("""{"status":"ERROR","error":"Unknown API Key"}""", "*Unknown API Key*")]
    [InlineData("""{"bars":[""", "*no JSON*")]
    [InlineData("""{"bars":null}""", "*'bars' is Null*")]
    [InlineData("""{"bars":{}}""", "*No row is a bar*")]
    public void Read_NoBars_SaysWhy(string text, string message) =>
        FluentActions.Invoking(() => Text(text, "a.json")).Should().Throw<DatasetFormatException>().WithMessage(message);

    [Fact]
    public void Read_OtherFormatAskedFor_SaysWhatItLooksLike() =>
        FluentActions.Invoking(() => Text($$"""{"bars":{{Two}}}""", "a.json", Formats.Polygon)).Should().Throw<DatasetFormatException>().WithMessage("*looks like 'alpaca'*");
}
