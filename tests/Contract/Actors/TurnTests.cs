using System.Collections.Concurrent;
using DaprTrading.LocalRuntime;
using Microsoft.AspNetCore.Http;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class TurnTests
{
    [Fact]
    public async Task Check091_OneActor_TakesOneTurnAtATime_TwoActorsRunInParallel()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.App.Script = async (_, _) =>
        {
            await hold.Task;
            return FakeApp.Answer(200);
        };

        Task<ApiAnswer> first = world.CallAsync("1", "first");
        Task<ApiAnswer> second = world.CallAsync("1", "second");
        Task<ApiAnswer> other = world.CallAsync("2", "other");
        await Eventually.TrueAsync(() => world.Statistics().Waiting == 1, "the second call to wait");

        world.App.Requests.Select(request => request.Path).Should().Equal("/actors/T/1/method/first", "/actors/T/2/method/other");
        hold.SetResult();
        (await Task.WhenAll(first, second, other)).Should().OnlyContain(answer => answer.Status == 200);
        world.App.Requests.Last().Path.Should().Be("/actors/T/1/method/second");
    }

    [Fact]
    public async Task WaitingCalls_AreServedInTheOrderTheyCame()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.App.Script = async (_, _) =>
        {
            await hold.Task;
            return FakeApp.Answer(200);
        };

        Task<ApiAnswer>[] calls = [.. Enumerable.Range(0, 200).Select(n => world.CallAsync("1", $"m{n}"))];
        world.Statistics().Waiting.Should().Be(199);
        hold.SetResult();
        await Task.WhenAll(calls);

        world.App.Puts.Select(request => request.Path).Should().Equal(Enumerable.Range(0, 200).Select(n => $"/actors/T/1/method/m{n}"));
    }

    [Fact]
    public async Task WaitingCallWhoseClientLeaves_LeavesTheQueue()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leaving = new CancellationTokenSource();
        world.App.Script = async (_, _) =>
        {
            await hold.Task;
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> first = world.CallAsync("1", "first");
        Task<ApiAnswer> second = world.CallAsync("1", "second", cancellationToken: leaving.Token);
        Task<ApiAnswer> third = world.CallAsync("1", "third");

        await leaving.CancelAsync();
        await second.WaitAsync(Eventually.Limit);
        world.Statistics().Waiting.Should().Be(1);
        hold.SetResult();
        await Task.WhenAll(first, third);

        world.App.Puts.Select(request => request.Path).Should().Equal("/actors/T/1/method/first", "/actors/T/1/method/third");
    }

    [Fact]
    public async Task RunningTurnWhoseClientLeaves_IsFinishedBeforeTheNextStarts()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leaving = new CancellationTokenSource();
        var cancelled = new ConcurrentQueue<string>();
        world.App.Script = async (request, token) =>
        {
            try
            {
                await hold.Task.WaitAsync(token);
                return FakeApp.Answer(200);
            }
            catch (OperationCanceledException)
            {
                cancelled.Enqueue(request.Path);
                throw;
            }
        };
        Task<ApiAnswer> first = world.CallAsync("1", "first", cancellationToken: leaving.Token);
        Task<ApiAnswer> second = world.CallAsync("1", "second");

        await leaving.CancelAsync();
        world.App.Requests.Should().ContainSingle();
        cancelled.Should().BeEmpty();
        world.Time.Advance(TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => world.App.Requests.Count == 2, "the second turn, after the patience with the first is over");

        cancelled.Should().Equal("/actors/T/1/method/first");
        hold.SetResult();
        await first;
        (await second).Status.Should().Be(200);
    }

    [Fact]
    public async Task Check105_ReentrantCall_EntersTheRunningTurn()
    {
        await using ActorWorld world = await ActorWorld.StartAsync(ActorWorld.Hosting("T") with { ReentrancyEnabled = true });
        world.App.Script = async (request, _) =>
        {
            if (request.Path.EndsWith("/inner", StringComparison.Ordinal)) return FakeApp.Answer(200, "inner");
            ApiAnswer inner = await CallWithIdAsync(world, "inner", request.Headers["Dapr-Reentrancy-Id"]);
            return FakeApp.Answer(inner.Status, inner.Body);
        };

        ApiAnswer answer = await world.CallAsync("1", "outer").WaitAsync(Eventually.Limit);

        answer.Body.Should().Be("inner");
        world.App.Requests.Select(request => request.Headers["Dapr-Reentrancy-Id"]).Distinct(StringComparer.Ordinal).Should().ContainSingle();
    }

    [Fact]
    public async Task Check105_ReentrantCallWithAnotherId_WaitsItsTurn()
    {
        await using ActorWorld world = await ActorWorld.StartAsync(ActorWorld.Hosting("T") with { ReentrancyEnabled = true });
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.App.Script = async (_, _) =>
        {
            await hold.Task;
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> outer = CallWithIdAsync(world, "outer", "chain-1");
        Task<ApiAnswer> stranger = CallWithIdAsync(world, "stranger", "chain-2");

        world.Statistics().Waiting.Should().Be(1);
        world.App.Requests.Single().Headers["Dapr-Reentrancy-Id"].Should().Be("chain-1");
        hold.SetResult();
        await Task.WhenAll(outer, stranger);
    }

    [Fact]
    public async Task Check105_ReentrancyOff_TheActorWaitsForItself()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        using var patience = new CancellationTokenSource();
        world.App.Script = async (request, _) =>
        {
            if (request.Path.EndsWith("/inner", StringComparison.Ordinal)) return FakeApp.Answer(200);
            await CallWithIdAsync(world, "inner", "chain", patience.Token);
            return FakeApp.Answer(200, "gave up");
        };

        Task<ApiAnswer> outer = CallWithIdAsync(world, "outer", "chain");
        await Eventually.TrueAsync(() => world.Statistics().Waiting == 1, "the inner call to wait");
        await patience.CancelAsync();

        (await outer.WaitAsync(Eventually.Limit)).Body.Should().Be("gave up");
        world.App.Requests.Should().ContainSingle();
    }

    [Fact]
    public async Task Check105_NestingBeyondTheLimit_Fails()
    {
        await using ActorWorld world = await ActorWorld.StartAsync(
            ActorWorld.Hosting("T") with { ReentrancyEnabled = true, ReentrancyMaxStackDepth = 3 });
        ApiAnswer? deepest = null;
        world.App.Script = async (request, _) =>
        {
            ApiAnswer inner = await CallWithIdAsync(world, "again", request.Headers["Dapr-Reentrancy-Id"]);
            deepest ??= inner;
            return FakeApp.Answer(200);
        };

        await world.CallAsync("1").WaitAsync(Eventually.Limit);

        world.App.Requests.Should().HaveCount(3);
        deepest!.Status.Should().Be(500);
        deepest.Body.Should().Contain("maximum stack depth exceeded");
    }

    private static Task<ApiAnswer> CallWithIdAsync(ActorWorld world, string method, string reentrancyId, CancellationToken cancellationToken = default) =>
        world.SendAsync(
            world.Web, "POST", $"T/1/method/{method}", "", request => request.Headers["Dapr-Reentrancy-Id"] = reentrancyId, cancellationToken);
}
