using System.Text.Json;
using DaprTrading.LocalRuntime;
using DaprTrading.Tests.Contract.Sidecar.Fakes;
using Microsoft.AspNetCore.Http;
using Polly;
using Polly.Retry;

namespace DaprTrading.Tests.Contract.Sidecar;

public sealed class DeliveryChecks
{
    private const string Plain = """[{"pubsubname":"bus","topic":"t","route":"/t"}]""";
    private const string WithDeadLetter = """[{"pubsubname":"bus","topic":"t","route":"/t","deadLetterTopic":"dead"}]""";

    [Fact]
    public async Task Check040_NoSubscriptions_SidecarIsHealthy()
    {
        await using World world = await World.StartAsync();
        await (await world.Client.GetAsync("/v1.0/healthz")).ShouldBeEmpty204();
        (await (await world.Client.GetAsync("/v1.0/metadata")).JsonAsync()).TryGetProperty("subscriptions", out _).Should().BeFalse();
    }

    [Fact]
    public async Task Check041_OtherCasingNoSlash_WorksTheSame()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = """[{"pubsubName":"bus","Topic":"t","route":"x"}]""");
        await world.PublishAsync("t");
        await Eventually.True(() => world.App.Calls.Count == 1);
        world.App.Calls[0].Target.Should().Be("/x");
    }

    [Fact]
    public async Task Check042And043_Delivery_IsTheStoredEnvelopeWithMetadataAsHeaders()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = Plain);
        await world.PublishAsync("t?metadata.foo=bar&metadata.ttlInSeconds=60&metadata.content-length=3");
        await Eventually.True(() => world.App.Calls.Count == 1);
        Seen call = world.App.Calls[0];
        call.Method.Should().Be("POST");
        call.Headers["Content-Type"].Should().Be("application/cloudevents+json");
        call.Headers["Pubsubname"].Should().Be("bus");
        call.Headers["Foo"].Should().Be("bar");
        call.Headers["Ttlinseconds"].Should().Be("60");
        call.Body.Should().Be(world.Bus.Texts("t").Single());
        string published = call.Body.Json().Text("traceparent");
        call.Headers["traceparent"].Should().StartWith(published[..36]).And.NotBe(published);
        await Eventually.True(() => world.Bus.Acked == 1);
        world.Sidecar.Statistics.Delivered.Should().Be(1);
    }

    [Fact]
    public async Task Check044_RawSubscription_GetsAFreshEnvelope()
    {
        await using World world = await World.StartAsync(
            app => app.Subscriptions = """[{"pubsubname":"bus","topic":"t","route":"/t","metadata":{"rawPayload":"true"}}]""");
        await world.PublishAsync("t?metadata.rawPayload=true", "\u0001\u0002\u0003", "text/plain");
        await Eventually.True(() => world.App.Calls.Count == 1);
        JsonElement envelope = world.App.Calls[0].Body.Json();
        envelope.Text("data_base64").Should().Be("AQID");
        envelope.Text("datacontenttype").Should().Be("application/octet-stream");
        envelope.Text("source").Should().Be("Dapr");
        envelope.TryGetProperty("time", out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("a", "\"default\":\"/d\"", "/a")]
    [InlineData("b", "\"default\":\"/d\"", "/d")]
    [InlineData("b", "\"none\":\"\"", null)]
    public async Task Check045_Rules_ChooseThePath(string type, string fallback, string? path)
    {
        string subscriptions = """[{"pubsubname":"bus","topic":"t","routes":{"rules":[{"match":"event.type == \"a\"","path":"/a"}],""" + fallback + "}}]";
        await using World world = await World.StartAsync(app => app.Subscriptions = subscriptions);
        await world.PublishAsync("t?metadata.cloudevent.type=" + type);
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.Calls.Select(call => call.Path).Should().Equal(path is null ? [] : [path]);
    }

    [Fact]
    public async Task Check046_FirstTrueRule_Wins()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions =
            """[{"pubsubname":"bus","topic":"t","routes":{"rules":[{"match":"true","path":"/1"},{"match":"true","path":"/2"}]}}]""");
        await world.PublishAsync("t");
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.Calls.Select(call => call.Path).Should().Equal("/1");
    }

    [Theory]
    [InlineData("""[{"pubsubname":"bus","topic":"t","route":"/t"},{"pubsubname":"bus","topic":"u","routes":{"rules":[{"match":"event.type ==","path":"/u"}]}}]""")]
    [InlineData("not json")]
    public async Task Check047_InvalidRuleOrAnswer_StartsNothing(string answer)
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = answer, w => w.Declared.Add(Declared("v", "/v")));
        await (await world.Client.GetAsync("/v1.0/healthz")).ShouldBeEmpty204();
        new[] { "t", "u", "v" }.Should().OnlyContain(topic => !world.Bus.HasSubscriber(topic, "web"));
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, """{"status":"SUCCESS"}""")]
    [InlineData(200, """{"status":""}""")]
    [InlineData(204, "")]
    [InlineData(200, "hello")]
    [InlineData(200, "{}")]
    [InlineData(202, "[1]")]
    public async Task Check048_GoodAnswers_AreAckedAfterOneCall(int status, string body)
    {
        await using World world = await World.StartAsync(Answering(WithDeadLetter, status, body), w => w.Policies.Inbound = Retry(3));
        await world.PublishAsync("t");
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.Calls.Should().ContainSingle();
        world.Bus.Texts("dead").Should().BeEmpty();
    }

    [Theory]
    [InlineData(200, """{"status":"DROP"}""")]
    [InlineData(404, "")]
    public async Task Check049And050_Drop_IsAckedAndDeadLetteredUnchanged(int status, string body)
    {
        await using World world = await World.StartAsync(Answering(WithDeadLetter, status, body), w => w.Policies.Inbound = Retry(3));
        await world.PublishAsync("t?metadata.foo=bar");
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.Calls.Should().ContainSingle();
        world.Bus.Texts("dead").Should().Equal(world.Bus.Texts("t"));
        world.Bus.Texts("dead").Single().Json().Text("topic").Should().Be("t");
        world.Bus.Published.Single(m => m.Topic == "dead").Metadata["foo"].Should().Be("bar");
        world.Sidecar.Statistics.DeadLetters.Should().Be(1);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(400, "")]
    [InlineData(302, "")]
    [InlineData(200, """{"status":"RETRY"}""")]
    [InlineData(200, """{"status":"retry"}""")]
    public async Task Check051And054And055_FailureWithoutPolicy_IsOneAttempt(int status, string body)
    {
        await using World world = await World.StartAsync(Answering(WithDeadLetter, status, body));
        await world.PublishAsync("t");
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.Calls.Should().ContainSingle();
        world.Bus.Texts("dead").Should().Equal(world.Bus.Texts("t"));
    }

    [Fact]
    public async Task Check051_FailureWithoutDeadLetter_GoesBackToTheBroker()
    {
        await using World world = await World.StartAsync(Answering(Plain, 500));
        await world.PublishAsync("t");
        await Eventually.True(() => world.Bus.Failed == 1);
        world.Bus.Acked.Should().Be(0);
        world.Sidecar.Statistics.Failed.Should().Be(1);
    }

    [Fact]
    public async Task Check052_RetryPolicyConstant_CallsFourTimes()
    {
        await using World world = await World.StartAsync(Answering(WithDeadLetter, 500), w => w.Policies.Inbound = Retry(3));
        await world.PublishAsync("t");
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.Calls.Should().HaveCount(4);
        world.App.Calls.Select(call => call.Body.Json().Text("id")).Distinct().Should().ContainSingle();
        world.Bus.Texts("dead").Should().ContainSingle();
        world.Sidecar.Statistics.Retries.Should().Be(3);
    }

    [Fact]
    public async Task Check053_RetryOnOtherStatus_CallsOnce()
    {
        await using World world = await World.StartAsync(Answering(WithDeadLetter, 500), w => w.Policies.Inbound = Retry(3, status => status == 503));
        await world.PublishAsync("t");
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.Calls.Should().ContainSingle();
    }

    [Fact]
    public async Task Check056_NoJson_IsDeadLetteredWithoutACall()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = WithDeadLetter);
        await world.PublishAsync("t?metadata.rawPayload=true", "no json", "text/plain");
        await Eventually.True(() => world.Bus.Acked == 1);
        world.Bus.Texts("dead").Should().Equal("no json");
        world.App.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task CelError_IsADeliveryError()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions =
            """[{"pubsubname":"bus","topic":"t","routes":{"rules":[{"match":"event.data.none > 1","path":"/a"}],"default":"/d"}}]""");
        await world.PublishAsync("t");
        await Eventually.True(() => world.Bus.Failed == 1);
        world.App.Calls.Should().BeEmpty();
    }

    [Fact]
    public async Task Check032_ExpiredMessage_IsAckedWithoutACall()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = WithDeadLetter);
        await world.PublishAsync("t?metadata.ttlInSeconds=0");
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.Calls.Should().BeEmpty();
        world.Bus.Texts("dead").Should().ContainSingle();
    }

    [Fact]
    public async Task Check057_DeclarativeAndProgrammatic_OnlyTheProgrammaticIsCalled()
    {
        await using World world = await World.StartAsync(
            app => app.Subscriptions = Plain, w => w.Declared.AddRange([Declared("t", "/declared"), Declared("u", "/u"), Declared("u", "/late")]));
        await world.PublishAsync("t");
        await world.PublishAsync("u");
        await Eventually.True(() => world.Bus.Acked == 2);
        world.App.Calls.Select(call => call.Path).Should().BeEquivalentTo("/t", "/u");
    }

    [Fact]
    public async Task DeclarativeSubscription_OutOfScope_IsNotStarted()
    {
        await using World world = await World.StartAsync(setup: w => w.Declared.AddRange(
            [Declared("mine", "/a") with { Scopes = ["web"] }, Declared("theirs", "/b") with { Scopes = ["other"] }]));
        world.Bus.HasSubscriber("mine", "web").Should().BeTrue();
        world.Bus.HasSubscriber("theirs", "web").Should().BeFalse();
    }

    [Fact]
    public async Task Check058_TwoInstancesAndTwoApps_OneEachPerGroup()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = Plain);
        var second = await world.AddAsync("web", app => app.Subscriptions = Plain, instance: 1);
        var other = await world.AddAsync("other", app => app.Subscriptions = Plain);
        for (int i = 0; i < 10; i++) await world.PublishAsync("t", $"{i}");
        await Eventually.True(() => world.Bus.Acked == 20);
        (world.App.Calls.Count + second.App.Calls.Count).Should().Be(10);
        world.App.Calls.Should().NotBeEmpty();
        second.App.Calls.Should().NotBeEmpty();
        other.App.Calls.Should().HaveCount(10);
    }

    [Theory]
    [InlineData("{uuid}", "uuid-0")]
    [InlineData("{podName}-x", "web-0-x")]
    [InlineData("{appID}", "web")]
    [InlineData("{namespace}", "default.web")]
    public async Task ConsumerId_ResolvesItsTemplates(string template, string group)
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = Plain, w => w.Bus.Settings["consumerID"] = template);
        string topic = template == "{namespace}" ? "defaultt" : "t";
        world.Bus.HasSubscriber(topic, group).Should().BeTrue();
    }

    [Fact]
    public async Task DeadLetterTopics_AreToldBeforeTheAppReadsAnything()
    {
        List<(string Topic, bool Reads)> told = [];
        await using World world = await World.StartAsync(
            app => app.Subscriptions = """[{"pubsubname":"bus","topic":"t","route":"/in","deadLetterTopic":"t-dead"}]""",
            w => w.BeforeSubscribing = (sidecar, _) =>
            {
                told.AddRange(sidecar.DeadLetterSources().Select(source => (source.Topic, w.Bus.HasSubscriber("t", "web"))));
                return Task.CompletedTask;
            });

        told.Should().Equal(("t-dead", false));
        world.Bus.HasSubscriber("t", "web").Should().BeTrue();
    }

    [Fact]
    public async Task SubscriptionScopes_KeepASubscriptionFromStarting()
    {
        await using World world = await World.StartAsync(app => app.Subscriptions = Plain, w => w.Bus.Settings["subscriptionScopes"] = "web=other");
        world.Bus.HasSubscriber("t", "web").Should().BeFalse();
        world.Sidecar.Ready.Should().BeTrue();
    }

    [Fact]
    public async Task FailingSubscribe_IsTriedAgain()
    {
        int refusals = 2;
        await using World world = await World.StartAsync(
            app => app.Subscriptions = Plain, w => w.Bus.RefuseSubscribe = () => Interlocked.Decrement(ref refusals) >= 0 ? new InvalidOperationException("no") : null);
        await Eventually.True(() => world.Bus.HasSubscriber("t", "web"));
    }

    [Fact]
    public async Task Check107_OrderAtStart_IsConfigSubscribeDeliveries()
    {
        await using World world = await World.StartAsync(
            app =>
            {
                app.Subscriptions = Plain;
                app.Configuration = """{"entities":["T"],"actorIdleTimeout":"1h0m0s0ms","drainOngoingCallTimeout":"PT30S","reentrancy":{"enabled":true},"entitiesConfig":[{"entities":["T"],"actorIdleTimeout":"90s"}]}""";
            },
            w => w.Bus.Seed("t", "{}"u8.ToArray()));
        await Eventually.True(() => world.Bus.Acked == 1);
        world.App.All.Select(seen => seen.Path).Should().Equal("/dapr/config", "/dapr/subscribe", "/t");
        world.App.All.Take(2).Should().OnlyContain(seen => seen.Headers["dapr-app-id"] == "web");
        AppConfiguration configuration = world.Actors.Configuration!;
        configuration.Entities.Should().Equal("T");
        configuration.ActorIdleTimeout.Should().Be(TimeSpan.FromHours(1));
        configuration.DrainOngoingCallTimeout.Should().Be(TimeSpan.FromSeconds(30));
        configuration.ReentrancyEnabled.Should().BeTrue();
        configuration.PerType["T"].ActorIdleTimeout.Should().Be(TimeSpan.FromSeconds(90));
        configuration.PerType["T"].ReentrancyEnabled.Should().BeTrue();
    }

    private static Action<ScriptedApp> Answering(string subscriptions, int status, string body = "") => app =>
    {
        app.Subscriptions = subscriptions;
        app.Answer = (http, _) =>
        {
            http.Response.StatusCode = status;
            if (status == 302) http.Response.Headers.Location = "/elsewhere";
            return body.Length > 0 ? http.Response.WriteAsync(body) : Task.CompletedTask;
        };
    };

    private static DeclarativeSubscription Declared(string topic, string path) =>
        new() { PubSubName = "bus", Topic = topic, Rules = [new RouteRule("", path)] };

    internal static ResiliencePipeline Retry(int times, Func<int?, bool>? matching = null) => new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        MaxRetryAttempts = times,
        Delay = TimeSpan.FromMilliseconds(10),
        ShouldHandle = arguments => ValueTask.FromResult(
            arguments.Outcome.Exception is { } error && (matching is null || matching((error as AppStatusException)?.StatusCode))),
    }).Build();
}
