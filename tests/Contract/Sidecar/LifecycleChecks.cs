using System.Net;
using DaprTrading.LocalRuntime;
using DaprTrading.Tests.Contract.Sidecar.Fakes;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class LifecycleChecks
{
    private const string Plain = """[{"pubsubname":"bus","topic":"t","route":"/t","deadLetterTopic":"dead"}]""";

    [Fact]
    public async Task Check108_UnhealthyApp_GetsNothingUntilItRecovers()
    {
        int status = 200;
        await using World world = await World.StartAsync(
            app =>
            {
                app.Subscriptions = Plain;
                app.Answer = (http, seen) =>
                {
                    if (seen.Path == "/healthz") http.Response.StatusCode = Volatile.Read(ref status);
                    return Task.CompletedTask;
                };
            },
            options: o => o with { AppToken = "t", AppHealth = new AppHealthOptions("/healthz", TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(5), 3) });
        Volatile.Write(ref status, 503);
        await Eventually.True(() => !world.Sidecar.Ready);
        await Eventually.True(() => !world.Bus.HasSubscriber("t", "web"));
        HttpResponseMessage refused = await world.Client.GetAsync("/v1.0/invoke/web/method/x");
        (await refused.ShouldBeError(500, "ERR_DIRECT_INVOKE")).Should().Contain("app is not in a healthy state");
        await world.PublishAsync("t");

        Volatile.Write(ref status, 200);
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.All.Count(seen => seen.Path == "/dapr/subscribe").Should().Be(1);
        world.Actors.Events.Should().Equal("ready web", "gone web graceful", "ready web");
        world.App.All.Where(seen => seen.Path == "/healthz").Should().OnlyContain(seen => !seen.Headers.ContainsKey("dapr-api-token"));
    }

    [Fact]
    public async Task AppExited_PausesAndAsksAgainWhenItIsBack()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = Plain);
        await world.App.DisposeAsync();
        await world.Host.AppExitedAsync(world.Sidecar);
        world.Sidecar.Ready.Should().BeFalse();
        world.Sidecar.App!.Available.Should().BeFalse();
        world.Actors.Events.Should().Equal("ready web", "gone web dead");
        await Eventually.True(() => !world.Bus.HasSubscriber("t", "web"));
        await world.PublishAsync("t");

        await using ScriptedApp back = await ScriptedApp.StartAsync(app => app.Subscriptions = Plain, world.App.Port);
        await Eventually.True(() => world.Bus.Acked == 1);
        back.All.Select(seen => seen.Path).Should().Equal("/dapr/config", "/dapr/subscribe", "/t");
        world.Bus.Texts("dead").Should().BeEmpty();
        await Eventually.True(() => world.Sidecar.Ready);
        world.Actors.Events.Should().Equal("ready web", "gone web dead", "ready web");
    }

    [Fact]
    public async Task DeliveryToADeadApp_WaitsForItWithoutUsingUpRetries()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = Plain, w => w.Policies.Inbound = DeliveryChecks.Retry(1));
        await world.App.DisposeAsync();
        await world.PublishAsync("t");
        await Eventually.True(() => !world.Sidecar.App!.Available, "the refused connection is noticed");
        await Eventually.Never(() => world.Bus.Acked + world.Bus.Failed > 0, TimeSpan.FromMilliseconds(300));

        await using ScriptedApp back = await ScriptedApp.StartAsync(port: world.App.Port);
        await Eventually.True(() => world.Bus.Acked == 1);
        back.Calls.Should().ContainSingle();
        world.Bus.Texts("dead").Should().BeEmpty();
        world.Sidecar.Statistics.Retries.Should().Be(0);
    }

    [Theory]
    [InlineData(5, 6, 1)]
    [InlineData(2, 3, 0)]
    public async Task SubscribeQuestion_ThatCannotBeAsked_IsRepeatedAsTheInitializationPolicySays(int retries, int questions, int subscriptions)
    {
        int asked = 0;
        await using World world = await World.StartAsync(
            app =>
            {
                app.Subscriptions = Plain;
                app.BreaksOff = seen => seen.Path == "/dapr/subscribe" && Interlocked.Increment(ref asked) <= 5;
            },
            w => w.Policies.Initialization = new RetrySchedule(retries, TimeSpan.FromMilliseconds(1), 1, TimeSpan.FromMilliseconds(1)));

        asked.Should().Be(questions);
        world.Sidecar.Subscribes.Should().Be(subscriptions > 0);
    }

    [Fact]
    public async Task OtherInstance_GoesOnWhenOneExits()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = Plain);
        var second = await world.AddAsync("web", app => app.Subscriptions = Plain, instance: 1);
        await world.App.DisposeAsync();
        await world.Host.AppExitedAsync(world.Sidecar);
        for (int i = 0; i < 5; i++) await second.Client.PostAsync("/v1.0/publish/bus/t", World.Content("{}"));
        await Eventually.True(() => world.Bus.Acked == 5);
        second.App.Calls.Should().HaveCount(5);
    }

    [Fact]
    public async Task HangingApp_DoesNotStallOthers()
    {
        var release = new TaskCompletionSource();
        await using World world = await World.StartAsync(app =>
        {
            app.Subscriptions = Plain;
            app.Answer = (_, _) => release.Task;
        });
        var other = await world.AddAsync("other", app => app.Subscriptions = Plain);
        for (int i = 0; i < 20; i++) await world.PublishAsync("t");
        await Eventually.True(() => other.App.Calls.Count == 20);
        release.SetResult();
        await Eventually.True(() => world.Bus.Acked == 40);
    }

    [Fact]
    public async Task Stop_DrainsDeliveriesThenActors()
    {
        var release = new TaskCompletionSource();
        await using World world = await World.StartAsync(app =>
        {
            app.Subscriptions = Plain;
            app.Answer = (_, _) => release.Task;
        });
        await world.PublishAsync("t");
        await Eventually.True(() => world.App.Calls.Count == 1);
        Task stopping = world.Host.StopAsync(world.Sidecar, default);
        await Eventually.Never(() => stopping.IsCompleted, TimeSpan.FromMilliseconds(100));
        world.Actors.Events.Should().Equal("ready web");
        release.SetResult();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        world.Bus.Acked.Should().Be(1);
        world.Actors.Events.Should().Equal("ready web", "gone web graceful");
        world.Host.Sidecars.Should().BeEmpty();
        await world.Client.Invoking(client => client.GetAsync("/v1.0/healthz")).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task SidecarWithoutApp_IsReadyAndServesOutgoingCalls()
    {
        await using World world = await World.StartAsync();
        var bare = await world.AddAsync("tool", options: o => o with { AppPort = null });
        await Eventually.True(() => bare.Sidecar.Ready);
        await (await bare.Client.GetAsync("/v1.0/healthz")).ShouldBeEmpty204();
        await (await bare.Client.PostAsync("/v1.0/publish/bus/t", World.Content("{}"))).ShouldBeEmpty204();
        (await bare.Client.GetAsync("/v1.0/invoke/web/method/x")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task StartOnATakenPort_FailsAndLeavesNothing()
    {
        await using World world = await World.StartAsync();
        var options = new SidecarOptions { AppId = "twin", HttpPort = world.Sidecar.HttpPort, Uuid = "u", PodName = "p" };
        await world.Host.Invoking(host => host.StartAsync(options, default)).Should().ThrowAsync<IOException>();
        world.Host.Sidecars.Should().ContainSingle();
    }

    [Fact]
    public async Task AppExitedAfterStop_IsNothing()
    {
        await using World world = await World.StartAsync();
        await world.Host.StopAsync(world.Sidecar, default);
        await world.Host.AppExitedAsync(world.Sidecar).WaitAsync(TimeSpan.FromSeconds(20));
        world.Actors.Events.Should().Equal("ready web", "gone web graceful");
    }

    [Fact]
    public async Task AppCrashesWhileStarting_IsAskedAgain()
    {
        await using World world = await World.StartAsync();
        var never = new TaskCompletionSource();
        await using ScriptedApp app = await ScriptedApp.StartAsync(a => a.Before = seen => seen.Path == "/dapr/config" ? never.Task : Task.CompletedTask);
        ISidecar sidecar = await world.Host.StartAsync(new SidecarOptions { AppId = "slow", AppPort = app.Port, Uuid = "u", PodName = "p" }, default);
        await Eventually.True(() => app.All.Count == 1);
        sidecar.Ready.Should().BeFalse();
        app.Before = _ => Task.CompletedTask;
        await world.Host.AppExitedAsync(sidecar).WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.True(() => sidecar.Ready);
        app.All.Select(seen => seen.Path).Should().Equal("/dapr/config", "/dapr/config", "/dapr/subscribe");
    }
}
