using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Sidecar.Fakes;
using DaprTrading.Tests.Contract.Testing;
using Microsoft.AspNetCore.Http;
using Eventually = DaprTrading.Tests.Contract.Components.Support.Eventually;

namespace DaprTrading.Tests.Contract.Sidecar;

/// <summary>What was neither handled nor dead-lettered comes again: nothing else may acknowledge it.</summary>
public sealed class PostponedDeliveryChecks(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Bulk = ",\"bulkSubscribe\":{\"enabled\":true,\"maxMessagesCount\":100,\"maxAwaitDurationMs\":1500}";
    private const string QuickBulk = ",\"bulkSubscribe\":{\"enabled\":true,\"maxAwaitDurationMs\":20}";
    private readonly string _topic = $"t-{Guid.NewGuid():N}";

    private string Dead => _topic + "-dead";

    [Fact]
    public async Task BulkDelivery_OverTheTimeLimitOfItsFirstEntry_BringsAllEntriesAgain()
    {
        await using ComponentRegistry registry = await StartAsync("2s");
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        var handled = new ConcurrentBag<string>();
        int hung = 0;
        await using World world = await StartAsync(bus, Bulk, deadLetters: false, async (http, seen) =>
        {
            if (Interlocked.Increment(ref hung) == 1) await Task.Delay(Timeout.Infinite, http.RequestAborted);
            foreach (string id in new[] { "first", "second" }.Where(id => seen.Body.Contains($"\"{id}\"", StringComparison.Ordinal))) handled.Add(id);
            await http.Response.WriteAsync(BulkDeliveryChecks.Succeeded(seen));
        });

        await bus.PublishAsync(Event("first"), default);
        await Eventually.TrueAsync(async () => await IdleAsync() > 600, "the first entry to have used some of its time");
        await bus.PublishAsync(Event("second"), default);

        await Eventually.TrueAsync(() => handled.Distinct().Count() == 2, "both handled", 30);
        await NothingPendingAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData(QuickBulk)]
    public async Task DeadLetterTopic_ThatDoesNotTakeIt_BringsTheEventAgain(string bulk)
    {
        await using ComponentRegistry registry = await StartAsync("500ms");
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await redis.Server.ExecuteAsync("SET", Dead, "no stream");
        int calls = 0;
        await using World world = await StartAsync(bus, bulk, deadLetters: true, (http, _) =>
        {
            Interlocked.Increment(ref calls);
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        });

        await bus.PublishAsync(Event("stubborn"), default);
        await Eventually.TrueAsync(() => Volatile.Read(ref calls) >= 2, "a second delivery", 30);
        await redis.Server.ExecuteAsync("DEL", Dead);

        await Eventually.TrueAsync(async () => await redis.Server.ExecuteAsync("XLEN", Dead) is 1L, "the dead letter", 30);
        await NothingPendingAsync();
    }

    [Fact]
    public async Task DeadLetterTopic_ThatIsNotAllowed_BringsTheEventAgain()
    {
        await using ComponentRegistry registry = await StartAsync("500ms", ("publishingScopes", "web="));
        int calls = 0;
        await using World world = await StartAsync(registry.FindPubSub("web", "bus")!, "", deadLetters: true, (http, _) =>
        {
            if (Interlocked.Increment(ref calls) == 1) http.Response.StatusCode = 500;
            return Task.CompletedTask;
        });

        await registry.FindPubSub("web", "bus")!.PublishAsync(Event("x"), default);

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 2, "a second delivery", 30);
        await NothingPendingAsync();
    }

    private Task<World> StartAsync(IPubSub bus, string bulk, bool deadLetters, Func<HttpContext, Seen, Task> answer)
    {
        string dead = deadLetters ? $",\"deadLetterTopic\":\"{Dead}\"" : "";
        return World.StartAsync(
            app =>
            {
                app.Subscriptions = $$"""[{"pubsubname":"bus","topic":"{{_topic}}","route":"/t"{{dead}}{{bulk}}}]""";
                app.Answer = answer;
            },
            world => world.Registry = new FakeRegistry(bus, world.Store));
    }

    private Task<ComponentRegistry> StartAsync(string processingTimeout, params (string Name, string Value)[] metadata) => TestComponents.StartAsync(
        TimeProvider.System,
        TestComponents.Resource(
            "bus", "pubsub.redis",
            [("redisHost", redis.Server.Host), ("processingTimeout", processingTimeout), ("redeliverInterval", "50ms"), .. metadata]));

    private PubSubMessage Event(string id) =>
        new(_topic, Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"{{id}}","data":0}"""), EmptyMetadata.Value);

    private Task NothingPendingAsync() => Eventually.TrueAsync(
        async () => ((List<object?>)(await redis.Server.ExecuteAsync("XPENDING", _topic, "web"))!)[0] is 0L, "no pending entries");

    private async Task<long> IdleAsync()
    {
        var pending = (List<object?>)(await redis.Server.ExecuteAsync("XPENDING", _topic, "web", "-", "+", "1"))!;
        return pending.Count == 0 ? 0 : Convert.ToInt64(((List<object?>)pending[0]!)[2], CultureInfo.InvariantCulture);
    }
}
