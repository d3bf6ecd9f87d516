using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Actors;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class RebalanceTests
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Check106_HostThatLeaves_ItsActorsAreDeactivatedAndAnswerFromTheOther()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        (FakeSidecar second, FakeApp secondApp) = await AddHostAsync(world);
        string id = await IdOnAsync(world, secondApp);

        await world.Runtime.HostGoneAsync(second, graceful: true, CancellationToken.None);
        ApiAnswer answer = await world.CallAsync(id, "after");

        answer.Status.Should().Be(200);
        secondApp.Deletes.Select(request => request.Path).Should().Contain($"/actors/T/{id}");
        world.App.Requests.Last().Path.Should().Be($"/actors/T/{id}/method/after");
        world.Runtime.ActiveActors(second).Should().BeEmpty();
    }

    [Fact]
    public async Task Check106_HostThatDies_CallsInFlightAnswerFromTheOtherAtOnce()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        (FakeSidecar second, FakeApp secondApp) = await AddHostAsync(world);
        string id = await IdOnAsync(world, secondApp);
        secondApp.Script = async (_, token) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(token);
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> inFlight = world.CallAsync(id, "in-flight");
        Task<ApiAnswer> waiting = world.CallAsync(id, "waiting");

        secondApp.Kill();
        await world.Runtime.HostGoneAsync(second, graceful: false, CancellationToken.None);

        (await inFlight.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        (await waiting.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        world.App.Puts.Select(request => request.Path).Should().Contain([$"/actors/T/{id}/method/in-flight", $"/actors/T/{id}/method/waiting"]);
        world.Time.Elapsed.Should().Be(TimeSpan.Zero, "nobody had to wait for a retry delay");
    }

    [Fact]
    public async Task Check106_HostThatDiesUnnoticed_CallsAnswerAsSoonAsItIsNoticed()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        (FakeSidecar second, FakeApp secondApp) = await AddHostAsync(world);
        string id = await IdOnAsync(world, secondApp);
        secondApp.Kill();

        Task<ApiAnswer> call = world.CallAsync(id, "after");
        await world.Time.UntilArmedAsync(TimeSpan.FromSeconds(1));
        await world.Runtime.HostGoneAsync(second, graceful: false, CancellationToken.None);

        (await call.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        world.Time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task DeadHost_DoesNotDisturbTurnsElsewhere()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        (FakeSidecar second, FakeApp secondApp) = await AddHostAsync(world);
        string here = await IdOnAsync(world, world.App);
        string there = await IdOnAsync(world, secondApp);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.App.Script = async (request, token) =>
        {
            if (request.Path.EndsWith("/long", StringComparison.Ordinal)) await hold.Task.WaitAsync(token);
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> running = world.CallAsync(here, "long");

        await world.Runtime.HostGoneAsync(second, graceful: false, CancellationToken.None).WaitAsync(Eventually.Limit);
        (await world.CallAsync(there).WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        hold.SetResult();
        (await running).Status.Should().Be(200);

        world.App.Puts.Count(request => request.Path.EndsWith("/long", StringComparison.Ordinal)).Should().Be(1);
    }

    [Fact]
    public async Task Join_WaitsForRunningTurns_HoldsNewOnes_AndGoesOn()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ApiAnswer? saved = null;
        world.App.Script = async (request, token) =>
        {
            if (!request.Path.EndsWith("/long", StringComparison.Ordinal)) return FakeApp.Answer(200);
            await hold.Task.WaitAsync(token);
            saved = await world.SendAsync("POST", $"T/{request.ActorId}/state", """[{"operation":"upsert","request":{"key":"n","value":1}}]""");
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> running = world.CallAsync("1", "long");

        Task joining = world.ReadyAsync(new FakeSidecar("web", 1, new FakeApp()));
        await world.Time.UntilArmedAsync(Drain);
        Task<ApiAnswer> held = world.CallAsync("2");
        joining.IsCompleted.Should().BeFalse();
        held.IsCompleted.Should().BeFalse();
        hold.SetResult();

        (await running.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        saved!.Status.Should().Be(204, "a running turn can save while the hosts change");
        await joining.WaitAsync(Eventually.Limit);
        (await held.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        world.Time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Join_CancelsTurnsAfterTheDrainTime_AndTheyRunAgain()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        int attempts = 0;
        world.App.Script = async (_, token) =>
        {
            if (Interlocked.Increment(ref attempts) == 1) await new TaskCompletionSource().Task.WaitAsync(token);
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> running = world.CallAsync("1");
        var secondApp = new FakeApp();

        Task joining = world.ReadyAsync(new FakeSidecar("web", 1, secondApp));
        await world.Time.UntilArmedAsync(Drain);
        world.Time.Advance(Drain);

        await joining.WaitAsync(Eventually.Limit);
        (await running.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        (world.App.Puts.Count() + secondApp.Puts.Count()).Should().Be(2, "the call ran twice");
    }

    [Fact]
    public async Task Join_WithoutDraining_CancelsAtOnce()
    {
        await using ActorWorld world = await ActorWorld.StartAsync(ActorWorld.Hosting("T") with { DrainRebalancedActors = false });
        int attempts = 0;
        world.App.Script = async (_, token) =>
        {
            if (Interlocked.Increment(ref attempts) == 1) await new TaskCompletionSource().Task.WaitAsync(token);
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> running = world.CallAsync("1");

        await world.ReadyAsync(new FakeSidecar("web", 1, new FakeApp())).WaitAsync(Eventually.Limit);

        (await running.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        world.Time.Elapsed.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task Join_OfAnotherType_DisturbsNobody()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.App.Script = async (_, token) =>
        {
            await hold.Task.WaitAsync(token);
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> running = world.CallAsync("1");

        await world.ReadyAsync(new FakeSidecar("rooms", 0, new FakeApp()), ActorWorld.Hosting("Room")).WaitAsync(Eventually.Limit);

        running.IsCompleted.Should().BeFalse();
        hold.SetResult();
        (await running).Status.Should().Be(200);
    }

    [Fact]
    public async Task Join_MovesOnlyWhatTheNewHostTakes()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        for (int n = 0; n < 400; n++) await world.CallAsync($"{n}");

        (FakeSidecar second, FakeApp _) = await AddHostAsync(world);

        long moved = world.Statistics().Moved;
        moved.Should().BeInRange(100, 300);
        world.App.Deletes.Should().HaveCount((int)moved);
        world.Runtime.ActiveActors(world.Web)["T"].Should().Be(400 - (int)moved);
        world.Runtime.ActiveActors(second)["T"].Should().Be(0);
    }

    [Fact]
    public async Task LateWriteOfALostTurn_LandsBeforeTheNextTurnOrNotAtAll()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        (FakeSidecar second, FakeApp secondApp) = await AddHostAsync(world);
        string id = await IdOnAsync(world, secondApp);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Store.Gate = gate.Task;
        Task<ApiAnswer> write = world.SendAsync(second, "POST", $"T/{id}/state", """[{"operation":"upsert","request":{"key":"n","value":1}}]""");

        await world.Runtime.HostGoneAsync(second, graceful: false, CancellationToken.None);
        Task<ApiAnswer> next = world.CallAsync(id, "next");
        next.IsCompleted.Should().BeFalse("the write of the dead host is still under way");
        gate.SetResult();

        (await write).Status.Should().Be(204);
        (await next.WaitAsync(Eventually.Limit)).Status.Should().Be(200);
        (await world.SendAsync(second, "POST", $"T/{id}/state", "[]")).Body.Should().Contain("ERR_ACTOR_INSTANCE_MISSING");
    }

    [Fact]
    public async Task HostThatCouldNotBeTold_DropsItsActorBeforeTheNextTurnThere()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        (FakeSidecar second, FakeApp secondApp) = await AddHostAsync(world);
        string id = await IdOnAsync(world, secondApp);

        secondApp.Kill();
        await world.Runtime.HostGoneAsync(second, graceful: true, CancellationToken.None);
        (await world.CallAsync(id, "elsewhere")).Status.Should().Be(200);
        secondApp.Revive();
        await world.ReadyAsync(second);
        (await world.CallAsync(id, "back")).Status.Should().Be(200);
        (await world.CallAsync(id, "again")).Status.Should().Be(200);

        world.App.Requests.Select(request => request.ToString()).Should().Contain($"PUT /actors/T/{id}/method/elsewhere");
        secondApp.Requests.Where(request => request.ActorId == id).Select(request => request.ToString()).Should().Equal(
            $"PUT /actors/T/{id}/method/find", $"DELETE /actors/T/{id}", $"PUT /actors/T/{id}/method/back", $"PUT /actors/T/{id}/method/again");
    }

    [Fact]
    public async Task HostThatDied_ComesBackWithoutFormerInstances()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        (FakeSidecar second, FakeApp secondApp) = await AddHostAsync(world);
        string id = await IdOnAsync(world, secondApp);

        secondApp.Kill();
        await world.Runtime.HostGoneAsync(second, graceful: false, CancellationToken.None);
        secondApp.Revive();
        await world.ReadyAsync(second);
        (await world.CallAsync(id, "back")).Status.Should().Be(200);

        secondApp.Deletes.Should().BeEmpty("the new process has nothing to drop");
    }

    [Fact]
    public async Task Timers_EndWhenTheirActorMoves()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        for (int n = 0; n < 50; n++) await world.SendAsync("POST", $"T/{n}/timers/t", """{"dueTime":"1h"}""");

        await AddHostAsync(world);

        world.Statistics().Timers.Should().BeInRange(1, 49);
    }

    [Fact]
    public async Task HostThatIsReadyAgain_ReplacesItsFormerLife()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.CallAsync("1");

        await world.ReadyAsync(world.Web);

        world.Runtime.ActiveActors(world.Web).Should().Contain("T", 0);
        (await world.CallAsync("1")).Status.Should().Be(200);
        world.Statistics().Hosts.Should().ContainSingle();
    }

    internal static async Task<(FakeSidecar Sidecar, FakeApp App)> AddHostAsync(ActorWorld world)
    {
        var app = new FakeApp();
        var sidecar = new FakeSidecar("web", 1, app);
        await world.ReadyAsync(sidecar);
        return (sidecar, app);
    }

    /// <summary>Calls actors until one runs on the wanted app.</summary>
    private static async Task<string> IdOnAsync(ActorWorld world, FakeApp app)
    {
        for (int n = 0; n < 1_000; n++)
        {
            await world.CallAsync($"id{n}", "find");
            if (app.Requests.Any(request => request.Path == $"/actors/T/id{n}/method/find")) return $"id{n}";
        }

        throw new InvalidOperationException("no actor falls to that host");
    }
}
