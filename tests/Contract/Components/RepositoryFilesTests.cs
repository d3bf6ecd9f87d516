using System.Runtime.CompilerServices;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Components;

/// <summary>The component folders and the run file the project ships are ones the local runtime takes without a complaint.</summary>
public sealed class RepositoryFilesTests
{
    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task Components_OfEachChoice_StartAndHaveOneActorStore(string choice)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        var log = new ListLogger();
        var environment = new ComponentEnvironment(new Dictionary<string, string>(StringComparer.Ordinal) { ["REDIS_HOST"] = redis.Host });

        ResourceSet set = ResourceLoader.Load([Path.Combine(Root(), "components", choice)], log);
        await using ComponentRegistry registry = await ComponentRegistry.CreateAsync(set, environment, log, TimeProvider.System, default);
        var policies = new ResiliencyPolicies(set.Resiliency, TimeProvider.System);

        log.Lines.Should().BeEmpty();
        registry.ActorStateStore("processing").Should().NotBeNull();
        registry.FindPubSub("ingestion", "pubsub").Should().NotBeNull();
        registry.FindPubSub("visualization", "broadcast").Should().NotBeNull();
        registry.FindPubSub("signals", "broadcast").Should().NotBeNull("every replica needs every market event");
        registry.FindPubSub("ingestion", "broadcast").Should().NotBeNull("it holds producers back by what the heartbeats say");
        registry.FindPubSub("processing", "broadcast").Should().BeNull("it shares its work with its replicas");
        registry.FindStateStore("processing", "history").Should().BeNull("it is the aggregator's");
        policies.InboundComponent("signals", "pubsub", ComponentKind.PubSub).Should().NotBeNull("without retries Redis loses what a handler refuses");
    }

    [Fact]
    public void RunFile_OfTheProject_HasNoUnknownKeysAndResolves()
    {
        RunFile file = RunFile.Load(Path.Combine(Root(), "deploy", "dapr"));

        file.Warnings.Should().BeEmpty();
        file.Apps.Select(app => app.AppId).Should().Contain("gateway").And.OnlyHaveUniqueItems();
        file.Apps.Should().OnlyContain(app => app.ResourcesPaths.Count == 1 && Directory.Exists(app.ResourcesPaths[0]) && app.ConfigFilePath != null);
    }

    [Fact]
    public void Components_ForDaprOnKafka_AreReadWithoutAComplaint()
    {
        var log = new ListLogger();

        ResourceSet set = ResourceLoader.Load([Path.Combine(Root(), "components", "kafka")], log);

        log.Lines.Should().BeEmpty();
        set.Components.Select(component => component.Name).Should().BeEquivalentTo("pubsub", "broadcast", "statestore", "history", "cache", "environment");
        foreach (ComponentResource component in set.Components.Where(component => component.Type == "pubsub.kafka"))
        {
            component.Version.Should().Be("v1");
            component.Metadata.Select(setting => setting.Name).Should().Contain(["brokers", "authType", "consumerGroup"]).And.BeSubsetOf(KafkaFields);
        }
    }

    [Fact]
    public void Components_OnRedis_WorkOnTheOneOfDaprInitUnlessToldOtherwise()
    {
        ResourceSet set = ResourceLoader.Load([Path.Combine(Root(), "components", "redis")], NullLogger.Instance);

        set.Components.Where(component => component.Type.EndsWith(".redis", StringComparison.Ordinal)).Should().HaveCount(5)
            .And.OnlyContain(component => component.Metadata.Any(one => one.Name == "redisHost" && one.Value == "localhost:6379" && one.SecretName == "REDIS_HOST"));
    }

    [Theory]
    [InlineData("rabbitmq")]
    [InlineData("kafka")]
    public void Components_OnPostgres_TogetherTakeFewerClientsThanItHas(string choice)
    {
        ResourceSet set = ResourceLoader.Load([Path.Combine(Root(), "components", choice)], NullLogger.Instance);
        int apps = RunFile.Load(Path.Combine(Root(), "deploy", "dapr")).Apps.Count;

        int clients = set.Components.Where(component => component.Type == "state.postgresql").Sum(component =>
            int.Parse(component.Metadata.Single(one => one.Name == "maxConns").Value) * (component.Scopes.Count > 0 ? component.Scopes.Count : apps));

        clients.Should().BeInRange(1, 90, "under daprd every sidecar has a pool of its own, and PostgreSQL takes 100 clients");
    }

    [Theory]
    [InlineData("rabbitmq")]
    [InlineData("memory")]
    [InlineData("kafka")]
    public void Components_OfEachChoice_LookTheSameToTheServices(string choice)
    {
        ResourceSet redis = ResourceLoader.Load([Path.Combine(Root(), "components", "redis")], NullLogger.Instance);
        ResourceSet other = ResourceLoader.Load([Path.Combine(Root(), "components", choice)], NullLogger.Instance);

        Faces(other).Should().Equal(Faces(redis));
        other.Resiliency.Should().ContainSingle();
    }

    // What a service can tell of a component: name, building block, and whether it sees it.
    private static IEnumerable<string> Faces(ResourceSet set) => set.Components.Where(component => !component.Type.StartsWith("secretstores.", StringComparison.Ordinal))
        .Select(component => $"{component.Name} {component.Type.Split('.')[0]} {string.Join(',', component.Scopes)}").Order(StringComparer.Ordinal);

    private static readonly string[] KafkaFields =
    [
        "brokers", "authType", "consumerGroup", "initialOffset", "consumeRetryEnabled", "consumeRetryInterval", "clientID", "version", "maxMessageBytes",
    ];

    internal static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
