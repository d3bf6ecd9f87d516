using Dapr.Actors;
using Dapr.Actors.Client;
using Dapr.Actors.Runtime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class ActorHostTests
{
    private static readonly ActorId _id = new("a");

    [Theory]
    [InlineData(-1, 0, null, null, typeof(ArgumentOutOfRangeException))]
    [InlineData(0, -2, null, null, typeof(ArgumentOutOfRangeException))]
    [InlineData(1000, 0, null, 999, typeof(ArgumentOutOfRangeException))]
    [InlineData(0, 1000, 0, null, typeof(ArgumentOutOfRangeException))]
    [InlineData(0, 1500, 3, null, typeof(ArgumentException))]
    [InlineData(0, -1, 3, null, typeof(ArgumentException))]
    public void B32_Times_AgainstTheRules_Throw(int dueMs, int periodMs, int? repetitions, int? ttlMs, Type exception)
    {
        Func<object> create = () => new ActorReminder("T", _id, "r", null, TimeSpan.FromMilliseconds(dueMs), TimeSpan.FromMilliseconds(periodMs), repetitions,
            ttlMs is { } ttl ? TimeSpan.FromMilliseconds(ttl) : null);

        create.Should().Throw<ArgumentException>().Which.GetType().Should().Be(exception);
    }

    [Fact]
    public void B32_Names_Missing_Throw()
    {
        FluentActions.Invoking(() => new ActorReminderToken("T", _id, null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new ActorTimerToken("T", null!, "t")).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new ActorTimer(null!, _id, "t", "c", null, default, default)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new ActorTimer("T", _id, "t", "c", null, TimeSpan.FromSeconds(2), default, TimeSpan.FromSeconds(1)))
            .Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task B33_Config_Plain()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        (await app.App.SendAsync(HttpMethod.Get, "/dapr/config")).Should()
            .Be((200, """{"entities":["Counter","StateActor"],"reentrancy":{"enabled":false}}""", "application/json"));
    }

    [Fact]
    public async Task B33_Config_EveryOption()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync(options =>
        {
            options.ActorIdleTimeout = TimeSpan.FromHours(25);
            options.ActorScanInterval = TimeSpan.FromSeconds(30);
            options.DrainOngoingCallTimeout = TimeSpan.FromMilliseconds(1500);
            options.DrainRebalancedActors = true;
            options.RemindersStoragePartitions = 3;
            options.ReentrancyConfig = new ActorReentrancyConfig { Enabled = true, MaxStackDepth = 8 };
            options.Actors.RegisterActor<CounterActor>("Own", new ActorRuntimeOptions { ActorIdleTimeout = TimeSpan.FromMinutes(5) });
        });

        (await app.App.SendAsync(HttpMethod.Get, "/dapr/config")).Body.Should().Be("""
            {"entities":["Counter","StateActor","Own"],"actorIdleTimeout":"25h0m0s0ms","actorScanInterval":"0h0m30s0ms",
            "drainOngoingCallTimeout":"0h0m1s500ms","drainRebalancedActors":true,"remindersStoragePartitions":3,
            "reentrancy":{"enabled":true,"maxStackDepth":8},
            "entitiesConfig":[{"entities":["Own"],"actorIdleTimeout":"0h5m0s0ms","reentrancy":{"enabled":false}}]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public void B33_Options_AgainstTheRules_Throw()
    {
        var options = new ActorRuntimeOptions();

        options.Invoking(o => o.ActorIdleTimeout = TimeSpan.Zero).Should().Throw<ArgumentOutOfRangeException>();
        options.Invoking(o => o.DrainOngoingCallTimeout = TimeSpan.FromSeconds(-1)).Should().Throw<ArgumentOutOfRangeException>();
        options.Invoking(o => o.JsonSerializerOptions = null!).Should().Throw<ArgumentNullException>();
    }

    [Theory]
    [InlineData(typeof(ValueTaskActor), "*ValueTask*")]
    [InlineData(typeof(OverloadActor), "*overloads 'DoAsync'*")]
    [InlineData(typeof(GenericMethodActor), "*generic method*")]
    [InlineData(typeof(GenericInterfaceActor), "*generic*")]
    [InlineData(typeof(StrangerActor), "*IDisposable*")]
    [InlineData(typeof(TokenFirstActor), "*CancellationToken*")]
    public async Task B34_InterfaceAgainstTheRules_IsRefusedAtStart(Type actor, string message)
    {
        Func<Task> start = () => FakeActorApp.StartAsync(options => options.Actors.Add(new ActorRegistration(ActorTypeInformation.Get(actor, null))));

        (await start.Should().ThrowAsync<ArgumentException>()).WithMessage(message);
    }

    [Fact]
    public void B34_TypeInformation_NamesAndRefusals()
    {
        ActorTypeInformation.Get(typeof(CounterActor), null).ActorTypeName.Should().Be("Counter");
        ActorTypeInformation.Get(typeof(StateActor), null).ActorTypeName.Should().Be(nameof(StateActor));
        ActorTypeInformation.Get(typeof(CounterActor), "Other").ActorTypeName.Should().Be("Other");
        ActorTypeInformation.Get(typeof(CounterActor), null).IsRemindable.Should().BeTrue();
        ActorTypeInformation.Get(typeof(StateActor), null).IsRemindable.Should().BeFalse();
        FluentActions.Invoking(() => ActorTypeInformation.Get(typeof(string), null)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => ActorTypeInformation.Get(typeof(FacelessActor), null)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task B34_MappingWithoutRegistration_ThrowsInvalidOperation()
    {
        Func<Task> start = () => FakeApp.StartAsync(app => app.MapActorsHandlers());

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*AddActors*");
        FluentActions.Invoking(() => ((IServiceCollection?)null).AddActors(null)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public async Task B36_TestHost_StateWithoutProvider_ThrowsInvalidOperation()
    {
        var actor = new StateActor(ActorHost.CreateForTest<StateActor>());

        (await actor.DoAsync("get k;set k 1;has k;tryremove k;save;clear;unload k")).Split(';').Should()
            .HaveCount(7).And.OnlyContain(result => result == nameof(InvalidOperationException));
    }

    [Fact]
    public async Task B36_TestHost_FakeTimerManagerSeesRegistrations()
    {
        var timers = new FakeTimers();
        var diary = new Diary();
        ActorHost host = ActorHost.CreateForTest<CounterActor>(new ActorTestOptions { ActorId = _id, TimerManager = timers });
        var actor = new CounterActor(host, diary, new Companion(diary));

        await actor.RegisterAsync("timer");
        await actor.RegisterAsync("reminder");

        timers.Seen.Should().Equal("timer Counter/a/t 1 OnTimerAsync", "reminder Counter/a/r 1.00:00:00.0015000");
    }

    [Fact]
    public async Task B36_TestHost_NothingGiven_SaysWhatToSet()
    {
        var diary = new Diary();
        var actor = new CounterActor(ActorHost.CreateForTest(typeof(CounterActor), "Named"), diary, new Companion(diary));

        (await actor.Invoking(a => a.RegisterAsync("timer")).Should().ThrowAsync<NotSupportedException>()).WithMessage("*TimerManager*");
        (await actor.Invoking(a => a.CallOtherAsync()).Should().ThrowAsync<NotSupportedException>()).WithMessage("*ProxyFactory*");
        actor.Host.ActorTypeInfo.ActorTypeName.Should().Be("Named");
    }

    [Fact]
    public async Task B36_TestActor_WithStateOfItsOwn_NeedsNoSidecar()
    {
        var state = new FakeState();
        var actor = new ShelfActor(ActorHost.CreateForTest<ShelfActor>(), state);

        await actor.PutAsync(2, CancellationToken.None);

        (await actor.PutAsync(3, CancellationToken.None)).Should().Be(5);
        state.Saves.Should().Be(2);
    }

    [Fact]
    public async Task B38_Healthz_IsThere_AndTheAppsOwnWins()
    {
        await using FakeActorApp plain = await FakeActorApp.StartAsync();
        await using FakeActorApp own = await FakeActorApp.StartAsync(map: app => app.MapGet("/healthz", () => "mine"));

        (await plain.App.SendAsync(HttpMethod.Get, "/healthz")).Body.Should().Be("Healthy");
        (await own.App.SendAsync(HttpMethod.Get, "/healthz")).Body.Should().Be("mine");
    }

    [Fact]
    public async Task AddActors_RegistersAProxyFactoryWithTheSameJsonOptions()
    {
        await using FakeActorApp app = await FakeActorApp.StartAsync();

        var factory = (ActorProxyFactory)app.App.Services.GetRequiredService<IActorProxyFactory>();

        factory.DefaultOptions.HttpEndpoint.Should().Be(app.Sidecar.Endpoint);
        factory.DefaultOptions.DaprApiToken.Should().Be("secret");
        app.App.Services.GetRequiredService<ActorRuntime>().RegisteredActors.Select(actor => actor.Type.ActorTypeName).Should().Equal("Counter", "StateActor");
    }
}
