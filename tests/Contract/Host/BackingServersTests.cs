using System.Runtime.CompilerServices;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Host;

/// <summary>Which servers a folder of components needs is decided by its files.</summary>
public sealed class BackingServersTests : IDisposable
{
    private const string EnvironmentStore = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: environment }
        spec: { type: secretstores.local.env, version: v1 }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("redis", "redis")]
    [InlineData("rabbitmq", "rabbitmq postgres")]
    [InlineData("memory", "")]
    [InlineData("kafka", "postgres")]
    public void NeededBy_FolderOfTheProject_NamesItsServers(string folder, string servers)
    {
        ResourceSet resources = ResourceLoader.Load([Components(folder)], NullLogger.Instance);

        Needed(resources).Should().Equal(servers.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("RABBITMQ_URL", "amqp://somewhere", "postgres")]
    [InlineData("POSTGRES_CONNECTION", "host=db", "rabbitmq")]
    [InlineData("POSTGRES_CONNECTION", "", "rabbitmq postgres")]
    [InlineData("REDIS_HOST", "localhost:6379", "rabbitmq postgres")]
    public void NeededBy_VariableOfTheUser_StartsNothingForIt(string variable, string value, string servers)
    {
        ResourceSet resources = ResourceLoader.Load([Components("rabbitmq")], NullLogger.Instance);

        Needed(resources, (variable, value)).Should().Equal(servers.Split(' '));
    }

    [Theory]
    [InlineData("{ name: redisHost, value: \"cache.example:6379\" }", "")]
    [InlineData("{ name: redisHost, secretKeyRef: { name: REDIS_HOST, key: REDIS_HOST } }", "redis")]
    [InlineData("{ name: redisHost, envRef: REDIS_HOST }", "redis")]
    [InlineData("{ name: redisHost, secretKeyRef: { name: OTHER_HOST, key: OTHER_HOST } }", "")]
    public void NeededBy_ComponentOfAnyFolder_NeedsAServerWhenItAsksForItsVariable(string setting, string servers)
    {
        Needed(Load(setting, "environment")).Should().Equal(servers.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void NeededBy_SecretOfAnotherStore_IsNotTheEnvironments()
    {
        Needed(Load("{ name: redisHost, secretKeyRef: { name: REDIS_HOST, key: REDIS_HOST } }", "vault")).Should().BeEmpty();
    }

    private static string Components(string folder, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "components", folder));

    private static IEnumerable<string> Needed(ResourceSet resources, params (string Name, string Value)[] variables) =>
        BackingServers.NeededBy(resources, new ComponentEnvironment(variables.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal)))
            .Select(server => server.Name);

    private ResourceSet Load(string setting, string store)
    {
        File.WriteAllText(_folder.File("environment.yaml"), EnvironmentStore);
        File.WriteAllText(_folder.File("state.yaml"), $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: state }
            spec: { type: state.redis, version: v1, metadata: [ {{setting}} ] }
            auth: { secretStore: {{store}} }
            """);
        return ResourceLoader.Load([_folder.Path], NullLogger.Instance);
    }
}
