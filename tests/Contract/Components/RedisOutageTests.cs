using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Testing;
using Microsoft.Extensions.Logging;

namespace DaprTrading.Tests.Contract.Components;

public sealed class RedisOutageTests : IAsyncLifetime
{
    private readonly ListLogger _log = new();
    private RedisServer _redis = null!;
    private ComponentRegistry _registry = null!;
    private IPubSub _bus = null!;

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        ComponentResource bus = TestComponents.Resource(
            "bus", "pubsub.redis", ("redisHost", _redis.Host), ("concurrency", "64"), ("processingTimeout", "1s"), ("redeliverInterval", "200ms"));
        ComponentResource store = TestComponents.Resource("store", "state.redis", ("redisHost", _redis.Host));
        _registry = await ComponentRegistry.CreateAsync(
            new ResourceSet { Components = [bus, store] }, ComponentEnvironment.Empty, _log, TimeProvider.System, default);
        _bus = _registry.FindPubSub("web", "bus")!;
    }

    public async Task DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Kill_InTheMiddleOfTenThousandMessages_EachAcknowledgedOneIsHandled()
    {
        const int Total = 10_000;
        var handled = new ConcurrentDictionary<int, int>();
        var halfway = new TaskCompletionSource();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "web"), async (message, _) =>
        {
            await Task.Yield();
            handled.AddOrUpdate(int.Parse(message.Text(), CultureInfo.InvariantCulture), 1, (_, count) => count + 1);
            if (handled.Count > Total / 3) halfway.TrySetResult();
        }, default);

        Task publishing = PublishAllAsync(Total);
        await halfway.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await _redis.KillAsync();
        await Eventually.TrueAsync(() => _log.Lines.Count > 0, "the loss to be noticed");
        await _redis.RestartAsync();

        await publishing.WaitAsync(TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => handled.Count == Total, $"all handled ({handled.Count})", 30);
        await Eventually.TrueAsync(
            async () => ((List<object?>)(await _redis.ExecuteAsync("XPENDING", "t", "web"))!)[0] is 0L, "no pending entries", 30);
        _log.Lines.Should().HaveCountLessThan(5, "an outage is told once per component");
    }

    [Fact]
    public async Task Publish_WhileRedisIsAway_FailsWithinSecondsAndNamesTheServer()
    {
        await _redis.KillAsync();
        await Eventually.TrueAsync(() => _log.Lines.Count >= 2, "both components to notice");
        var watch = Stopwatch.StartNew();

        Func<Task> publish = () => _bus.PublishAsync(TestComponents.Message("t", "x"), default);
        Func<Task> save = () => _registry.FindStateStore("web", "store")!.SetAsync(TestComponents.Save("k", "1"), default);

        (await publish.Should().ThrowAsync<ComponentException>()).WithMessage($"*'bus'*{_redis.Host}*was not sent*");
        (await save.Should().ThrowAsync<ComponentException>()).WithMessage($"*'store'*{_redis.Host}*was not sent*");
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(5));
        Exception?[]? failures = await _bus.BulkPublishAsync([TestComponents.Message("t", "a"), TestComponents.Message("t", "b")], default);
        failures.Should().HaveCount(2).And.AllBeOfType<ComponentException>();
    }

    [Fact]
    public async Task Handled_WhileRedisIsAway_IsAcknowledgedLaterAndNotRepeated()
    {
        int calls = 0;
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "web"), async (_, _) =>
        {
            Interlocked.Increment(ref calls);
            entered.TrySetResult();
            await release.Task;
        }, default);
        await _bus.PublishAsync(TestComponents.Message("t", "x"), default);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));

        await _redis.KillAsync();
        release.SetResult();
        await _redis.RestartAsync();

        await Eventually.TrueAsync(
            async () => ((List<object?>)(await _redis.ExecuteAsync("XPENDING", "t", "web"))!)[0] is 0L, "no pending entries");
        calls.Should().Be(1);
    }

    [Fact]
    public async Task Stop_WhileTheReaderConnectsAgain_Ends()
    {
        IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "web"), (_, _) => Task.CompletedTask, default);
        // Writes have to wait, so the reader's way back stops at the creation of its group.
        await _redis.ExecuteAsync("CLIENT", "PAUSE", "60000", "WRITE");
        await _redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await Eventually.TrueAsync(
            async () => $"{await _redis.ExecuteAsync("CLIENT", "LIST")}".Contains("cmd=xgroup", StringComparison.Ordinal), "the reader to be on its way back");

        Task stopped = subscription.DisposeAsync().AsTask();
        await _redis.ExecuteAsync("CLIENT", "UNPAUSE");

        await stopped.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Subscribe_WhileRedisIsAway_FailsAndWorksOnceItIsBack()
    {
        await _redis.KillAsync();
        var inbox = new Inbox();
        Func<Task> subscribe = () => _bus.SubscribeAsync(TestComponents.To("t", "web"), inbox.HandleAsync, default);
        await subscribe.Should().ThrowAsync<ComponentException>();

        await _redis.RestartAsync();

        await using IAsyncDisposable subscription = await _bus.SubscribeAsync(TestComponents.To("t", "web"), inbox.HandleAsync, default);
        await Eventually.TrueAsync(async () => await PublishedAsync("x"), "a publish to succeed");
        await inbox.HasAsync(1);
    }

    // A publisher that repeats what it was not told to be done, as every publisher must.
    private Task PublishAllAsync(int total) => Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
    {
        for (int i = worker; i < total; i += 8)
        {
            while (!await PublishedAsync($"{i}"))
            {
                // Again.
            }
        }
    })));

    private async Task<bool> PublishedAsync(string text)
    {
        try
        {
            await _bus.PublishAsync(TestComponents.Message("t", text), default);
            return true;
        }
        catch (ComponentException)
        {
            return false;
        }
    }
}
