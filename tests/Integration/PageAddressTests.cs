using System.Net;
using DaprTrading.Tests.Testing;

namespace DaprTrading.Tests.Integration;

/// <summary>The dashboard's page answers people's addresses, and only those.</summary>
[Collection(SharedSystem.Name)]
public sealed class PageAddressTests(SystemFixture fixture)
{
    [Theory]
    [InlineData("/dapr/config")]
    [InlineData("/dapr/anything/else")]
    public async Task Page_SidecarsQuestion_Answers404(string path)
    {
        using var http = new HttpClient();

        using HttpResponseMessage response = await http.GetAsync(new Uri(fixture.System.Dashboard, path));

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        response.Content.Headers.ContentType?.MediaType.Should().NotBe("text/html");
    }

    [Fact]
    public async Task Page_AddressInsideTheDashboard_AnswersThePage()
    {
        using var http = new HttpClient();

        using HttpResponseMessage response = await http.GetAsync(new Uri(fixture.System.Dashboard, "/signals"));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType?.MediaType.Should().Be("text/html");
    }
}
