using System.Net;
using System.Net.Http.Json;
using Dapr.Client;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class InvocationTests
{
    [Fact]
    public async Task B20_Request_IsRewrittenWithVerbQueryBodyAndHeaders()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, "{}"));
        using DaprClient dapr = sidecar.Client(builder => builder.UseDaprApiToken("secret"));
        using HttpClient client = dapr.CreateInvokableHttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Patch, "http://ingestion/ingest/a%20b?x=1&y=%2F") { Content = JsonContent.Create(new Order(1, "tea")) };
        request.Headers.Add("X-Mine", "yes");

        using HttpResponseMessage response = await client.SendAsync(request);

        sidecar.Single.Should().Match<FakeCall>(call => call.Method == "PATCH"
            && call.Target == "/v1.0/invoke/ingestion/method/ingest/a%20b?x=1&y=%2F"
            && call.Body == """{"orderId":1,"productName":"tea"}""" && call.Header("X-Mine") == "yes" && call.Header("dapr-api-token") == "secret");
    }

    [Fact]
    public async Task B20_Request_IsPutBackAfterwards()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200));
        using DaprClient dapr = sidecar.Client(builder => builder.UseDaprApiToken("secret"));
        using HttpClient client = dapr.CreateInvokableHttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://app/x");

        using HttpResponseMessage response = await client.SendAsync(request);

        request.RequestUri.Should().Be(new Uri("http://app/x"));
        request.Headers.Contains("dapr-api-token").Should().BeFalse();
    }

    [Fact]
    public async Task B20_RelativeAddress_GoesToTheClientsApp_WithItsCapitals()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200));
        using DaprClient dapr = sidecar.Client();
        using HttpClient client = dapr.CreateInvokableHttpClient("MyApp");

        await client.GetAsync(new Uri("/status", UriKind.Relative));

        sidecar.Single.Target.Should().Be("/v1.0/invoke/MyApp/method/status");
    }

    [Theory, InlineData(404), InlineData(409), InlineData(429), InlineData(500), InlineData(302)]
    public async Task B20_StatusAndBodyOfTheCallee_ArriveUnchanged(int status)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(status, """{"title":"mine"}"""));
        using DaprClient dapr = sidecar.Client();
        using HttpClient client = dapr.CreateInvokableHttpClient("app");

        using HttpResponseMessage response = await client.GetAsync(new Uri("/x", UriKind.Relative));

        response.StatusCode.Should().Be((HttpStatusCode)status);
        (await response.Content.ReadAsStringAsync()).Should().Be("""{"title":"mine"}""");
    }

    [Fact]
    public async Task B20_Unreachable_ThrowsHttpRequestException()
    {
        FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient dapr = sidecar.Client();
        using HttpClient client = dapr.CreateInvokableHttpClient("app");
        await sidecar.DisposeAsync();

        await client.Invoking(c => c.GetAsync(new Uri("/x", UriKind.Relative))).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public void B20_AppIdNoHostName_ThrowsArgument()
    {
        using DaprClient dapr = new DaprClientBuilder().Build();

        dapr.Invoking(client => client.CreateInvokableHttpClient("not a host")).Should().Throw<ArgumentException>().WithParameterName("appId");
    }

    [Fact]
    public async Task B20_Handler_WorksWithOtherClients_AndRefusesBadEndpoints()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200));
        using var handler = new InvocationHandler { InnerHandler = new HttpClientHandler(), DaprEndpoint = sidecar.Endpoint };
        using var client = new HttpClient(handler);

        await client.GetAsync(new Uri("http://app/x"));

        sidecar.Single.Target.Should().Be("/v1.0/invoke/app/method/x");
        handler.Invoking(h => h.DaprEndpoint = "ftp://x").Should().Throw<ArgumentException>();
        handler.Invoking(h => h.DaprEndpoint = null!).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public async Task B20_DisposingAClient_LeavesOthersWorking()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient dapr = sidecar.Client();
        dapr.CreateInvokableHttpClient("app").Dispose();
        sidecar.Client().Dispose();

        await dapr.PublishEventAsync("bus", "orders", 1);

        sidecar.Calls.Should().HaveCount(1);
    }
}
