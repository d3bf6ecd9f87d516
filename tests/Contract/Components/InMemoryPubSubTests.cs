using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;

namespace DaprTrading.Tests.Contract.Components;

public sealed class InMemoryPubSubTests : IAsyncLifetime
{
    private ComponentRegistry _registry = null!;
    private IPubSub _bus = null!;

    public async Task InitializeAsync()
    {
        _registry = await TestComponents.StartAsync(
            TimeProvider.System,
            TestComponents.Resource("bus", "pubsub.in-memory", ("concurrency", "4")),
            TestComponents.Resource("other", "pubsub.in-memory"));
        _bus = _registry.FindPubSub("web", "bus")!;
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Publish_TwoConsumersAndTwoReadersOfOne_EachConsumerGetsEachMessageOnce()
    {
        var first = new Inbox();
        var second = new Inbox();
        await using IAsyncDisposable a = await _bus.SubscribeAsync(TestComponents.To("t", "one"), first.HandleAsync, default);
        await using IAsyncDisposable b = await _bus.SubscribeAsync(TestComponents.To("t", "one"), first.HandleAsync, default);
        await using IAsyncDisposable c = await _bus.SubscribeAsync(TestComponents.To("t", "two"), second.HandleAsync, default);

        string[] sent = [.. Enumerable.Range(0, 100).Select(i => $"m{i}")];
        foreach (string text in sent) await _bus.PublishAsync(TestComponents.Message("t", text), default);

        await first.HasAsync(100);
        await second.HasAsync(100);
        first.Texts.Should().BeEquivalentTo(sent);
        second.Texts.Should().BeEquivalentTo(sent);
    }

    [Fact]
    public async Task Publish_ThroughAnotherComponent_ReachesTheSharedBus()
    {
        var inbox = new Inbox();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "one"), inbox.HandleAsync, default);

        await _registry.FindPubSub("api", "other")!.PublishAsync(TestComponents.Message("t", "x", ("k", "v")), default);

        await inbox.HasAsync(1);
        inbox.Messages[0].Metadata["k"].Should().Be("v");
    }

    [Fact]
    public async Task Subscribe_Wildcard_GetsTopicsWithThePrefix()
    {
        var inbox = new Inbox();
        var all = new Inbox();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("orders*", "one"), inbox.HandleAsync, default);
        await using IAsyncDisposable everything = await _bus.SubscribeAsync(TestComponents.To("*", "all"), all.HandleAsync, default);

        foreach (string topic in (string[])["orders", "orders-new", "order"]) await _bus.PublishAsync(TestComponents.Message(topic, topic), default);

        await all.HasAsync(3);
        await inbox.HasAsync(2);
        inbox.Texts.Should().BeEquivalentTo("orders", "orders-new");
    }

    [Fact]
    public async Task Publish_BeforeTheFirstSubscription_IsLost()
    {
        await _bus.PublishAsync(TestComponents.Message("t", "early"), default);
        var inbox = new Inbox();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "one"), inbox.HandleAsync, default);

        await _bus.PublishAsync(TestComponents.Message("t", "late"), default);

        await inbox.HasAsync(1);
        inbox.Texts.Should().Equal("late");
    }

    [Fact]
    public async Task Publish_WhileTheConsumerIsAway_IsKeptForItsReturn()
    {
        var inbox = new Inbox();
        await (await _bus.SubscribeAsync(TestComponents.To("t", "one"), inbox.HandleAsync, default)).DisposeAsync();
        await _bus.PublishAsync(TestComponents.Message("t", "missed"), default);
        inbox.Count.Should().Be(0);

        await using IAsyncDisposable again = await _bus.SubscribeAsync(TestComponents.To("t", "one"), inbox.HandleAsync, default);

        await inbox.HasAsync(1);
        inbox.Texts.Should().Equal("missed");
    }

    [Fact]
    public async Task Dispose_WithARunningHandler_WaitsForIt()
    {
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        bool finished = false;
        IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "one"), async (_, _) =>
        {
            entered.SetResult();
            await release.Task;
            finished = true;
        }, default);
        await _bus.PublishAsync(TestComponents.Message("t", "x"), default);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(5));

        Task stop = subscription.DisposeAsync().AsTask();

        stop.IsCompleted.Should().BeFalse();
        release.SetResult();
        await stop.WaitAsync(TimeSpan.FromSeconds(5));
        finished.Should().BeTrue();
    }

    [Fact]
    public async Task Handler_InterruptedByTheStop_GivesItsMessageToTheNextReader()
    {
        using var app = new CancellationTokenSource();
        var entered = new TaskCompletionSource();
        IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "one"), async (_, _) =>
        {
            entered.SetResult();
            await Task.Delay(Timeout.Infinite, app.Token);
        }, default);
        await _bus.PublishAsync(TestComponents.Message("t", "x"), default);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(5));
        Task stop = subscription.DisposeAsync().AsTask();
        await app.CancelAsync();
        await stop.WaitAsync(TimeSpan.FromSeconds(5));

        var inbox = new Inbox();
        await using IAsyncDisposable again = await _bus.SubscribeAsync(TestComponents.To("t", "one"), inbox.HandleAsync, default);

        await inbox.HasAsync(1);
    }

    [Fact]
    public async Task Handler_ThatAbandons_GivesTheMessageBack()
    {
        int calls = 0;
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "one"), (_, _) =>
            Interlocked.Increment(ref calls) == 1 ? throw new DeliveryAbandonedException() : Task.CompletedTask, default);

        await _bus.PublishAsync(TestComponents.Message("t", "x"), default);

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 2, "a second delivery");
    }

    [Fact]
    public async Task Handler_ThatPostpones_GetsTheMessageAgain()
    {
        int calls = 0;
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "one"), (_, _) =>
            Interlocked.Increment(ref calls) == 1 ? throw new DeliveryPostponedException("not now") : Task.CompletedTask, default);

        await _bus.PublishAsync(TestComponents.Message("t", "x"), default);

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 2, "a second delivery");
    }

    [Fact]
    public async Task Forget_DropsWhatWasKeptForAConsumerThatIsAway()
    {
        var inbox = new Inbox();
        await (await _bus.SubscribeAsync(TestComponents.To("t", "one"), inbox.HandleAsync, default)).DisposeAsync();
        await _bus.PublishAsync(TestComponents.Message("t", "kept"), default);

        await _bus.ForgetAsync(TestComponents.To("t", "one"), default);
        await using IAsyncDisposable again = await _bus.SubscribeAsync(TestComponents.To("t", "one"), inbox.HandleAsync, default);
        await _bus.ForgetAsync(TestComponents.To("t", "one"), default);
        await _bus.PublishAsync(TestComponents.Message("t", "new"), default);

        await inbox.HasAsync(1);
        inbox.Texts.Should().Equal("new");
    }

    [Fact]
    public async Task Handler_ThatFails_LosesOnlyItsMessage()
    {
        var inbox = new Inbox();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(
            TestComponents.To("t", "one"),
            (message, token) => message.Text() == "bad" ? throw new InvalidOperationException("no") : inbox.HandleAsync(message, token), default);

        await _bus.PublishAsync(TestComponents.Message("t", "bad"), default);
        await _bus.PublishAsync(TestComponents.Message("t", "good"), default);

        await inbox.HasAsync(1);
        inbox.Texts.Should().Equal("good");
    }

    [Fact]
    public async Task Handlers_RunUpToTheConcurrencyAndNoMore()
    {
        int running = 0, most = 0, done = 0;
        var full = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "one"), async (_, _) =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == 4) full.TrySetResult();
            await release.Task;
            Interlocked.Decrement(ref running);
            Interlocked.Increment(ref done);
        }, default);

        for (int i = 0; i < 20; i++) await _bus.PublishAsync(TestComponents.Message("t", "x"), default);
        await full.Task.WaitAsync(TimeSpan.FromSeconds(5));
        release.SetResult();

        await Eventually.TrueAsync(() => Volatile.Read(ref done) == 20, "all handled");
        most.Should().Be(4);
    }

    [Fact]
    public async Task Queue_FullWithoutReader_DropsTheOldestInsteadOfBlockingThePublisher()
    {
        var time = new ManualTime();
        var queue = new InMemoryQueue("t", "one", time, new ListLogger());
        queue.Attach();
        queue.Detach();

        for (int i = 0; i < 65_537; i++) await queue.EnqueueAsync(TestComponents.Message("t", $"{i}"), default);

        queue.Attach();
        (await queue.DequeueAsync(default)).Text().Should().Be("1");
    }

    [Fact]
    public async Task Queue_FullWithAReader_MakesThePublisherWait()
    {
        var time = new ManualTime();
        var queue = new InMemoryQueue("t", "one", time, new ListLogger());
        queue.Attach();
        for (int i = 0; i < 65_536; i++) await queue.EnqueueAsync(TestComponents.Message("t", "x"), default);

        Task waiting = queue.EnqueueAsync(TestComponents.Message("t", "last"), default).AsTask();
        waiting.IsCompleted.Should().BeFalse();
        await queue.DequeueAsync(default);
        await waiting.WaitAsync(TimeSpan.FromSeconds(5));

        Task never = queue.EnqueueAsync(TestComponents.Message("t", "more"), default).AsTask();
        time.Advance(TimeSpan.FromSeconds(11));
        await never.Invoking(task => task).Should().ThrowAsync<ComponentException>().WithMessage("*'one'*full*");
    }

    [Fact]
    public async Task Queue_FullForAMinuteWithAReaderThatHangs_LosesItsOldestInsteadOfHoldingUpThePublisher()
    {
        var time = new ManualTime();
        var log = new ListLogger();
        var queue = new InMemoryQueue("t", "one", time, log);
        queue.Attach();
        for (int i = 0; i < 65_536; i++) await queue.EnqueueAsync(TestComponents.Message("t", $"{i}"), default);
        Task refused = queue.EnqueueAsync(TestComponents.Message("t", "refused"), default).AsTask();
        time.Advance(TimeSpan.FromSeconds(11));
        await refused.Invoking(task => task).Should().ThrowAsync<ComponentException>();
        time.Advance(TimeSpan.FromSeconds(50));

        await queue.EnqueueAsync(TestComponents.Message("t", "taken"), default);

        (await queue.DequeueAsync(default)).Text().Should().Be("1", "the oldest gave way");
        log.Lines.Should().ContainSingle().Which.Should().Contain("hangs");
        await queue.EnqueueAsync(TestComponents.Message("t", "room"), default);
        queue.EnqueueAsync(TestComponents.Message("t", "full"), default).IsCompleted.Should().BeFalse("it takes messages again, so publishers wait again");
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
            // Someone else was faster: look again.
        }
    }
}
