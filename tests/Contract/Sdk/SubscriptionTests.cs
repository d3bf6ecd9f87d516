using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class SubscriptionTests
{
    private static readonly Delegate _nothing = () => Results.Ok();

    [Fact]
    public Task B24_NoTopics_IsAnEmptyList() => Subscribe(_ => { }, "[]");

    [Fact]
    public Task B24_PlainTopic_HasARouteWithoutLeadingSlash() => Subscribe(
        app => app.MapPost("/orders/in", _nothing).WithTopic("bus", "orders"),
        """[{"topic":"orders","pubsubName":"bus","route":"orders/in"}]""");

    [Fact]
    public Task B24_SeveralTopics_AreSortedByPubsubThenTopic() => Subscribe(app =>
    {
        app.MapPost("/x", _nothing).WithTopic("bus", "z").WithTopic("bus", "a");
        app.MapGroup("/group").MapPost("/y", _nothing).WithTopic("broadcast", "m");
    }, """
        [{"topic":"m","pubsubName":"broadcast","route":"group/y"},
        {"topic":"a","pubsubName":"bus","route":"x"},{"topic":"z","pubsubName":"bus","route":"x"}]
        """);

    [Fact]
    public Task B24_MatchRules_AreOrderedByPriority() => Subscribe(app =>
    {
        app.MapPost("/late", _nothing).WithTopic(new TopicOptions { PubsubName = "bus", Name = "t", Match = "event.type == 'b'", Priority = 2 });
        app.MapPost("/early", _nothing).WithTopic(new TopicOptions { PubsubName = "bus", Name = "t", Match = "true", Priority = 1 });
        app.MapPost("/rest", _nothing).WithTopic("bus", "t");
    }, """
        [{"topic":"t","pubsubName":"bus","routes":{"rules":[{"match":"true","path":"early"},{"match":"event.type == \u0027b\u0027","path":"late"}],"default":"rest"}}]
        """);

    [Fact]
    public Task B24_DeadLetterRawPayloadAndMetadata_AreListed() => Subscribe(app => app.MapPost("/x", _nothing).WithTopic(new TopicOptions
    {
        PubsubName = "bus",
        Name = "t",
        DeadLetterTopic = "dead",
        EnableRawPayload = true,
        Metadata = new Dictionary<string, string> { ["queueName"] = "q" },
    }), """[{"topic":"t","pubsubName":"bus","route":"x","metadata":{"queueName":"q","rawPayload":"true"},"deadLetterTopic":"dead"}]""");

    [Fact]
    public Task B24_BulkOnOneOfTwoTopics_ConcernsOnlyThatOne() => Subscribe(
        app => app.MapPost("/x", _nothing).WithTopic("bus", "bars").WithTopic("bus", "slow")
            .WithBulkSubscribe(new BulkSubscribeTopicOptions { TopicName = "bars", MaxMessagesCount = 50, MaxAwaitDurationMs = 40 }), """
        [{"topic":"bars","pubsubName":"bus","route":"x","bulkSubscribe":{"enabled":true,"maxMessagesCount":50,"maxAwaitDurationMs":40}},
        {"topic":"slow","pubsubName":"bus","route":"x"}]
        """);

    [Fact]
    public Task B24_Attributes_CountToo_WithOwnedMetadata() => Subscribe(
        app => app.MapPost("/x", [Topic("bus", "a", ["mine"]), Topic("bus", "b"), TopicMetadata("mine", "k", "1"), TopicMetadata("mine", "k", "2"), TopicMetadata("all", "x"),
            BulkSubscribe("b")] () => Results.Ok()), """
        [{"topic":"a","pubsubName":"bus","route":"x","metadata":{"k":"1,2","all":"x"}},
        {"topic":"b","pubsubName":"bus","route":"x","metadata":{"all":"x"},"bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":1000}}]
        """);

    [Fact]
    public async Task B24_RawPayloadForAll_IsOnEveryTopic()
    {
        await using FakeApp app = await FakeApp.StartAsync(app =>
        {
            app.MapSubscribeHandler(new SubscribeOptions { EnableRawPayload = true });
            app.MapPost("/x", _nothing).WithTopic("bus", "t");
        });

        (await app.SendAsync(HttpMethod.Get, "/dapr/subscribe")).Body.Should().Contain("\"rawPayload\":\"true\"");
    }

    [Fact]
    public async Task B24_RouteWithParameter_IsRefusedWhenAsked()
    {
        await using FakeApp app = await FakeApp.StartAsync(app =>
        {
            app.MapSubscribeHandler();
            app.MapPost("/x/{id}", (string id) => id).WithTopic("bus", "t");
        });

        (await app.SendAsync(HttpMethod.Get, "/dapr/subscribe")).Status.Should().Be(500);
    }

    [Fact]
    public async Task B24_BulkWithoutTopicName_ThrowsArgument()
    {
        await using FakeApp app = await FakeApp.StartAsync(app => app.MapPost("/x", _nothing)
            .Invoking(endpoint => endpoint.WithBulkSubscribe(new BulkSubscribeTopicOptions())).Should().Throw<ArgumentException>());
    }

    [Fact]
    public async Task B25_BulkHandler_SeesEntriesAndAnswersPerEntry()
    {
        await using FakeApp app = await FakeApp.StartAsync(app =>
        {
            app.UseCloudEvents();
            app.MapPost("/bars", (BulkSubscribeMessage<BulkMessageModel<Order>> batch) => new BulkSubscribeAppResponse(
            [
                .. batch.Entries.Select(entry => new BulkSubscribeAppResponseEntry(entry.EntryId, (BulkSubscribeAppResponseStatus)entry.Event.Data.OrderId)),
            ])).WithTopic("bus", "bars").WithBulkSubscribe(new BulkSubscribeTopicOptions { TopicName = "bars" });
        });
        const string batch = """
            {"entries":[{"entryId":"a","event":{"specversion":"1.0","id":"1","data":{"orderId":0}},"metadata":null,"contentType":"application/cloudevents+json"},
              {"entryId":"b","event":{"data":{"orderId":1}}},{"entryId":"c","event":{"data":{"orderId":2}}}],
             "id":"x","metadata":{"pubsubName":"bus"},"pubsubname":"bus","topic":"bars","type":"com.dapr.event.sent.bulk"}
            """;

        (await app.SendAsync(HttpMethod.Post, "/bars", batch)).Body.Should()
            .Be("""{"statuses":[{"entryId":"a","status":"SUCCESS"},{"entryId":"b","status":"RETRY"},{"entryId":"c","status":"DROP"}]}""");
    }

    [Theory, InlineData("secret", 200), InlineData("wrong", 401), InlineData(null, 401)]
    public async Task AppToken_LetsOnlyTheSidecarIn(string? token, int status)
    {
        await using FakeApp app = await FakeApp.StartAsync(builder =>
        {
            builder.Configuration["APP_API_TOKEN"] = "secret";
            builder.Services.AddAuthentication().AddDapr();
            builder.Services.AddAuthorization(options => options.AddDapr());
        }, app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/", (HttpContext context) => context.User.Identity!.Name).RequireAuthorization("Dapr");
        });
        if (token is not null)
        {
            app.Http.DefaultRequestHeaders.Add("dapr-api-token", token);
        }

        (int actual, string body, _) = await app.SendAsync(HttpMethod.Get, "/");

        actual.Should().Be(status);
        body.Should().Be(status == 200 ? "Dapr" : "");
    }

    private static async Task Subscribe(Action<WebApplication> map, string expected)
    {
        await using FakeApp app = await FakeApp.StartAsync(app =>
        {
            app.MapSubscribeHandler();
            map(app);
        });

        (int status, string body, _) = await app.SendAsync(HttpMethod.Get, "/dapr/subscribe");

        status.Should().Be(200);
        body.Should().Be(expected.ReplaceLineEndings(""));
    }
}
