using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.LocalRuntime.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Host;

/// <summary>Each app of a run file has the resources of its own folders and its own configuration.</summary>
public sealed class AppResourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Load_AppsWithDifferentFolders_SeeTheirOwnOnly()
    {
        Write("shared/store.yaml", Component("store", "state.in-memory"));
        Write("shared/sub.yaml", "apiVersion: dapr.io/v2alpha1\nkind: Subscription\nmetadata: { name: s }\nspec: { pubsubname: bus, topic: t, routes: { default: /t } }\n");
        Write("own/store.yaml", Component("store", "state.in-memory") + "---\n" + Component("bus", "pubsub.in-memory"));

        AppResources resources = Load("resourcesPath: ./shared", "{ appID: a }", "{ appID: b }", "{ appID: c, resourcesPaths: [ ./own ] }");
        await using ComponentRegistry registry = await StartAsync(resources);

        registry.FindStateStore("a", "store").Should().NotBeNull().And.BeSameAs(registry.FindStateStore("b", "store"), "apps with the same folders share");
        registry.FindStateStore("c", "store").Should().NotBeNull().And.NotBeSameAs(registry.FindStateStore("a", "store"));
        registry.FindPubSub("a", "bus").Should().BeNull();
        registry.FindPubSub("c", "bus").Should().NotBeNull();
        resources.All.Subscriptions.Should().ContainSingle().Which.OnlyFor.Should().BeEquivalentTo("a", "b");
        resources.Paths.Should().HaveCount(2);
    }

    [Fact]
    public void Load_EqualFolders_MarkNothing()
    {
        Write("shared/store.yaml", Component("store", "state.in-memory"));

        Load("resourcesPath: ./shared", "{ appID: a }", "{ appID: b }").All.Components.Should().ContainSingle().Which.OnlyFor.Should().BeNull();
    }

    [Fact]
    public void Load_OneAppWithTwoOfAName_NamesBothFiles()
    {
        Write("one/first.yaml", Component("store", "state.in-memory"));
        Write("two/second.yaml", Component("store", "state.in-memory"));

        Action load = () => Load("resourcesPath: ./one", "{ appID: a }", "{ appID: b, resourcesPaths: [ ./one, ./two ] }");

        load.Should().Throw<ComponentException>().WithMessage("*second.yaml*'store'*first.yaml*");
    }

    [Fact]
    public void ConfigurationOf_EachApp_IsItsOwn()
    {
        Write("shared/store.yaml", Component("store", "state.in-memory"));
        Write("one.yaml", "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\nspec: { tracing: { samplingRate: \"0.5\" } }\n");
        Write("two.yaml", "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: c }\nspec: { features: [ { name: ActorStateTTL, enabled: true } ] }\n");
        RunFile file = File("resourcesPath: ./shared", "{ appID: a, configFilePath: ./one.yaml }", "{ appID: b, configFilePath: ./two.yaml }", "{ appID: c }");

        AppResources resources = AppResources.Load(file, null, ComponentEnvironment.Empty, NullLogger.Instance);

        file.Apps.Select(app => resources.ConfigurationOf(app).SamplingRate).Should().Equal(0.5, null, null);
        file.Apps.Select(app => resources.ConfigurationOf(app).EnabledFeatures.Count).Should().Equal(0, 1, 0);
    }

    [Fact]
    public void Load_AppsInDifferentNamespaces_SeeTheComponentsOfTheirs()
    {
        Write("shared/store.yaml", Component("store", "state.in-memory", "namespace: prod") + "---\n" + Component("cache", "state.in-memory"));

        AppResources resources = Load("resourcesPath: ./shared", "{ appID: a, env: { NAMESPACE: prod } }", "{ appID: b, env: { NAMESPACE: test } }", "{ appID: c }");

        string[] Of(string app) => [.. resources.All.Components.Where(component => ((IScopedResource)component).IsVisibleTo(app)).Select(component => component.Name)];
        Of("a").Should().Equal("store", "cache");
        Of("b").Should().Equal("cache");
        Of("c").Should().Equal("store", "cache");
    }

    [Fact]
    public async Task Load_TemplateInASetting_StandsForTheAppThatUsesIt()
    {
        foreach (string app in (string[])["a", "b"]) Write($"secrets/{app}.json", $$"""{"password":"of {{app}}","path":"{{_folder.Path}}/default.{{app}}.db"}""");
        Write("shared/files.yaml", Component("files", "secretstores.local.file", setting: $"{{ name: secretsFile, value: \"{_folder.Path}/secrets/{{appID}}.json\" }}"));
        Write("shared/store.yaml", Component("store", "state.sqlite", setting: "{ name: connectionString, secretKeyRef: { name: path, key: path } }") + "auth: { secretStore: files }\n");
        Write("shared/named.yaml", Component("named", "state.sqlite", setting: $"{{ name: connectionString, value: \"{_folder.Path}/{{namespace}}.named.db\" }}"));
        Write("shared/bus.yaml", Component("bus", "pubsub.in-memory", setting: "{ name: consumerID, value: \"{appID}-{uuid}\" }"));

        AppResources resources = Load("resourcesPath: ./shared", "{ appID: a }", "{ appID: b }");
        await using ComponentRegistry registry = await StartAsync(resources);

        foreach (string app in (string[])["a", "b"])
        {
            (await registry.FindSecretStore(app, "files")!.GetAsync("password", EmptyMetadata.Value, default))!["password"].Should().Be("of " + app);
            registry.FindStateStore(app, "store").Should().NotBeNull();
            System.IO.File.Exists(_folder.File($"default.{app}.db")).Should().BeTrue("the secret comes from the app's own store");
            System.IO.File.Exists(_folder.File($"default.{app}.named.db")).Should().BeTrue();
        }

        registry.FindPubSub("a", "bus").Should().NotBeNull().And.BeSameAs(registry.FindPubSub("b", "bus"), "each sidecar resolves consumerID for itself");
        registry.FindPubSub("a", "bus")!.Metadata["consumerID"].Should().Be("{appID}-{uuid}");
    }

    private static Task<ComponentRegistry> StartAsync(AppResources resources) =>
        ComponentRegistry.CreateAsync(resources.All, ComponentEnvironment.Empty, NullLoggerFactory.Instance, TimeProvider.System, default);

    private static string Component(string name, string type, string place = "", string? setting = null) =>
        $"apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name}{(place.Length > 0 ? ", " + place : "")} }}\n"
        + $"spec: {{ type: {type}, version: v1{(setting is null ? "" : $", metadata: [ {setting} ]")} }}\n";

    private AppResources Load(string common, params string[] apps) => AppResources.Load(File(common, apps), null, ComponentEnvironment.Empty, NullLogger.Instance);

    private RunFile File(string common, params string[] apps)
    {
        string list = string.Join('\n', apps.Select(app => "- " + app.Replace("{ appID", "{ appDirPath: ., appID", StringComparison.Ordinal)));
        Write("dapr.yaml", $"version: 1\ncommon:\n  {common}\napps:\n{list}\n");
        return RunFile.Load(_folder.File("dapr.yaml"));
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        System.IO.File.WriteAllText(_folder.File(name), text);
    }
}
