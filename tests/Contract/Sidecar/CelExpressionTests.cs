using System.Text.Json;
using DaprTrading.LocalRuntime.Sidecars;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class CelExpressionTests
{
    private const string Event = """
        {"type":"refund","topic":"orders","data":{"total":120.5,"big":9,"tags":["a","b"],"ok":true,"none":null,"name":"O'Neil","nested":{"x":1}}}
        """;

    [Theory]
    [InlineData("event.type == \"refund\"", true)]
    [InlineData("event.type == 'other'", false)]
    [InlineData("event.type != 'other' && event.topic == 'orders'", true)]
    [InlineData("event.data.total > 100.0", true)]
    [InlineData("event.data.total <= 100", false)]
    [InlineData("event.data.big >= 9 && event.data.big < 1e1", true)]
    [InlineData("-1 < event.data.big", true)]
    [InlineData("has(event.data.total) && !has(event.data.missing)", true)]
    [InlineData("event.type in ['sale', 'refund']", true)]
    [InlineData("'a' in event.data.tags", true)]
    [InlineData("'total' in event.data", true)]
    [InlineData("event[\"type\"].startsWith('ref')", true)]
    [InlineData("event.type.endsWith('und') || false", true)]
    [InlineData("event.data.name.contains(\"'N\")", true)]
    [InlineData("event.data.tags[1] == 'b'", true)]
    [InlineData("event.data.tags.size() == 2 && size(event.type) == 6", true)]
    [InlineData("!(event.data.ok) || event.data.none == null", true)]
    [InlineData("event.data.ok", true)]
    [InlineData("event.data.missing == 1 || true", true)]
    [InlineData("event.data.missing == 1 && false", false)]
    [InlineData("event.type == 'x' || event.type == 'y' && true", false)]
    [InlineData("event.data.nested == event.data.nested", true)]
    [InlineData("event.type == 1", false)]
    public void Matches_SupportedExpression_IsDecided(string expression, bool expected)
    {
        using JsonDocument document = JsonDocument.Parse(Event);
        CelExpression.Parse(expression).Matches(document.RootElement).Should().Be(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("event.type ==")]
    [InlineData("event.type = 'a'")]
    [InlineData("request.type == 'a'")]
    [InlineData("event.type.matches('a.*')")]
    [InlineData("'text'")]
    [InlineData("1 + 1 == 2")]
    [InlineData("1 == 'a'")]
    [InlineData("(event.type == 'a'")]
    [InlineData("event.type == 'a' 'b'")]
    [InlineData("event.type == 'open")]
    [InlineData("has(event)")]
    [InlineData("!'a'")]
    [InlineData("event.data.exists(x, x == 1)")]
    public void Parse_InvalidOrUnsupportedExpression_Throws(string expression)
    {
        Action parse = () => CelExpression.Parse(expression);
        parse.Should().Throw<CelSyntaxException>();
    }

    [Fact]
    public void Parse_DeepNesting_ThrowsInsteadOfOverflowing()
    {
        Action parse = () => CelExpression.Parse(new string('(', 5000) + "true" + new string(')', 5000));
        parse.Should().Throw<CelSyntaxException>();
    }

    [Theory]
    [InlineData("event.data.missing == 1")]
    [InlineData("event.type > 1")]
    [InlineData("event.type")]
    [InlineData("event.data.total.startsWith('1')")]
    [InlineData("event.type.missing == 1")]
    [InlineData("event.data.tags[7] == 'a'")]
    public void Matches_MissingKeyOrWrongType_Throws(string expression)
    {
        using JsonDocument document = JsonDocument.Parse(Event);
        CelExpression.Parse(expression).Invoking(cel => cel.Matches(document.RootElement)).Should().Throw<CelEvaluationException>();
    }
}
