using System.Text;
using Dapr;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class CloudEventsTests
{
    private const string CloudEvent = "application/cloudevents+json";

    [Theory]
    [InlineData("""{"data":{"n":1},"datacontenttype":"application/json"}""", "{\"n\":1}", "application/json")]
    [InlineData("""{"data":[1,2]}""", "[1,2]", "application/json")]
    [InlineData("""{"data":{"n":1},"datacontenttype":"application/vnd.x+json; charset=utf-16"}""", "{\"n\":1}", "application/vnd.x+json")]
    [InlineData("""{"data":"tea","datacontenttype":"application/json"}""", "\"tea\"", "application/json")]
    [InlineData("""{"data":"tea \u00e9","datacontenttype":"text/plain"}""", "tea é", "text/plain")]
    [InlineData("""{"data":5,"datacontenttype":"text/plain"}""", "5", "text/plain")]
    [InlineData("""{"data_base64":"dGVh","datacontenttype":"application/octet-stream"}""", "tea", "application/octet-stream")]
    [InlineData("""{"Data":{"n":1},"DataContentType":"application/json"}""", "{\"n\":1}", "application/json")]
    [InlineData("""{"data":null}""", "null", "application/json")]
    [InlineData("""{"id":"1"}""", "", "none")]
    public async Task B23_Envelope_IsTakenOff(string envelope, string body, string contentType)
    {
        await using FakeApp app = await EchoAsync();

        (await app.SendAsync(HttpMethod.Post, "/echo", envelope, CloudEvent)).Body.Should().Be($"{contentType}|{body}");
    }

    [Theory]
    [InlineData("""{"data":1,"data_base64":"dGVh"}""")]
    [InlineData("""{"data_base64":"not base64!"}""")]
    [InlineData("[1]")]
    [InlineData("{")]
    public async Task B23_BrokenEnvelope_Is400(string envelope)
    {
        await using FakeApp app = await EchoAsync();

        (await app.SendAsync(HttpMethod.Post, "/echo", envelope, CloudEvent)).Status.Should().Be(400);
    }

    [Fact]
    public async Task B23_OtherContentTypes_AreLeftAlone()
    {
        await using FakeApp app = await EchoAsync();

        (await app.SendAsync(HttpMethod.Post, "/echo", """{"data":1}""")).Body.Should().Be("""application/json|{"data":1}""");
    }

    [Fact]
    public async Task B23_Charset_OfTheEnvelopeIsHonoured()
    {
        await using FakeApp app = await EchoAsync();
        using var content = new ByteArrayContent(Encoding.Unicode.GetBytes("""{"data":"é","datacontenttype":"text/plain"}"""));
        content.Headers.TryAddWithoutValidation("Content-Type", CloudEvent + "; charset=utf-16");

        using HttpResponseMessage response = await app.Http.PostAsync(new Uri("/echo", UriKind.Relative), content);

        (await response.Content.ReadAsStringAsync()).Should().Be("text/plain|é");
    }

    [Fact]
    public async Task B23_SuppressedDecoding_KeepsTheQuotes()
    {
        await using FakeApp app = await EchoAsync(new CloudEventsMiddlewareOptions { SuppressJsonDecodingOfTextPayloads = true });

        (await app.SendAsync(HttpMethod.Post, "/echo", """{"data":"tea","datacontenttype":"text/plain"}""", CloudEvent)).Body.Should().Be("text/plain|\"tea\"");
    }

    [Fact]
    public async Task B23_BodyAndContentType_ArePutBack()
    {
        string? after = null;
        await using FakeApp app = await FakeApp.StartAsync(app =>
        {
            app.Use(async (context, next) =>
            {
                Stream body = context.Request.Body;
                await next(context);
                after = $"{context.Request.ContentType}|{ReferenceEquals(body, context.Request.Body)}";
            });
            app.UseCloudEvents();
            app.Run(context => context.Response.WriteAsync(context.Request.ContentType!));
        });

        (await app.SendAsync(HttpMethod.Post, "/", """{"data":1}""", CloudEvent)).Body.Should().Be("application/json");
        after.Should().Be(CloudEvent + "|True");
    }

    [Theory]
    [InlineData(null, null, "id,source,type")]
    [InlineData("id,data", "id", "id")]
    [InlineData(null, "id", "source,type")]
    public async Task B23_Attributes_BecomeHeadersWhenAsked(string? included, string? excluded, string forwarded)
    {
        var options = new CloudEventsMiddlewareOptions { ForwardCloudEventPropertiesAsHeaders = true };
        options.IncludedCloudEventPropertiesAsHeaders = included?.Split(',')!;
        options.ExcludedCloudEventPropertiesFromHeaders = excluded?.Split(',')!;
        await using FakeApp app = await FakeApp.StartAsync(app =>
        {
            app.UseCloudEvents(options);
            app.Run(context => context.Response.WriteAsync(string.Join(',', context.Request.Headers.Keys
                .Where(key => key.StartsWith("Cloudevent.", StringComparison.Ordinal)).Select(key => key["Cloudevent.".Length..]).Order())));
        });

        const string envelope = """{"id":"1","Source":"me","type":"t","data":1,"datacontenttype":"application/json","pubsubname":"p","traceparent":"x"}""";
        (await app.SendAsync(HttpMethod.Post, "/", envelope, CloudEvent)).Body.Should().Be(forwarded);
    }

    private static Task<FakeApp> EchoAsync(CloudEventsMiddlewareOptions? options = null) => FakeApp.StartAsync(app =>
    {
        app.UseCloudEvents(options ?? new CloudEventsMiddlewareOptions());
        app.Map("/echo", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"{context.Request.ContentType ?? "none"}|{await reader.ReadToEndAsync()}");
        });
    });
}
