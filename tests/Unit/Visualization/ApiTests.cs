using System.Text.Json;
using DaprTrading.Contracts;
using DaprTrading.Visualization;
using DaprTrading.Visualization.Api;
using DaprTrading.Visualization.Live;
using DaprTrading.Visualization.Web;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Tests.Unit.Visualization;

public sealed class ApiTests
{
    [Fact]
    public void Csv_Signals_AreQuotedAndHarmless()
    {
        TradingSignal signal = new(
            "=X:5:s", "=X", Side.Sell, "s", 0.5, 1234.5, 5, 1_700_006_400_123, ["RSI 71.2 > 70, falling", "\"hot\""], "test", 0, 7);

        string[] lines = SignalCsv.Write([signal]).Split("\r\n");

        lines[0].Should().Be("time,timeIso,symbol,side,strategy,confidence,price,n,reasons,source,id,settingsVersion");
        lines[1].Should().Be(
            "1700006400123,2023-11-15T00:00:00.123Z,'=X,sell,s,0.5,1234.5,5,\"RSI 71.2 > 70, falling; \"\"hot\"\"\",test,'=X:5:s,7");
        lines[2].Should().BeEmpty();
    }

    [Fact]
    public void Query_Parameters_AreEscapedAndEmptyOnesLeftOut() =>
        QueryText.Of(("symbol", "A&B"), ("since", null), ("limit", ""), ("x", "1 2")).Should().Be("?symbol=A%26B&x=1%202");

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "anything", true)]
    [InlineData("secret", "secret", true)]
    [InlineData("secret", "Secret", false)]
    [InlineData("secret", "", false)]
    public void Operator_Key_DecidesWhenConfigured(string key, string attempt, bool allowed) =>
        OperatorFilter.IsOperator(new OperatorOptions { Key = key }, attempt, out _).Should().Be(allowed);

    [Theory]
    [InlineData("a-secret", true, "alice")]
    [InlineData("common", true, "operator")]
    [InlineData("", false, null)]
    [InlineData("b-secret", false, null)]
    public void Operator_NamedKeys_SayWhoItIs(string attempt, bool allowed, string? expected)
    {
        var options = new OperatorOptions { Key = "common", Keys = new Dictionary<string, string> { ["alice"] = "a-secret", ["nobody"] = "" } };

        OperatorFilter.IsOperator(options, attempt, out string? name).Should().Be(allowed);

        name.Should().Be(expected);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://desk.example", true)]
    [InlineData("https://desk.example.evil", false)]
    [InlineData("http://evil.example", false)]
    [InlineData("null", false)]
    public void Origin_Foreign_IsRefused(string origin, bool own) =>
        PageSecurity.IsOwnOrigin(origin, new HostString("localhost", 8080), ["https://desk.example"]).Should().Be(own);

    [Theory]
    [InlineData("/assets/index-BF0FhBND.js", "public, max-age=31536000, immutable")]
    [InlineData("/index.html", "no-cache")]
    [InlineData("/favicon.svg", "no-cache")]
    public void Page_OnlyHashedFiles_AreKept(string path, string caching) => Page.CachingOf(path).Should().Be(caching);

    [Fact]
    public void HubJson_ValueNotKnownYet_IsNull()
    {
        var message = new PointsMessage("T", 0, FeedTests.Points(1, 1));

        string text = JsonSerializer.Serialize(message, VisualizationServices.HubJson());

        text.Should().StartWith("{\"symbol\":\"T\",\"previousN\":0,\"points\":[{\"n\":1,").And.Contain("\"rsi14\":null");
    }
}
