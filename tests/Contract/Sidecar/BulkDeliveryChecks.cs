using System.Text.Json;
using DaprTrading.Tests.Contract.Sidecar.Fakes;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class BulkDeliveryChecks
{
    private const string Bulk = """[{"pubsubname":"bus","topic":"t","route":"/t","deadLetterTopic":"dead","bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":150}}]""";

    [Fact]
    public async Task Check060_QueuedEvents_ComeInOneRequest()
    {
        await using World world = await World.StartAsync(Answering(Bulk, "SUCCESS", "SUCCESS", "SUCCESS"), Queue(3));
        await Eventually.True(() => world.Bus.Acked == 3);
        Seen call = world.App.Calls.Should().ContainSingle().Subject;
        call.Headers["Content-Type"].Should().Be("application/json");
        call.Headers["Pubsubname"].Should().Be("bus");
        JsonElement body = call.Body.Json();
        body.Text("type").Should().Be("com.dapr.event.sent.bulk");
        body.Text("topic").Should().Be("t");
        body.Text("pubsubname").Should().Be("bus");
        Guid.TryParse(body.Text("id"), out _).Should().BeTrue();
        body.GetProperty("metadata").Text("pubsubName").Should().Be("bus");
        JsonElement[] entries = [.. body.GetProperty("entries").EnumerateArray()];
        entries.Select(e => e.Text("entryId")).Should().OnlyHaveUniqueItems().And.HaveCount(3);
        entries.Select(e => e.GetProperty("event").GetProperty("data").GetInt32()).Should().BeEquivalentTo([0, 1, 2]);
        entries.Should().OnlyContain(e => e.Text("contentType") == "application/cloudevents+json");
        world.Sidecar.Statistics.Delivered.Should().Be(3);
    }

    [Fact]
    public async Task FullBatch_GoesBeforeItsWindowEnds()
    {
        string subscriptions = Bulk.Replace("100,", "2,").Replace("150", "600000");
        await using World world = await World.StartAsync(Answering(subscriptions, "SUCCESS", "SUCCESS"), Queue(4));
        await Eventually.True(() => world.Bus.Acked == 4);
        world.App.Calls.Should().HaveCount(2);
    }

    [Fact]
    public async Task Check061_RetryAndMissingStatus_AreTheSecondRequest()
    {
        await using World world = await World.StartAsync(Answering(Bulk, "SUCCESS", "RETRY", null), w =>
        {
            Queue(3)(w);
            w.Policies.Inbound = DeliveryChecks.Retry(1);
        });
        await Eventually.True(() => world.App.Calls.Count == 2);
        string[] first = Ids(world.App.Calls[0]);
        Ids(world.App.Calls[1]).Should().Equal(first[1], first[2]);
        await Eventually.True(() => world.Bus.Acked == 3);
        world.Bus.Texts("dead").Should().ContainSingle("only the last entry is not answered again");
        world.Sidecar.Statistics.Retries.Should().Be(2);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "no json")]
    [InlineData(500, "")]
    public async Task Check062_EmptyAnswerOrError_FailsAllEntries(int status, string body)
    {
        await using World world = await World.StartAsync(
            app =>
            {
                app.Subscriptions = Bulk.Replace("\"deadLetterTopic\":\"dead\",", "");
                app.Always(status, body);
            },
            Queue(2));
        await Eventually.True(() => world.Bus.Failed == 2);
        world.App.Calls.Should().ContainSingle();
        world.Bus.Acked.Should().Be(0);
    }

    [Fact]
    public async Task NotFound_DropsAllWithoutDeadLetter()
    {
        await using World world = await World.StartAsync(
            app =>
            {
                app.Subscriptions = Bulk;
                app.Always(404);
            },
            Queue(2));
        await Eventually.True(() => world.Bus.Acked == 2);
        world.Bus.Texts("dead").Should().BeEmpty();
    }

    [Fact]
    public async Task Drop_IsDeadLettered()
    {
        await using World world = await World.StartAsync(Answering(Bulk, "DROP", "SUCCESS"), Queue(2));
        await Eventually.True(() => world.Bus.Acked == 2);
        string[] dropped = [.. world.App.Calls.Select(call => call.Body.Json().GetProperty("entries")[0].GetProperty("event").Text("id"))];
        world.Bus.Texts("dead").Select(text => text.Json().Text("id")).Should().BeEquivalentTo(dropped, "the first entry of a batch was given up, whichever came first");
    }

    [Fact]
    public async Task Check063_RawSubscription_GetsBase64Text()
    {
        string subscriptions = Bulk.Replace("\"deadLetterTopic\":\"dead\"", "\"metadata\":{\"rawPayload\":\"true\"}");
        await using World world = await World.StartAsync(
            Answering(subscriptions, "SUCCESS"), w => w.Bus.Seed("t", [1, 2, 3]));
        await Eventually.True(() => world.Bus.Acked == 1);
        JsonElement entry = world.App.Calls.Single().Body.Json().GetProperty("entries")[0];
        entry.Text("event").Should().Be("AQID");
        entry.Text("contentType").Should().Be("application/octet-stream");
    }

    [Fact]
    public async Task Rules_SplitABatchByPath()
    {
        string subscriptions = Bulk.Replace("\"route\":\"/t\"", """ "routes":{"rules":[{"match":"event.data > 0","path":"/big"}],"default":"/small"} """);
        await using World world = await World.StartAsync(Answering(subscriptions, "SUCCESS", "SUCCESS"), Queue(3));
        await Eventually.True(() => world.Bus.Acked == 3);
        world.App.Calls.ToDictionary(call => call.Path, call => Ids(call).Length).Should().Equal(new Dictionary<string, int> { ["/small"] = 1, ["/big"] = 2 });
    }

    [Fact]
    public async Task SlowCall_DoesNotHoldUpTheNextBatch()
    {
        var release = new TaskCompletionSource();
        await using World world = await World.StartAsync(
            app =>
            {
                app.Subscriptions = Bulk.Replace("100,", "1,");
                app.Answer = async (http, seen) =>
                {
                    if (seen.Body.Contains("\"data\":0")) await release.Task;
                    await http.Response.WriteAsync(Statuses(seen, "SUCCESS"));
                };
            },
            Queue(3));
        await Eventually.True(() => world.Bus.Acked == 2);
        release.SetResult();
        await Eventually.True(() => world.Bus.Acked == 3);
    }

    /// <summary>The answer that says all entries of a request were handled.</summary>
    internal static string Succeeded(Seen seen) => Statuses(seen, [.. Ids(seen).Select(_ => "SUCCESS")]);

    private static Action<World> Queue(int count) => world =>
    {
        for (int i = 0; i < count; i++)
        {
            byte[] data = System.Text.Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"{{i}}","data":{{i}}}""");
            world.Bus.Seed("t", data);
        }
    };

    private static Action<ScriptedApp> Answering(string subscriptions, params string?[] statuses) => app =>
    {
        app.Subscriptions = subscriptions;
        app.Answer = (http, seen) => http.Response.WriteAsync(Statuses(seen, statuses));
    };

    private static string Statuses(Seen seen, params string?[] statuses) => "{\"statuses\":[" + string.Join(',', Ids(seen)
        .Zip(statuses, (id, status) => status is null ? null : $$"""{"entryId":"{{id}}","status":"{{status}}"}""").Where(s => s is not null)) + "]}";

    private static string[] Ids(Seen seen) => [.. seen.Body.Json().GetProperty("entries").EnumerateArray().Select(e => e.Text("entryId"))];
}
