using System.Text;
using DaprTrading.Contracts;
using DaprTrading.Ingestion.Parsing;

namespace DaprTrading.Tests.Unit.Ingestion;

public sealed class IngestParserTests
{
    private const long Now = 1_700_000_000_000;
    private const string GoodBar =
        """{"stock_symbol":"AAPL","opening_price":10,"closing_price":11,"high":12,"low":9,"volume":100,"timestamp":1699999999.123}""";

    [Fact]
    public void ParseJson_OneBar_IsRead()
    {
        ParsedRequest request = Parse(GoodBar);

        request.Rejected.Should().BeEmpty();
        request.Bars.Should().ContainSingle().Which.Should().Be(
            new ParsedBar("AAPL", new Bar(1_699_999_999_123, 10, 12, 9, 11, 100, "", 0, Now)));
    }

    [Fact]
    public void ParseJson_ArrayAndConcatenatedObjects_ReadTheSame()
    {
        Parse($"[{GoodBar},{GoodBar}]").Bars.Should().HaveCount(2);
        Parse($"{GoodBar}\n{GoodBar}\n").Bars.Should().HaveCount(2);
        ParseLines($"{GoodBar}\r\n\n{GoodBar}").Bars.Should().HaveCount(2);
    }

    [Fact]
    public void ParseJson_SourceAndSequence_AreKept()
    {
        ParsedRequest request = Parse(GoodBar.Replace("{", """{"source":"feed","sequence":7,""", StringComparison.Ordinal));

        request.Bars[0].Bar.Source.Should().Be("feed");
        request.Bars[0].Bar.Sequence.Should().Be(7);
    }

    [Theory]
    [InlineData(""" "sentiment_score":-0.7,"sentiment_magnitude":0.4,"stock_symbol":"MSFT" """, "news_sentiment", "MSFT")]
    [InlineData(""" "indicator_name":"GDP Growth Rate","value":-1.5 """, "economic_indicator", null)]
    [InlineData(""" "market_cap":3e12,"pe_ratio":-4.2,"stock_symbol":"MSFT" """, "market_data", "MSFT")]
    [InlineData(""" "order_type":"sell","price":10.5,"quantity":3,"stock_symbol":"BTC/usd" """, "order_book", "BTC-USD")]
    public void ParseJson_OtherKinds_AreRead(string fields, string kind, string? symbol)
    {
        ParsedRequest request = Parse($$"""{"data_type":"{{kind}}","timestamp":1699999999,{{fields}}}""");

        request.Rejected.Should().BeEmpty();
        request.Events.Should().ContainSingle().Which.Should().Match<MarketEvent>(e => e.Kind == kind && e.Symbol == symbol);
    }

    [Theory]
    [InlineData("\"high\":12", "\"high\":8", "high")]
    [InlineData("\"high\":12", "\"high\":10.5", "high")]
    [InlineData("\"low\":9", "\"low\":10.5", "low")]
    [InlineData("\"low\":9", "\"low\":0", "low")]
    [InlineData("\"opening_price\":10", "\"opening_price\":\"10\"", "opening_price")]
    [InlineData("\"opening_price\":10", "\"opening_price\":null", "opening_price")]
    [InlineData("\"opening_price\":10,", "", "opening_price")]
    [InlineData("\"closing_price\":11", "\"closing_price\":-11", "closing_price")]
    [InlineData("\"closing_price\":11", "\"closing_price\":1e999", "closing_price")]
    [InlineData("\"volume\":100", "\"volume\":-1", "volume")]
    [InlineData("\"volume\":100", "\"volume\":\"NaN\"", "volume")]
    [InlineData("\"AAPL\"", "\"\"", "stock_symbol")]
    [InlineData("\"AAPL\"", "\"A\\u0000B\"", "stock_symbol")]
    [InlineData("\"AAPL\"", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM\"", "stock_symbol")]
    [InlineData("\"AAPL\"", "\"../etc\"", "stock_symbol")]
    [InlineData("\"AAPL\"", "[1]", "stock_symbol")]
    [InlineData("1699999999.123", "1800000000", "timestamp")]
    [InlineData("1699999999.123", "1699999999123", "timestamp")]
    [InlineData("1699999999.123", "-1", "timestamp")]
    [InlineData("\"volume\":100", "\"volume\":100,\"data_type\":\"weather\"", "data_type")]
    [InlineData("\"volume\":100", "\"volume\":100,\"sequence\":1", "source")]
    [InlineData("\"volume\":100", "\"volume\":100,\"source\":\"a\",\"sequence\":1.5", "sequence")]
    public void ParseJson_BadField_IsRefusedByName(string from, string to, string field)
    {
        ParsedRequest request = Parse(GoodBar.Replace(from, to, StringComparison.Ordinal));

        request.Accepted.Should().Be(0);
        request.Rejected.Should().ContainSingle().Which.Errors.Should().ContainKey(field);
    }

    [Theory]
    [InlineData("{\"stock_symbol\":\"AAPL\",\"closing_price\":NaN}", "closing_price")]
    [InlineData("{\"stock_symbol\":\"AAPL\",\"low\":Infinity}", "low")]
    [InlineData("{\"stock_symbol\":\"AAPL\"", "body")]
    [InlineData("not json", "body")]
    [InlineData("[{\"a\":1}", "body")]
    public void ParseJson_SyntaxError_NamesTheFieldItStoppedAt(string body, string field)
    {
        Parse(body).Malformed!.Value.Field.Should().Be(field);
    }

    [Fact]
    public void ParseLines_SyntaxError_SpoilsItsLineOnly()
    {
        ParsedRequest request = ParseLines($"{GoodBar}\n{{oops\n{GoodBar}\n");

        request.Bars.Should().HaveCount(2);
        request.Rejected.Should().ContainSingle().Which.Index.Should().Be(1);
    }

    [Fact]
    public void ParseJson_GoodAndBad_KeepsTheIndexOfTheBad()
    {
        ParsedRequest request = Parse($"[{GoodBar},5,{GoodBar},{{}}]");

        request.Bars.Should().HaveCount(2);
        request.Rejected.Select(rejected => rejected.Index).Should().Equal(1, 3);
        request.Rejected[0].Errors.Should().ContainKey(IngestParser.WholeRecord);
    }

    [Fact]
    public void ParseJson_MoreThanTheLimit_IsTooMany()
    {
        Parse("[" + string.Join(',', Enumerable.Repeat("0", 11)) + "]", maxRecords: 10).TooManyRecords.Should().BeTrue();
        Parse("[" + string.Join(',', Enumerable.Repeat("0", 10)) + "]", maxRecords: 10).TooManyRecords.Should().BeFalse();
    }

    [Fact]
    public void ParseJson_DeepNesting_IsMalformedNotACrash()
    {
        Parse(new string('[', 100_000)).Malformed.Should().NotBeNull();
        Parse("{\"x\":" + new string('[', 100_000)).Malformed.Should().NotBeNull();
    }

    private static ParsedRequest Parse(string body, int maxRecords = 10_000) => Parser(maxRecords).ParseJson(Encoding.UTF8.GetBytes(body));

    private static ParsedRequest ParseLines(string body) => Parser(10_000).ParseLines(Encoding.UTF8.GetBytes(body));

    private static IngestParser Parser(int maxRecords) => new(new RecordValidator(Now, TimeSpan.FromDays(1)), maxRecords);
}
