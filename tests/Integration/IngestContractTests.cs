using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

[Collection(SharedSystem.Name)]
public sealed class IngestContractTests(SystemFixture fixture)
{
    private const string Bar = """{"stock_symbol":"SYMBOL","opening_price":10,"closing_price":11,"high":12,"low":9,"volume":100,"timestamp":1700000000.5}""";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Post_BarsOneByOneWithoutNumbers_AreAll200AndCountedInOrder()
    {
        string symbol = fixture.NewSymbol();
        ProducedBar[] bars = Series.RandomWalk(symbol, 40, seed: 3, source: null);
        foreach (ProducedBar bar in bars)
        {
            using HttpResponseMessage response = await fixture.Producer.PostAsync(bar.ToJson(), CancellationToken.None);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        (await fixture.Producer.PointsAsync(symbol, bars.Length, Limit)).ShouldBeExactly(bars);
    }

    [Theory]
    [InlineData("""{"data_type":"order_book","timestamp":1700000000,"stock_symbol":"AAPL","order_type":"buy","price":10,"quantity":5}""")]
    [InlineData("""{"data_type":"news_sentiment","timestamp":1700000000.25,"stock_symbol":"AAPL","sentiment_score":-0.9,"sentiment_magnitude":0.3}""")]
    [InlineData("""{"data_type":"market_data","timestamp":1700000000,"stock_symbol":"AAPL","market_cap":1e12,"pe_ratio":22.5}""")]
    [InlineData("""{"data_type":"economic_indicator","timestamp":1700000000,"indicator_name":"GDP Growth Rate","value":-0.4}""")]
    public async Task Post_OtherKinds_Are200(string record)
    {
        using HttpResponseMessage response = await fixture.Producer.PostAsync(record, CancellationToken.None);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).Should().Be("""{"accepted":1,"rejected":[]}""");
    }

    [Fact]
    public async Task Post_PartlyBad_Is200AndNamesTheBad()
    {
        string symbol = fixture.NewSymbol();
        string good = Bar.Replace("SYMBOL", symbol, StringComparison.Ordinal);
        string bad = good.Replace("\"high\":12", "\"high\":1", StringComparison.Ordinal);

        using HttpResponseMessage response = await fixture.Producer.PostAsync($"[{good},{bad},{good}]", CancellationToken.None);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        answer.RootElement.GetProperty("accepted").GetInt32().Should().Be(2);
        JsonElement rejected = answer.RootElement.GetProperty("rejected").EnumerateArray().Should().ContainSingle().Subject;
        rejected.GetProperty("index").GetInt32().Should().Be(1);
        rejected.GetProperty("errors").TryGetProperty("high", out _).Should().BeTrue();
        (await fixture.Producer.PointsAsync(symbol, 2, Limit)).Should().HaveCount(2);
    }

    [Theory]
    [InlineData("{\"stock_symbol\":\"SYMBOL\",", "body")]
    [InlineData("{\"stock_symbol\":\"SYMBOL\",\"closing_price\":NaN}", "closing_price")]
    [InlineData("BAR:\"high\":12=\"high\":8", "high")]
    [InlineData("BAR:\"volume\":100=\"volume\":\"many\"", "volume")]
    [InlineData("BAR:1700000000.5=99999999999", "timestamp")]
    [InlineData("BAR:\"SYMBOL\"=\"\"", "stock_symbol")]
    [InlineData("BAR:\"volume\":100=\"volume\":1,\"data_type\":\"weather\"", "data_type")]
    [InlineData("[]", "body")]
    [InlineData("[1,2]", "[0].record")]
    public async Task Post_NothingGood_Is400WithTheFieldAndPublishesNothing(string body, string field)
    {
        string symbol = fixture.NewSymbol();
        if (body.StartsWith("BAR:", StringComparison.Ordinal))
        {
            string[] change = body[4..].Split('=');
            body = Bar.Replace(change[0], change[1], StringComparison.Ordinal);
        }

        using HttpResponseMessage response = await fixture.Producer.PostAsync(body.Replace("SYMBOL", symbol, StringComparison.Ordinal), CancellationToken.None);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        problem.RootElement.GetProperty("errors").TryGetProperty(field, out _).Should().BeTrue(problem.RootElement.GetRawText());
        await ShouldHaveNoPointAsync(symbol);
    }

    [Fact]
    public async Task Post_WrongContentType_Is415()
    {
        using var content = new StringContent("a,b,c", Encoding.UTF8, new MediaTypeHeaderValue("text/csv"));
        using HttpResponseMessage response = await fixture.Producer.PostAsync(content, CancellationToken.None);

        response.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Post_MillionElements_Is413()
    {
        string body = "[" + string.Join(',', Enumerable.Repeat("{}", 1_000_000)) + "]";
        using HttpResponseMessage response = await fixture.Producer.PostAsync(body, CancellationToken.None);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Post_HundredMegabytes_Is413(bool chunked)
    {
        using var body = new MemoryStream(new byte[100 * 1024 * 1024]);
        using var content = new StreamContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (chunked) content.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(fixture.System.Gateway, "/ingest")) { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        // The answer comes before the body is through: a client that asks first (100-continue) sees it for certain.
        request.Headers.ExpectContinue = true;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(5) });
        using HttpResponseMessage response = await http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    private async Task ShouldHaveNoPointAsync(string symbol)
    {
        // A good bar sent afterwards has passed every stage once its point is there; had the bad one been published, it would be before it.
        using HttpResponseMessage sent = await fixture.Producer.PostAsync(Bar.Replace("SYMBOL", symbol, StringComparison.Ordinal), CancellationToken.None);
        sent.StatusCode.Should().Be(HttpStatusCode.OK);
        (await fixture.Producer.PointsAsync(symbol, 1, Limit)).Should().ContainSingle();
        (await fixture.Producer.LastNAsync(symbol, CancellationToken.None)).Should().Be(1);
    }
}
