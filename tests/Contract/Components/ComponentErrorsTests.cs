using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Testing;

namespace DaprTrading.Tests.Contract.Components;

/// <summary>A component that cannot be used ends the start with a message that names file, component and field.</summary>
public sealed class ComponentErrorsTests
{
    private const string Redis = "redisHost=127.0.0.1:1";
    private const string Rabbit = "connectionString=amqp://127.0.0.1:1";
    private const string Postgres = "connectionString=host=127.0.0.1 port=1 user=u password=p database=d";

    [Theory]
    [InlineData("pubsub.redis", "", "redisHost")]
    [InlineData("pubsub.redis", Redis + ";concurrency=many", "concurrency")]
    [InlineData("pubsub.redis", Redis + ";concurrency=0", "concurrency")]
    [InlineData("pubsub.redis", Redis + ";queueDepth=-1", "queueDepth")]
    [InlineData("pubsub.redis", Redis + ";redisDB=first", "redisDB")]
    [InlineData("pubsub.redis", Redis + ";processingTimeout=soon", "processingTimeout")]
    [InlineData("pubsub.redis", Redis + ";redeliverInterval=-5s", "redeliverInterval")]
    [InlineData("pubsub.redis", Redis + ";maxLenApprox=long", "maxLenApprox")]
    [InlineData("pubsub.redis", Redis + ";enableTLS=maybe", "enableTLS")]
    [InlineData("pubsub.redis", Redis + ";redisType=cluster", "redisType")]
    [InlineData("pubsub.redis", Redis + ";failover=true", "failover")]
    [InlineData("pubsub.rabbitmq", Rabbit + ";durable=maybe", "durable")]
    [InlineData("pubsub.rabbitmq", Rabbit + ";prefetchCount=-1", "prefetchCount")]
    [InlineData("pubsub.rabbitmq", Rabbit + ";exchangeKind=round", "exchangeKind")]
    [InlineData("pubsub.rabbitmq", Rabbit + ";concurrencyMode=both", "concurrencyMode")]
    [InlineData("pubsub.rabbitmq", Rabbit + ";deliveryMode=9", "deliveryMode")]
    [InlineData("pubsub.rabbitmq", Rabbit + ";requeueInFailure=sometimes", "requeueInFailure")]
    [InlineData("pubsub.in-memory", "concurrency=0", "concurrency")]
    [InlineData("state.redis", "", "redisHost")]
    [InlineData("state.redis", Redis + ";ttlInSeconds=soon", "ttlInSeconds")]
    [InlineData("state.redis", Redis + ";actorStateStore=maybe", "actorStateStore")]
    [InlineData("state.redis", Redis + ";keyPrefix=a||b", "keyPrefix")]
    [InlineData("state.postgresql", Postgres + ";timeout=soon", "timeout")]
    [InlineData("state.postgresql", Postgres + ";cleanupInterval=often", "cleanupInterval")]
    [InlineData("state.postgresql", Postgres + ";maxConns=all", "maxConns")]
    [InlineData("state.sqlite", "", "connectionString")]
    [InlineData("state.sqlite", "connectionString=:memory:;busyTimeout=long", "busyTimeout")]
    [InlineData("state.sqlite", "connectionString=:memory:;disableWAL=maybe", "disableWAL")]
    [InlineData("state.sqlite", "connectionString=:memory:;tableName=a b; drop", "tableName")]
    [InlineData("secretstores.local.file", "", "secretsFile")]
    [InlineData("secretstores.local.file", "secretsFile=/nowhere/secrets.json", "secretsFile")]
    [InlineData("secretstores.local.file", "secretsFile=/nowhere/secrets.json;multiValued=maybe", "multiValued")]
    public async Task Field_MissingOrMalformed_IsNamed(string type, string metadata, string field)
    {
        string message = await FailureAsync(type, metadata);

        message.Should().StartWith($"test.yaml:1: component 'thing' ({type})").And.Contain($"'{field}'");
    }

    [Theory]
    [InlineData("pubsub.redis", Redis, "127.0.0.1:1")]
    [InlineData("state.redis", Redis, "127.0.0.1:1")]
    [InlineData("pubsub.rabbitmq", Rabbit, "127.0.0.1")]
    [InlineData("state.postgresql", Postgres, "127.0.0.1")]
    public async Task Server_Unreachable_IsNamedWithinTheInitTimeout(string type, string metadata, string server)
    {
        string message = await FailureAsync(type, metadata);

        message.Should().Contain("test.yaml:1: component 'thing'").And.Contain(server);
        message.Should().NotContain("password=p");
    }

    [Theory]
    [InlineData("pubsub.kafka")]
    [InlineData("bindings.cron")]
    [InlineData("state.redis.v2")]
    [InlineData("REDIS")]
    public async Task Type_Unknown_IsNamedWithThoseThatThereAre(string type)
    {
        (await FailureAsync(type, "")).Should().Contain($"test.yaml:1: component 'thing' ({type})").And.Contain("it has pubsub.in-memory, pubsub.rabbitmq, pubsub.redis,");
    }

    [Theory]
    [InlineData("pubsub.redis", Redis + ";concurency=5")]
    [InlineData("state.in-memory", "ttl=5")]
    public async Task Field_Unknown_IsIgnoredAsInDapr(string type, string metadata)
    {
        ComponentResource resource = Resource(type, metadata) with { IgnoreErrors = true };

        await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, resource);

        registry.ForApp("web").Count.Should().Be(type == "state.in-memory" ? 1 : 0, "only the server that is not there keeps it out");
    }

    private static async Task<string> FailureAsync(string type, string metadata)
    {
        Func<Task> start = async () =>
        {
            await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, Resource(type, metadata));
        };
        return (await start.Should().ThrowAsync<ComponentException>()).Which.Message;
    }

    private static ComponentResource Resource(string type, string metadata) => TestComponents.Resource("thing", type, [.. Fields(metadata)]) with
    {
        InitTimeout = TimeSpan.FromSeconds(10),
        Version = type == "state.postgresql" ? "v2" : "v1",
    };

    private static IEnumerable<(string Name, string Value)> Fields(string metadata)
    {
        foreach (string pair in metadata.Replace("; ", "\u0001", StringComparison.Ordinal).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = pair.Split('=', 2);
            yield return (sides[0], sides[1].Replace("\u0001", "; ", StringComparison.Ordinal));
        }
    }
}
