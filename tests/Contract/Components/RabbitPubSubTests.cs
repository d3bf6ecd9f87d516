using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DaprTrading.Tests.Contract.Components;

public sealed class RabbitPubSubTests(RabbitFixture rabbit) : IClassFixture<RabbitFixture>
{
    private static readonly (string, string)[] Kept = [("deletedWhenUnused", "false"), ("publisherConfirm", "true"), ("deliveryMode", "2")];

    private readonly string _topic = $"t{Guid.NewGuid():N}";

    private RabbitServer Server => rabbit.Server;

    private string Queue => $"web-{_topic}";

    [Fact]
    public async Task Subscribe_AndPublish_LayOutExchangeQueueAndMessageAsDaprDoes()
    {
        await using ComponentRegistry registry = await StartAsync(Kept);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await (await bus.SubscribeAsync(TestComponents.To(_topic, "web"), new Inbox().HandleAsync, default)).DisposeAsync();

        await bus.PublishAsync(TestComponents.Message(_topic, """{"a":"ü"}"""), default);
        await bus.PublishAsync(TestComponents.Message(_topic, "raw", ("ttlInSeconds", "60"), ("contentType", "application/json"), ("messageId", "m1"), ("priority", "3")), default);

        await using IConnection connection = await Server.ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(_topic, "fanout", durable: true, autoDelete: false);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "classic" });
        BasicGetResult plain = (await channel.BasicGetAsync(Queue, autoAck: true))!;
        Encoding.UTF8.GetString(plain.Body.Span).Should().Be("""{"a":"ü"}""");
        plain.BasicProperties.ContentType.Should().Be("text/plain");
        plain.BasicProperties.DeliveryMode.Should().Be(DeliveryModes.Persistent);
        plain.BasicProperties.Headers.Should().BeNullOrEmpty();
        BasicGetResult raw = (await channel.BasicGetAsync(Queue, autoAck: true))!;
        raw.BasicProperties.Expiration.Should().Be("60000");
        raw.BasicProperties.ContentType.Should().Be("application/json");
        raw.BasicProperties.MessageId.Should().Be("m1");
        raw.BasicProperties.Priority.Should().Be(3);
    }

    [Fact]
    public async Task Subscribe_ForeignPublisher_IsHeardWithItsProperties()
    {
        await using ComponentRegistry registry = await StartAsync([.. Kept, ("publishMessagePropertiesToMetadata", "true")]);
        var inbox = new Inbox();
        await using IAsyncDisposable subscription = await registry.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);

        await using IConnection connection = await Server.ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync(_topic, "", mandatory: false, new BasicProperties { MessageId = "m7" }, "hello"u8.ToArray());

        await inbox.HasAsync(1);
        inbox.Texts.Should().Equal("hello");
        inbox.Messages[0].Metadata.Should().ContainKey("messageid").WhoseValue.Should().Be("m7");
    }

    [Fact]
    public async Task Subscribe_TwoReadersOfOneConsumerAndAnother_CompeteWithinTheConsumerOnly()
    {
        Inbox first = new(), second = new(), other = new();
        await using ComponentRegistry one = await StartAsync([.. Kept, ("prefetchCount", "1")]);
        await using ComponentRegistry two = await StartAsync([.. Kept, ("prefetchCount", "1")]);
        await using IAsyncDisposable a = await one.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), first.HandleAsync, default);
        await using IAsyncDisposable b = await two.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), second.HandleAsync, default);
        await using IAsyncDisposable c = await one.FindPubSub("api", "bus")!.SubscribeAsync(TestComponents.To(_topic, "api"), other.HandleAsync, default);

        PubSubMessage[] batch = [.. Enumerable.Range(0, 200).Select(i => TestComponents.Message(_topic, $"{i}"))];
        (await one.FindPubSub("web", "bus")!.BulkPublishAsync(batch, default)).Should().BeNull();

        await other.HasAsync(200);
        await Eventually.TrueAsync(() => first.Count + second.Count >= 200, "all delivered");
        first.Texts.Concat(second.Texts).Should().OnlyHaveUniqueItems().And.HaveCount(200);
        first.Count.Should().BePositive();
        second.Count.Should().BePositive();
    }

    [Theory]
    [InlineData("true", 3)]
    [InlineData("false", 1)]
    public async Task Handler_Failing_RequeuesOrDiscards(string requeue, int expected)
    {
        await using ComponentRegistry registry = await StartAsync([.. Kept, ("requeueInFailure", requeue)]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        int calls = 0;
        var last = new Inbox();
        IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), (message, token) =>
        {
            if (message.Text() == "last") return last.HandleAsync(message, token);
            return Interlocked.Increment(ref calls) < 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        }, default);

        await bus.PublishAsync(TestComponents.Message(_topic, "x"), default);
        await Eventually.TrueAsync(() => Volatile.Read(ref calls) >= expected, $"{expected} calls");
        await bus.PublishAsync(TestComponents.Message(_topic, "last"), default);
        await last.HasAsync(1);
        await subscription.DisposeAsync();

        calls.Should().Be(expected);
        (await WaitingAsync(Queue)).Should().Be(0);
    }

    [Fact]
    public async Task Handler_ThatPostpones_GetsTheMessageAgain()
    {
        await using ComponentRegistry registry = await StartAsync([.. Kept, ("requeueInFailure", "false")]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        int calls = 0;
        IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), (_, _) =>
            Interlocked.Increment(ref calls) == 1 ? throw new DeliveryPostponedException("not now") : Task.CompletedTask, default);

        await bus.PublishAsync(TestComponents.Message(_topic, "x"), default);

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 2, "a second delivery");
        await subscription.DisposeAsync();
        (await WaitingAsync(Queue)).Should().Be(0);
    }

    [Fact]
    public async Task Handler_FailingWithDeadLetters_SendsThemThere()
    {
        await using ComponentRegistry registry = await StartAsync([.. Kept, ("enableDeadLetter", "true")]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await using IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), (_, _) => throw new InvalidOperationException("no"), default);

        await bus.PublishAsync(TestComponents.Message(_topic, "x"), default);

        await Eventually.TrueAsync(async () => await WaitingAsync($"dlq-{Queue}") == 1, "the dead letter");
    }

    [Fact]
    public async Task Dispose_Subscription_WaitsForTheHandlerAndLeavesTheRestInTheQueue()
    {
        await using ComponentRegistry registry = await StartAsync([.. Kept, ("concurrencyMode", "single")]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        int handled = 0;
        IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), async (_, _) =>
        {
            entered.TrySetResult();
            await release.Task;
            Interlocked.Increment(ref handled);
        }, default);
        for (int i = 0; i < 3; i++) await bus.PublishAsync(TestComponents.Message(_topic, $"{i}"), default);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));

        Task stopping = subscription.DisposeAsync().AsTask();
        stopping.IsCompleted.Should().BeFalse("a handler runs");
        release.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10));

        handled.Should().Be(1);
        await Eventually.TrueAsync(async () => await WaitingAsync(Queue) == 2, "the two others to wait in the queue");
    }

    [Fact]
    public async Task Subscribe_SingleMode_HandlesOneAtATimeInOrder()
    {
        await using ComponentRegistry registry = await StartAsync([.. Kept, ("concurrencyMode", "single")]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        int running = 0, most = 0;
        var inbox = new Inbox();
        await using IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), async (message, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            await inbox.HandleAsync(message, token);
        }, default);

        for (int i = 0; i < 50; i++) await bus.PublishAsync(TestComponents.Message(_topic, $"{i}"), default);

        await inbox.HasAsync(50);
        most.Should().Be(1);
        inbox.Texts.Should().Equal(Enumerable.Range(0, 50).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Subscribe_ParallelMode_HandlesManyAtOnceUpToThePrefetch()
    {
        await using ComponentRegistry registry = await StartAsync([.. Kept, ("prefetchCount", "4")]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        int running = 0, most = 0;
        var four = new TaskCompletionSource();
        var inbox = new Inbox();
        await using IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), async (message, token) =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == 4) four.TrySetResult();
            await four.Task;
            Interlocked.Decrement(ref running);
            await inbox.HandleAsync(message, token);
        }, default);

        for (int i = 0; i < 12; i++) await bus.PublishAsync(TestComponents.Message(_topic, $"{i}"), default);

        await inbox.HasAsync(12);
        most.Should().Be(4);
    }

    [Fact]
    public async Task Publish_RefusedByTheBroker_Fails()
    {
        await using ComponentRegistry registry = await StartAsync(Kept);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await bus.PublishAsync(TestComponents.Message(_topic, "declares the exchange"), default);
        await using IConnection connection = await Server.ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        var full = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" };
        await channel.QueueDeclareAsync(_topic + "full", durable: false, exclusive: true, autoDelete: true, full);
        await channel.QueueBindAsync(_topic + "full", _topic, "");

        Exception?[]? failures = await bus.BulkPublishAsync([.. Enumerable.Range(0, 20).Select(i => TestComponents.Message(_topic, $"{i}"))], default);

        failures.Should().NotBeNull();
        failures!.OfType<ComponentException>().Should().NotBeEmpty().And.OnlyContain(failure => failure.Message.Contains("negative confirm") && failure.Message.Contains(_topic));
    }

    [Fact]
    public async Task Queue_DeletedWhenUnused_EndsWithItsLastConsumer()
    {
        await using ComponentRegistry registry = await StartAsync();
        IAsyncDisposable subscription = await registry.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), new Inbox().HandleAsync, default);
        (await WaitingAsync(Queue)).Should().Be(0);

        await subscription.DisposeAsync();

        Func<Task> look = () => WaitingAsync(Queue);
        (await look.Should().ThrowAsync<OperationInterruptedException>()).Which.ShutdownReason!.ReplyCode.Should().Be(404);
        await registry.FindPubSub("web", "bus")!.PublishAsync(TestComponents.Message(_topic, "to nobody"), default);
    }

    [Fact]
    public async Task Connection_CutInTheMiddleOfManyMessages_EachAcknowledgedOneIsHandled()
    {
        const int Total = 3_000;
        await using var relay = new TcpRelay(Server.Port);
        await using ComponentRegistry registry = await StartAsync(RabbitServer.UrlOf(relay.Port), [.. Kept, ("reconnectWaitSeconds", "5")]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        var handled = new ConcurrentDictionary<int, int>();
        var third = new TaskCompletionSource();
        await using IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), async (message, _) =>
        {
            await Task.Yield();
            handled.AddOrUpdate(int.Parse(message.Text(), CultureInfo.InvariantCulture), 1, (_, count) => count + 1);
            if (handled.Count > Total / 3) third.TrySetResult();
        }, default);

        Task publishing = Task.WhenAll(Enumerable.Range(0, 32).Select(worker => Task.Run(async () =>
        {
            for (int i = worker; i < Total; i += 32) await bus.PublishAsync(TestComponents.Message(_topic, $"{i}"), default);
        })));
        await third.Task.WaitAsync(TimeSpan.FromSeconds(30));
        relay.Cut();
        relay.Restore();

        await publishing.WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => handled.Count == Total, $"all handled ({handled.Count})", 30);
        await Eventually.TrueAsync(async () => await WaitingAsync(Queue) == 0, "an empty queue");
    }

    [Fact]
    public async Task Publish_WhileTheBrokerIsAway_FailsInTheEndAndNamesTheServer()
    {
        await using var relay = new TcpRelay(Server.Port);
        await using ComponentRegistry registry = await StartAsync(RabbitServer.UrlOf(relay.Port), [.. Kept, ("reconnectWaitSeconds", "200ms")]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await bus.PublishAsync(TestComponents.Message(_topic, "x"), default);

        relay.Cut();
        Func<Task> publish = () => bus.PublishAsync(TestComponents.Message(_topic, "x"), default);
        (await publish.Should().ThrowAsync<ComponentException>()).WithMessage($"*'bus'*rabbitmq 127.0.0.1:{relay.Port}*there is no connection*");

        relay.Restore();
        await Eventually.TrueAsync(() => PublishedAsync(bus), "a publish to succeed");
    }

    [Theory]
    [InlineData("connectionString", "amqp://guest:secret@127.0.0.1:1/", "*test.yaml:1*'bus'*'connectionString' leads to rabbitmq 127.0.0.1:1, which cannot be used*")]
    [InlineData("connectionString", "http://x", "*test.yaml:1*'bus'*'connectionString' is not an amqp://*")]
    [InlineData("deliveryMode", "3", "*'deliveryMode' '3' is not a whole number from 0 to 2*")]
    [InlineData("exchangeKind", "ring", "*'exchangeKind' 'ring' is not one of fanout, topic, direct, headers*")]
    [InlineData("concurrencyMode", "some", "*'concurrencyMode' 'some' is not one of parallel, single*")]
    [InlineData("durable", "maybe", "*'durable' 'maybe' is not a boolean*")]
    [InlineData("reconnectWaitSeconds", "soon", "*'reconnectWaitSeconds' 'soon' is not a duration*")]
    [InlineData("caCert", "PEM", "*'caCert' is not supported*")]
    public async Task Create_WrongSetting_NamesFileComponentAndField(string field, string value, string message)
    {
        (string, string)[] metadata = field == "connectionString" ? [(field, value)] : [("connectionString", "amqp://127.0.0.1:1/"), (field, value)];

        Func<Task> start = () => TestComponents.StartAsync(TimeProvider.System, TestComponents.Resource("bus", "pubsub.rabbitmq", metadata) with { InitTimeout = TimeSpan.FromSeconds(30) });

        (await start.Should().ThrowAsync<ComponentException>()).WithMessage(message).Which.Message.Should().NotContain("secret");
    }

    [Fact]
    public async Task Subscribe_WithMetadata_NamesAndShapesTheQueue()
    {
        await using ComponentRegistry registry = await StartAsync([.. Kept, ("exchangeKind", "topic")]);
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        var inbox = new Inbox();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["queueName"] = _topic + "-mine", ["routingKey"] = "a.*,b", ["maxPriority"] = "5" };
        await using IAsyncDisposable subscription = await bus.SubscribeAsync(new PubSubSubscription(_topic, "web", metadata), inbox.HandleAsync, default);

        await bus.PublishAsync(TestComponents.Message(_topic, "1", ("routingKey", "c")), default);
        await bus.PublishAsync(TestComponents.Message(_topic, "2", ("routingKey", "a.x")), default);
        await bus.PublishAsync(TestComponents.Message(_topic, "3", ("routingKey", "b")), default);

        await inbox.HasAsync(2);
        inbox.Texts.Should().BeEquivalentTo("2", "3");
        (await WaitingAsync(_topic + "-mine")).Should().Be(0);
        Func<Task> wrong = () => bus.SubscribeAsync(TestComponents.To(_topic, "web") with { Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["queueType"] = "stream" } }, inbox.HandleAsync, default);
        (await wrong.Should().ThrowAsync<ComponentException>()).WithMessage("*'queueType' 'stream' is not classic or quorum*");
    }

    [Fact]
    public async Task Folder_OfTheRepository_StartsWithoutAComplaintAndPasses()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        var log = new ListLogger();
        var environment = new ComponentEnvironment(new Dictionary<string, string>(StringComparer.Ordinal) { ["RABBITMQ_URL"] = Server.Url, ["POSTGRES_CONNECTION"] = postgres.Connection });

        ResourceSet set = ResourceLoader.Load([Path.Combine(RepositoryFilesTests.Root(), "components", "rabbitmq")], log);
        await using ComponentRegistry registry = await ComponentRegistry.CreateAsync(set, environment, log, TimeProvider.System, default);

        log.Lines.Should().BeEmpty();
        registry.ActorStateStore("processing")!.Name.Should().Be("statestore");
        registry.FindStateStore("aggregator", "history").Should().NotBeNull();
        registry.FindStateStore("aggregator", "cache").Should().NotBeNull();
        Inbox app = new(), instance = new();
        await using IAsyncDisposable a = await registry.FindPubSub("signals", "pubsub")!.SubscribeAsync(TestComponents.To(_topic, "signals"), app.HandleAsync, default);
        await using IAsyncDisposable b = await registry.FindPubSub("visualization", "broadcast")!.SubscribeAsync(TestComponents.To(_topic, "visualization-1"), instance.HandleAsync, default);
        await registry.FindPubSub("ingestion", "pubsub")!.PublishAsync(TestComponents.Message(_topic, "x"), default);
        await app.HasAsync(1);
        await instance.HasAsync(1);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (seen < value)
        {
            int before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    private async Task<bool> PublishedAsync(IPubSub bus)
    {
        try
        {
            await bus.PublishAsync(TestComponents.Message(_topic, "x"), default);
            return true;
        }
        catch (ComponentException)
        {
            return false;
        }
    }

    private Task<ComponentRegistry> StartAsync(params (string Name, string Value)[] metadata) => StartAsync(Server.Url, metadata);

    private static Task<ComponentRegistry> StartAsync(string url, (string Name, string Value)[] metadata) =>
        TestComponents.StartAsync(TimeProvider.System, TestComponents.Resource("bus", "pubsub.rabbitmq", [("connectionString", url), .. metadata]));

    /// <summary>Messages that wait in a queue; it must exist.</summary>
    private async Task<uint> WaitingAsync(string queue)
    {
        await using IConnection connection = await Server.ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
    }
}

public sealed class RabbitFixture : IAsyncLifetime
{
    public RabbitServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RabbitServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
