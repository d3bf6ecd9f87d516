using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Components;

public sealed class ComponentRegistryTests
{
    private static readonly ComponentEnvironment Environment = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["APP_secret"] = "s3cret", ["PLAIN"] = "p", ["DAPR_TOKEN"] = "hidden", ["APP_API_TOKEN"] = "hidden",
    });

    [Fact]
    public async Task Find_ScopedComponent_IsSeenByItsAppsOnly()
    {
        await using ComponentRegistry registry = await TestComponents.StartAsync(
            TimeProvider.System,
            TestComponents.Resource("bus", "pubsub.in-memory") with { Scopes = ["web"] },
            TestComponents.Resource("store", "state.in-memory"));

        registry.FindPubSub("web", "bus").Should().NotBeNull();
        registry.FindPubSub("other", "bus").Should().BeNull();
        registry.FindStateStore("web", "bus").Should().BeNull("a bus is no store");
        registry.ForApp("other").Select(component => component.Name).Should().Equal("store");
    }

    [Fact]
    public async Task Create_SecretsAndVariables_AreResolvedWhateverTheOrder()
    {
        ComponentResource store = TestComponents.Resource("store", "state.in-memory") with
        {
            SecretStore = "env",
            Metadata =
            [
                new ComponentSetting("fromSecret", "") { SecretName = "secret", SecretKey = "secret" },
                new ComponentSetting("FromEnv", "") { EnvRef = "PLAIN" },
            ],
        };

        await using ComponentRegistry registry = await TestComponents.StartAsync(
            TimeProvider.System, Environment, store, TestComponents.Resource("env", "secretstores.local.env", ("prefix", "APP_")));

        IStateStore found = registry.FindStateStore("web", "store")!;
        found.Metadata["FROMSECRET"].Should().Be("s3cret");
        found.Metadata["fromenv"].Should().Be("p");
    }

    [Fact]
    public async Task Create_ValueBesideASecretOrAVariable_IsForWhenTheSecretIsEmpty()
    {
        ComponentResource store = TestComponents.Resource("store", "state.in-memory") with
        {
            SecretStore = "env",
            Metadata =
            [
                new ComponentSetting("unset", "beside") { SecretName = "UNSET", SecretKey = "UNSET" },
                new ComponentSetting("set", "beside") { SecretName = "PLAIN", SecretKey = "PLAIN" },
                new ComponentSetting("variable", "beside") { EnvRef = "PLAIN" },
            ],
        };

        await using ComponentRegistry registry = await TestComponents.StartAsync(
            TimeProvider.System, Environment, store, TestComponents.Resource("env", "secretstores.local.env"));

        IStateStore found = registry.FindStateStore("web", "store")!;
        found.Metadata["unset"].Should().Be("beside");
        found.Metadata["set"].Should().Be("p");
        found.Metadata["variable"].Should().Be("beside", "a variable counts only where there is no value");
    }

    [Fact]
    public async Task SecretStore_Environment_WithholdsTokensAndKnowsNoMissingSecret()
    {
        await using ComponentRegistry registry = await TestComponents.StartAsync(
            TimeProvider.System, Environment, TestComponents.Resource("env", "secretstores.local.env"));
        ISecretStore store = registry.FindSecretStore("web", "env")!;

        (await store.GetAsync("PLAIN", EmptyMetadata.Value, default))!["PLAIN"].Should().Be("p");
        (await store.GetAsync("UNSET", EmptyMetadata.Value, default))!["UNSET"].Should().BeEmpty();
        (await store.GetAsync("DAPR_TOKEN", EmptyMetadata.Value, default))!["DAPR_TOKEN"].Should().BeEmpty();
        (await store.GetAllAsync(default))["APP_API_TOKEN"]["APP_API_TOKEN"].Should().BeEmpty();
    }

    [Theory]
    [InlineData("DAPR_TOKEN")]
    [InlineData("APP_API_TOKEN")]
    [InlineData("two words")]
    public async Task Create_EnvRefToAWithheldVariable_IsRefused(string variable)
    {
        ComponentResource store = TestComponents.Resource("store", "state.in-memory") with { Metadata = [new ComponentSetting("x", "") { EnvRef = variable }] };

        string message = await FailureAsync(store);

        message.Should().Contain("test.yaml").And.Contain("'store'").And.Contain("'x.envRef'");
    }

    [Fact]
    public async Task Create_UnknownType_NamesItAndTheOnesThereAre()
    {
        string message = await FailureAsync(TestComponents.Resource("bus", "pubsub.carrier-pigeon"));

        message.Should().Contain("test.yaml").And.Contain("pubsub.carrier-pigeon").And.Contain("pubsub.redis").And.Contain("state.in-memory");
    }

    [Fact]
    public async Task Create_FailingComponentThatIgnoresErrors_IsLeftOut()
    {
        await using ComponentRegistry registry = await TestComponents.StartAsync(
            TimeProvider.System,
            TestComponents.Resource("bad", "state.redis", ("redisHost", "nonsense")) with { IgnoreErrors = true },
            TestComponents.Resource("good", "state.in-memory"));

        registry.ForApp("web").Select(component => component.Name).Should().Equal("good");
    }

    [Fact]
    public async Task Create_TwoActorStoresForOneApp_IsAnErrorAndDisjointScopesAreNot()
    {
        ComponentResource one = TestComponents.Resource("one", "state.in-memory", ("actorStateStore", "true"));
        ComponentResource two = TestComponents.Resource("two", "state.in-memory", ("actorStateStore", "true"));

        (await FailureAsync(one, two with { Scopes = ["web"] })).Should().Contain("'two'").And.Contain("'one'").And.Contain("actorStateStore");

        await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, one with { Scopes = ["api"] }, two with { Scopes = ["web"] });
        registry.ActorStateStore("web")!.Name.Should().Be("two");
        registry.ActorStateStore("else").Should().BeNull();
    }

    [Fact]
    public async Task Create_InitThatHangs_EndsAfterItsTimeout()
    {
        ComponentFactory hanging = new("state.slow", (settings, _) => new HangingStore(settings));
        var set = new ResourceSet { Components = [TestComponents.Resource("slow", "state.slow") with { InitTimeout = TimeSpan.FromMilliseconds(50) }] };

        Func<Task> start = () => ComponentRegistry.CreateAsync(set, Environment, NullLoggerFactory.Instance, TimeProvider.System, default, [hanging]);

        (await start.Should().ThrowAsync<ComponentException>()).WithMessage("*'slow'*initTimeout of 0.05 s*");
    }

    [Theory]
    [InlineData("redisHost", "host:99999", "'redisHost'")]
    [InlineData("enableTLS", "true", "not supported")]
    [InlineData("redisType", "cluster", "not supported")]
    [InlineData("failover", "true", "not supported")]
    [InlineData("processingTimeout", "long", "'processingTimeout'")]
    [InlineData("concurrency", "0", "'concurrency'")]
    [InlineData("redisDB", "x", "'redisDB'")]
    public async Task Create_WrongRedisSetting_NamesTheField(string field, string value, string expected)
    {
        ComponentResource bus = field == "redisHost"
            ? TestComponents.Resource("bus", "pubsub.redis", (field, value))
            : TestComponents.Resource("bus", "pubsub.redis", ("redisHost", "127.0.0.1:1"), (field, value));

        (await FailureAsync(bus)).Should().Contain("test.yaml").And.Contain("'bus'").And.Contain(expected);
    }

    [Fact]
    public async Task Create_KeyPrefixWithSeparator_IsRefused() =>
        (await FailureAsync(TestComponents.Resource("store", "state.in-memory", ("keyPrefix", "a||b")))).Should().Contain("'keyPrefix'");

    private static async Task<string> FailureAsync(params ComponentResource[] components)
    {
        Func<Task> start = () => TestComponents.StartAsync(TimeProvider.System, Environment, components);
        return (await start.Should().ThrowAsync<ComponentException>()).Which.Message;
    }

    private sealed class HangingStore(ComponentSettings settings) : IComponent
    {
        public string Name => settings.Resource.Name;

        public string Type => settings.Resource.Type;

        public string Version => "v1";

        public IReadOnlyList<string> Capabilities => [];

        public IReadOnlyDictionary<string, string> Metadata => settings.Metadata;

        public Task InitAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
