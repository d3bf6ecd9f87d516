using System.Globalization;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Testing;

namespace DaprTrading.Tests.Contract.Components;

public sealed class RedisPubSubTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly string _topic = $"t-{Guid.NewGuid():N}";
    private ComponentRegistry _registry = null!;
    private IPubSub _bus = null!;

    private RedisServer Redis => redis.Server;

    public async Task InitializeAsync()
    {
        _registry = await StartAsync();
        _bus = _registry.FindPubSub("web", "bus")!;
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Publish_LaysOutDataAndMetadata()
    {
        await _bus.PublishAsync(TestComponents.Message(_topic, """{"a":"ü"}"""), default);
        await _bus.PublishAsync(TestComponents.Message(_topic, "raw", ("ttlInSeconds", "60"), ("a", "b")), default);

        var entries = (List<object?>)(await Redis.ExecuteAsync("XRANGE", _topic, "-", "+"))!;
        Fields(entries[0]).Should().Equal("data", """{"a":"ü"}""", "metadata", "{}");
        Fields(entries[1]).Should().Equal("data", "raw", "metadata", """{"a":"b","ttlInSeconds":"60"}""");
    }

    [Fact]
    public async Task Subscribe_NewGroup_GetsOldMessagesWithTheirMetadata()
    {
        await _bus.PublishAsync(TestComponents.Message(_topic, "early", ("foo", "bar")), default);
        var inbox = new Inbox();

        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);
        await _bus.PublishAsync(TestComponents.Message(_topic, "late"), default);

        await inbox.HasAsync(2);
        inbox.Texts.Should().BeEquivalentTo("early", "late");
        inbox.Messages.Single(message => message.Text() == "early").Metadata["FOO"].Should().Be("bar");
        inbox.Messages.Should().OnlyContain(message => message.Topic == _topic);
        var groups = (List<object?>)(await Redis.ExecuteAsync("XINFO", "CONSUMERS", _topic, "web"))!;
        ((List<object?>)groups.Should().ContainSingle().Subject!)[1].Should().Be("web", "the consumer is named as the group");
    }

    [Fact]
    public async Task Handled_Messages_AreAcknowledged()
    {
        var inbox = new Inbox();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);

        PubSubMessage[] batch = [.. Enumerable.Range(0, 500).Select(i => TestComponents.Message(_topic, $"{i}"))];
        (await _bus.BulkPublishAsync(batch, default)).Should().BeNull();

        await inbox.HasAsync(500);
        inbox.Texts.Should().BeEquivalentTo(batch.Select(message => message.Text()));
        await NothingPendingAsync("web");
    }

    [Fact]
    public async Task Subscribe_TwoReadersOfOneGroupAndAnotherGroup_CompeteWithinTheGroupOnly()
    {
        Inbox first = new(), second = new(), other = new();
        await using ComponentRegistry secondRuntime = await StartAsync();
        await using IAsyncDisposable a = await _bus.SubscribeAsync(TestComponents.To(_topic, "web"), first.HandleAsync, default);
        await using IAsyncDisposable b = await secondRuntime.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), second.HandleAsync, default);
        await using IAsyncDisposable c = await _bus.SubscribeAsync(TestComponents.To(_topic, "api"), other.HandleAsync, default);

        for (int i = 0; i < 200; i++) await _bus.PublishAsync(TestComponents.Message(_topic, $"{i}"), default);

        await other.HasAsync(200);
        await Eventually.TrueAsync(() => first.Count + second.Count == 200, "all delivered");
        first.Texts.Concat(second.Texts).Should().OnlyHaveUniqueItems();
        first.Count.Should().BePositive();
        second.Count.Should().BePositive();
    }

    [Fact]
    public async Task Handler_ThatFails_IsAcknowledgedAndNotRepeated()
    {
        int calls = 0;
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To(_topic, "web"), (message, _) =>
        {
            Interlocked.Increment(ref calls);
            return message.Text() == "bad" ? throw new InvalidOperationException("no") : Task.CompletedTask;
        }, default);

        await _bus.PublishAsync(TestComponents.Message(_topic, "bad"), default);
        await _bus.PublishAsync(TestComponents.Message(_topic, "good"), default);

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 2, "both handled");
        await NothingPendingAsync("web");
        calls.Should().Be(2);
    }

    [Fact]
    public async Task Handler_ThatAbandons_GivesTheMessageBack()
    {
        int calls = 0;
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To(_topic, "web"), (_, _) =>
            Interlocked.Increment(ref calls) == 1 ? throw new DeliveryAbandonedException() : Task.CompletedTask, default);

        await _bus.PublishAsync(TestComponents.Message(_topic, "x"), default);

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 2, "a second delivery, at once");
        await NothingPendingAsync("web");
    }

    [Theory]
    [InlineData("200ms")]
    [InlineData("0")]
    public async Task Handler_ThatPostpones_GetsTheMessageAgain(string processingTimeout)
    {
        await using ComponentRegistry registry = await StartAsync(("processingTimeout", processingTimeout), ("redeliverInterval", "50ms"));
        int calls = 0;
        await using IAsyncDisposable subscription = await registry.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), (_, _) =>
            Interlocked.Increment(ref calls) == 1 ? throw new DeliveryPostponedException("not now") : Task.CompletedTask, default);

        await _bus.PublishAsync(TestComponents.Message(_topic, "x"), default);

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 2, "a second delivery");
        await NothingPendingAsync("web");
    }

    [Fact]
    public async Task Forget_DestroysTheGroupAndNothingElse()
    {
        var inbox = new Inbox();
        await (await _bus.SubscribeAsync(TestComponents.To(_topic, "gone"), inbox.HandleAsync, default)).DisposeAsync();
        await using IAsyncDisposable stays = await _bus.SubscribeAsync(TestComponents.To(_topic, "stays"), inbox.HandleAsync, default);

        await _bus.ForgetAsync(TestComponents.To(_topic, "gone"), default);
        await _bus.ForgetAsync(TestComponents.To(_topic, "never was"), default);
        await _bus.ForgetAsync(TestComponents.To("no such stream", "gone"), default);
        await _bus.PublishAsync(TestComponents.Message(_topic, "x"), default);

        await inbox.HasAsync(1);
        var groups = (List<object?>)(await Redis.ExecuteAsync("XINFO", "GROUPS", _topic))!;
        ((List<object?>)groups.Should().ContainSingle().Subject!)[1].Should().Be("stays");
    }

    [Fact]
    public async Task Handler_OverItsProcessingTimeout_IsCancelledAndTheMessageComesAgain()
    {
        await using ComponentRegistry registry = await StartAsync(("processingTimeout", "200ms"), ("redeliverInterval", "50ms"));
        int calls = 0;
        await using IAsyncDisposable subscription = await registry.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), async (_, token) =>
        {
            if (Interlocked.Increment(ref calls) == 1) await Task.Delay(Timeout.Infinite, token);
        }, default);

        await _bus.PublishAsync(TestComponents.Message(_topic, "x"), default);

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) >= 2, "a second delivery");
        await NothingPendingAsync("web");
        calls.Should().Be(2);
    }

    [Fact]
    public async Task Entries_LeftByAProcessThatDied_AreHandledAtOnce()
    {
        await _bus.PublishAsync(TestComponents.Message(_topic, "left behind"), default);
        await Redis.ExecuteAsync("XGROUP", "CREATE", _topic, "web", "0");
        await Redis.ExecuteAsync("XREADGROUP", "GROUP", "web", "web", "STREAMS", _topic, ">");
        await using ComponentRegistry registry = await StartAsync(("processingTimeout", "1h"), ("redeliverInterval", "1h"));
        await Eventually.TrueAsync(async () => await IdleAsync("web") > 300, "a reader that is long gone");
        var inbox = new Inbox();

        await using IAsyncDisposable subscription = await registry.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);

        await inbox.HasAsync(1);
        inbox.Texts.Should().Equal("left behind");
        await NothingPendingAsync("web");
    }

    [Fact]
    public async Task Entries_DeletedWhilePending_AreAcknowledged()
    {
        await _bus.PublishAsync(TestComponents.Message(_topic, "gone"), default);
        await Redis.ExecuteAsync("XGROUP", "CREATE", _topic, "web", "0");
        await Redis.ExecuteAsync("XREADGROUP", "GROUP", "web", "web", "STREAMS", _topic, ">");
        await Redis.ExecuteAsync("XTRIM", _topic, "MAXLEN", "0");
        await using ComponentRegistry registry = await StartAsync(("processingTimeout", "50ms"), ("redeliverInterval", "50ms"));
        var inbox = new Inbox();

        await using IAsyncDisposable subscription = await registry.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);

        await NothingPendingAsync("web");
        inbox.Count.Should().Be(0);
    }

    [Fact]
    public async Task Entry_BeingHandledHere_IsNotClaimedASecondTime()
    {
        await using ComponentRegistry registry = await StartAsync(("processingTimeout", "100ms"), ("redeliverInterval", "20ms"));
        int calls = 0;
        var release = new TaskCompletionSource();
        await using IAsyncDisposable subscription = await registry.FindPubSub("web", "bus")!.SubscribeAsync(TestComponents.To(_topic, "web"), async (_, _) =>
        {
            Interlocked.Increment(ref calls);
            await release.Task;
        }, default);
        await _bus.PublishAsync(TestComponents.Message(_topic, "slow"), default);

        await Eventually.TrueAsync(async () => await IdleAsync("web") > 600, "an idle time several times the limit");
        calls.Should().Be(1);
        release.SetResult();

        await NothingPendingAsync("web");
        calls.Should().Be(1);
    }

    [Fact]
    public async Task Dispose_HandlerInterruptedAndEntriesUnread_NextSubscriptionOfTheProcessGetsThemAtOnce()
    {
        await using ComponentRegistry registry = await StartAsync(("concurrency", "1"), ("processingTimeout", "1h"), ("redeliverInterval", "1h"));
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        using var app = new CancellationTokenSource();
        var entered = new TaskCompletionSource();
        IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), async (_, _) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, app.Token);
        }, default);
        for (int i = 0; i < 20; i++) await bus.PublishAsync(TestComponents.Message(_topic, $"{i}"), default);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Task stop = subscription.DisposeAsync().AsTask();
        await app.CancelAsync();
        await stop.WaitAsync(TimeSpan.FromSeconds(10));

        var inbox = new Inbox();
        await using IAsyncDisposable again = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);

        await inbox.HasAsync(20);
        inbox.Texts.Should().OnlyHaveUniqueItems();
        await NothingPendingAsync("web");
    }

    [Fact]
    public async Task Dispose_IdleSubscription_IsQuickAndLosesNothingPublishedRightAfter()
    {
        var inbox = new Inbox();
        for (int round = 0; round < 20; round++)
        {
            IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);
            Task stop = subscription.DisposeAsync().AsTask();
            await _bus.PublishAsync(TestComponents.Message(_topic, $"{round}"), default);
            await stop.WaitAsync(TimeSpan.FromSeconds(5));
        }

        await using IAsyncDisposable last = await _bus.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);

        await inbox.HasAsync(20);
        inbox.Texts.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Concurrency_IsSharedByTheTopicsOfAGroup()
    {
        await using ComponentRegistry registry = await StartAsync(("concurrency", "3"));
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        int running = 0, most = 0, done = 0;
        async Task HandleAsync(PubSubMessage message, CancellationToken token)
        {
            int now = Interlocked.Increment(ref running);
            lock (bus) most = Math.Max(most, now);
            await Task.Yield();
            await bus.PublishAsync(TestComponents.Message(_topic + "-sink", "x"), token);
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref done);
        }

        await using IAsyncDisposable a = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), HandleAsync, default);
        await using IAsyncDisposable b = await bus.SubscribeAsync(TestComponents.To(_topic + "2", "web"), HandleAsync, default);
        foreach (string topic in (string[])[_topic, _topic + "2"])
        {
            await bus.BulkPublishAsync([.. Enumerable.Range(0, 100).Select(_ => TestComponents.Message(topic, "x"))], default);
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref done) == 200, "all handled");
        most.Should().Be(3);
    }

    [Fact]
    public async Task Stream_DeletedUnderTheReader_IsReadAgain()
    {
        var inbox = new Inbox();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);
        await Redis.ExecuteAsync("DEL", _topic);

        await Eventually.TrueAsync(async () => await Redis.ExecuteAsync("EXISTS", _topic) is 1L, "the group to be made again");
        await _bus.PublishAsync(TestComponents.Message(_topic, "after"), default);

        await inbox.HasAsync(1);
    }

    [Theory]
    [InlineData("maxLenApprox", "10")]
    [InlineData("streamTTL", "1ms")]
    public async Task Trimming_ByLengthOrAge_BoundsTheStream(string field, string value)
    {
        await using ComponentRegistry registry = await StartAsync((field, value));
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await bus.BulkPublishAsync([.. Enumerable.Range(0, 2000).Select(_ => TestComponents.Message(_topic, "x"))], default);

        await Eventually.TrueAsync(
            async () =>
            {
                await bus.PublishAsync(TestComponents.Message(_topic, "x"), default);
                return (long)(await Redis.ExecuteAsync("XLEN", _topic))! < 500;
            },
            "the stream to be trimmed");
    }

    [Fact]
    public async Task Trimming_ReaderWasAway_KeepsWhatItHasNotRead()
    {
        await using ComponentRegistry registry = await StartAsync(("maxLenApprox", "300"));
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await Redis.ExecuteAsync("XGROUP", "CREATE", _topic, "web", "0", "MKSTREAM");
        await Redis.ExecuteAsync("XGROUP", "CREATE", _topic, "quick", "$");
        for (int i = 0; i < 580; i++) await bus.PublishAsync(TestComponents.Message(_topic, $"{i}"), default);
        var inbox = new Inbox();

        IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);

        await inbox.HasAsync(580);
        inbox.Texts.Should().BeEquivalentTo(Enumerable.Range(0, 580).Select(i => $"{i}"));
        await NothingPendingAsync("web");
        await subscription.DisposeAsync();
        await Redis.ExecuteAsync("XGROUP", "DESTROY", _topic, "quick");
        await TrimmedBelowAsync(bus, 420);
    }

    [Fact]
    public async Task Trimming_EntriesAreReadButNotAcknowledged_KeepsThem()
    {
        await using ComponentRegistry registry = await StartAsync(("maxLenApprox", "300"));
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await Redis.ExecuteAsync("XGROUP", "CREATE", _topic, "web", "0", "MKSTREAM");
        await bus.PublishAsync(TestComponents.Message(_topic, "first"), default);
        await Redis.ExecuteAsync("XREADGROUP", "GROUP", "web", "web", "COUNT", "1", "STREAMS", _topic, ">");
        for (int i = 0; i < 550; i++) await bus.PublishAsync(TestComponents.Message(_topic, $"{i}"), default);
        var inbox = new Inbox();

        await using IAsyncDisposable subscription = await bus.SubscribeAsync(TestComponents.To(_topic, "web"), inbox.HandleAsync, default);

        await inbox.HasAsync(551);
        inbox.Texts.Should().Contain("first").And.HaveCount(551);
    }

    [Fact]
    public async Task Trimming_GroupThatNobodyReads_HoldsUpToTwiceTheLength()
    {
        await using ComponentRegistry registry = await StartAsync(("maxLenApprox", "300"));
        IPubSub bus = registry.FindPubSub("web", "bus")!;
        await Redis.ExecuteAsync("XGROUP", "CREATE", _topic, "gone", "0", "MKSTREAM");
        await bus.BulkPublishAsync([.. Enumerable.Range(0, 2000).Select(_ => TestComponents.Message(_topic, "x"))], default);

        await TrimmedBelowAsync(bus, 720);
        ((long)(await Redis.ExecuteAsync("XLEN", _topic))!).Should().BeGreaterThanOrEqualTo(600);
    }

    [Fact]
    public async Task BulkPublish_KeyOfAnotherType_FailsOnlyThoseMessages()
    {
        await Redis.ExecuteAsync("SET", _topic + "-text", "x");

        Exception?[]? failures = await _bus.BulkPublishAsync(
            [TestComponents.Message(_topic, "good"), TestComponents.Message(_topic + "-text", "bad"), TestComponents.Message(_topic, "good")], default);

        failures.Should().NotBeNull();
        failures![0].Should().BeNull();
        failures[1].Should().BeOfType<ComponentException>().Which.Message.Should().Contain("'bus'").And.Contain("WRONGTYPE");
        failures[2].Should().BeNull();
        (await Redis.ExecuteAsync("XLEN", _topic)).Should().Be(2L);
    }

    private static IEnumerable<object?> Fields(object? entry) => (List<object?>)((List<object?>)entry!)[1]!;

    private Task<ComponentRegistry> StartAsync(params (string Name, string Value)[] metadata) => TestComponents.StartAsync(
        TimeProvider.System, TestComponents.Resource("bus", "pubsub.redis", [("redisHost", Redis.Host), .. metadata]));

    private Task TrimmedBelowAsync(IPubSub bus, long length) => Eventually.TrueAsync(
        async () =>
        {
            await bus.PublishAsync(TestComponents.Message(_topic, "x"), default);
            return (long)(await Redis.ExecuteAsync("XLEN", _topic))! < length;
        },
        "the stream to be trimmed");

    private Task NothingPendingAsync(string group) => Eventually.TrueAsync(
        async () => ((List<object?>)(await Redis.ExecuteAsync("XPENDING", _topic, group))!)[0] is 0L, "no pending entries");

    private async Task<long> IdleAsync(string group)
    {
        var pending = (List<object?>)(await Redis.ExecuteAsync("XPENDING", _topic, group, "-", "+", "1"))!;
        return pending.Count == 0 ? 0 : Convert.ToInt64(((List<object?>)pending[0]!)[2], CultureInfo.InvariantCulture);
    }
}
