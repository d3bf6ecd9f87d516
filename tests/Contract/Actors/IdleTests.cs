using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class IdleTests
{
    private static readonly AppConfiguration TwoSeconds = ActorWorld.Hosting("T") with { ActorIdleTimeout = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task Check096_IdleActor_IsDeactivatedOnceAndKeepsItsState()
    {
        await using ActorWorld world = await ActorWorld.StartAsync(TwoSeconds);
        await world.CallAsync("1");
        await world.SendAsync("POST", "T/1/state", """[{"operation":"upsert","request":{"key":"n","value":3}}]""");

        world.Time.Advance(TimeSpan.FromSeconds(1.9));
        world.Runtime.ActiveActors(world.Web).Should().Contain("T", 1);
        world.Time.Advance(TimeSpan.FromSeconds(0.2));
        await Eventually.TrueAsync(() => world.Statistics().Active == 0, "the deactivation");
        world.Time.Advance(TimeSpan.FromSeconds(10));

        AppRequest deletion = world.App.Deletes.Should().ContainSingle().Subject;
        (deletion.Path, deletion.Body, deletion.ContentType).Should().Be(("/actors/T/1", "", "application/x-protobuf"));
        (await world.CallAsync("1")).Status.Should().Be(200);
        (await world.SendAsync("GET", "T/1/state/n")).Body.Should().Be("3");
        world.Statistics().Should().Match<DaprTrading.LocalRuntime.Actors.ActorTypeStatistics>(type => type.Turns == 2 && type.Deactivations == 1 && type.Moved == 0);
    }

    [Fact]
    public async Task Check096_OnlyIdleActorsAreDeactivated()
    {
        await using ActorWorld world = await ActorWorld.StartAsync(TwoSeconds);
        await world.CallAsync("idle");
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await world.CallAsync("busy");
        world.Time.Advance(TimeSpan.FromSeconds(1.2));
        await Eventually.TrueAsync(() => world.Statistics().Active == 1, "one deactivation");

        world.App.Deletes.Should().ContainSingle().Which.Path.Should().Be("/actors/T/idle");
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => world.Statistics().Active == 0, "the other deactivation");
    }

    [Fact]
    public async Task RunningTurn_CountsAsActivity()
    {
        await using ActorWorld world = await ActorWorld.StartAsync(TwoSeconds);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.App.Script = async (_, token) =>
        {
            await hold.Task.WaitAsync(token);
            return FakeApp.Answer(200);
        };
        Task<ApiAnswer> call = world.CallAsync("1");

        world.Time.Advance(TimeSpan.FromSeconds(30));
        hold.SetResult();

        (await call).Status.Should().Be(200);
        world.App.Deletes.Should().BeEmpty();
        world.Time.Advance(TimeSpan.FromSeconds(2.2));
        await Eventually.TrueAsync(() => world.App.Deletes.Any(), "the deactivation, now that it is idle");
    }

    [Fact]
    public async Task CallDuringADeactivation_WaitsForItAndActivatesAgain()
    {
        await using ActorWorld world = await ActorWorld.StartAsync(TwoSeconds);
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.App.Script = async (request, _) =>
        {
            if (request.Verb == "DELETE") await hold.Task;
            return FakeApp.Answer(200);
        };
        await world.CallAsync("1");
        world.Time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(() => world.App.Deletes.Any(), "the deactivation");

        Task<ApiAnswer> call = world.CallAsync("1", "again");
        world.Statistics().Waiting.Should().Be(1);
        hold.SetResult();

        (await call).Status.Should().Be(200);
        world.App.Requests.Select(request => request.ToString()).Should().Equal("PUT /actors/T/1/method/m", "DELETE /actors/T/1", "PUT /actors/T/1/method/again");
        world.Runtime.ActiveActors(world.Web).Should().Contain("T", 1);
    }

    [Fact]
    public async Task IdleTimeoutOfAType_OverridesTheGlobalOne()
    {
        AppConfiguration configuration = ActorWorld.Hosting("T", "Room") with
        {
            PerType = new Dictionary<string, AppConfiguration> { ["Room"] = TwoSeconds },
        };
        await using ActorWorld world = await ActorWorld.StartAsync(configuration);
        await world.CallAsync("1");
        await world.SendAsync("POST", "Room/1/method/m");

        world.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => world.App.Deletes.Any(), "the deactivation of the room");

        world.App.Deletes.Single().Path.Should().Be("/actors/Room/1");
        world.Runtime.ActiveActors(world.Web).Should().Contain("T", 1).And.Contain("Room", 0);
    }
}
