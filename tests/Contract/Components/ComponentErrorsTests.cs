using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
    [InlineData("pubsub.redis", Redis, "127.0.0.1:1", "redisHost")]
    [InlineData("state.redis", Redis, "127.0.0.1:1", "redisHost")]
    [InlineData("pubsub.rabbitmq", Rabbit, "127.0.0.1", "connectionString")]
    [InlineData("state.postgresql", Postgres, "127.0.0.1", "connectionString")]
    [InlineData("state.postgres", Postgres, "127.0.0.1", "connectionString")]
    public async Task Server_Unreachable_IsNamedWithinTheInitTimeout(string type, string metadata, string server, string field)
    {
        string message = await FailureAsync(type, metadata);

        message.Should().Contain("test.yaml:1: component 'thing'").And.Contain(server).And.Contain($"'{field}'");
        message.Should().NotContain("password=p");
    }

    [Theory]
    [InlineData("pubsub.redis", "redisHost=127.0.0.1:{0}", "redisHost")]
    [InlineData("state.redis", "redisHost=127.0.0.1;redisPort={0}", "redisHost")]
    [InlineData("pubsub.rabbitmq", "connectionString=amqp://u:secret@127.0.0.1:{0}", "connectionString")]
    [InlineData("pubsub.rabbitmq", "hostname=127.0.0.1:{0}", "hostname")]
    [InlineData("state.postgresql", "connectionString=host=127.0.0.1 port={0} user=u password=secret database=d", "connectionString")]
    public async Task Server_Silent_IsNamedWhenTheInitTimeoutEnds(string type, string metadata, string field)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;

        string message = await FailureAsync(type, string.Format(CultureInfo.InvariantCulture, metadata, port), TimeSpan.FromMilliseconds(300));

        message.Should().StartWith($"test.yaml:1: component 'thing' ({type})").And.Contain($"'{field}'").And.Contain($"127.0.0.1:{port}").And.Contain("initTimeout of 0.3 s");
        message.Should().NotContain("secret");
    }

    [Theory]
    [InlineData("state.in-memory", "v2", "v1")]
    [InlineData("pubsub.in-memory", "1", "v1")]
    [InlineData("pubsub.redis", "v2", "v1")]
    [InlineData("secretstores.local.env", "latest", "v1")]
    [InlineData("state.postgresql", "v1", "v2")]
    [InlineData("state.postgresql", "", "v2")]
    public async Task Version_ThatTheTypeDoesNotHave_IsNamedWithTheOneItHas(string type, string version, string right)
    {
        ComponentResource resource = Resource(type, "") with { Version = version };
        Func<Task> start = () => TestComponents.StartAsync(TimeProvider.System, resource);
        Action check = () => ComponentRegistry.CheckTypes(new ResourceSet { Components = [resource] });

        string expected = $"test.yaml:1: component 'thing' ({type}): spec.version '{version}' *set it to {right}";
        (await start.Should().ThrowAsync<ComponentException>()).WithMessage(expected);
        check.Should().Throw<ComponentException>().WithMessage(expected);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("V1")]
    [InlineData("v0")]
    [InlineData("")]
    public async Task Version_First_HasSeveralNamesAsInDapr(string version)
    {
        await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, Resource("state.in-memory", "") with { Version = version });

        registry.FindStateStore("web", "thing").Should().NotBeNull();
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
    [InlineData("pubsub.redis", Redis + ";concurency=5", "concurency")]
    [InlineData("state.redis", Redis + ";concurrency=5", "concurrency")]
    [InlineData("pubsub.in-memory", "queueDepth=5", "queueDepth")]
    [InlineData("state.in-memory", "ttl=5", "ttl")]
    [InlineData("secretstores.local.env", "praefix=X_", "praefix")]
    [InlineData("pubsub.rabbitmq", Rabbit + ";prefetch=5", "prefetch")]
    public async Task Field_Unknown_IsIgnoredAsInDapr(string type, string metadata, string field)
    {
        var log = new ListLogger();
        ComponentResource resource = Resource(type, metadata + ";consumerID=x;keyPrefix=none") with { IgnoreErrors = true, InitTimeout = TimeSpan.FromMilliseconds(300) };

        await using ComponentRegistry registry = await ComponentRegistry.CreateAsync(
            new ResourceSet { Components = [resource] }, ComponentEnvironment.Empty, log, TimeProvider.System, default);

        registry.ForApp("web").Count.Should().Be(metadata.Contains("127.0.0.1", StringComparison.Ordinal) ? 0 : 1, "only the server that is not there keeps it out");
        log.Lines.Where(line => line.Contains("unknown", StringComparison.Ordinal)).Should()
            .Equal($"test.yaml:1: component 'thing' ({type}): metadata field '{field}' is unknown and ignored");
    }

    private static async Task<string> FailureAsync(string type, string metadata, TimeSpan? initTimeout = null)
    {
        ComponentResource resource = Resource(type, metadata);
        if (initTimeout is { } limit) resource = resource with { InitTimeout = limit };
        Func<Task> start = async () =>
        {
            await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, resource);
        };
        return (await start.Should().ThrowAsync<ComponentException>()).Which.Message;
    }

    private static ComponentResource Resource(string type, string metadata) => TestComponents.Resource("thing", type, [.. Fields(metadata)]) with
    {
        InitTimeout = TimeSpan.FromSeconds(10),
        Version = type.StartsWith("state.postgres", StringComparison.Ordinal) ? "v2" : "v1",
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
