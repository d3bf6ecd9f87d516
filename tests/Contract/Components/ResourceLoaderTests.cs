using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Components;

public sealed class ResourceLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("resources-").FullName;

    [Fact]
    public void Load_ComponentWithEveryElement_ReadsThemAll()
    {
        Write("bus.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: { name: bus, namespace: default }
            spec:
              type: pubsub.redis
              version: v1
              ignoreErrors: true
              initTimeout: 1m30s
              metadata:
              - { name: redisHost, value: "localhost:6379" }
              - { name: redisDB, value: 2 }
              - { name: failover, value: false }
              - { name: redisPassword, secretKeyRef: { name: redis, key: password } }
              - { name: redisUsername, envRef: REDIS_USER }
              - { name: other, secretKeyRef: { name: same } }
            auth: { secretStore: vault }
            scopes: [ web, worker ]
            """);

        ComponentResource component = Load().Components.Should().ContainSingle().Subject;

        component.Name.Should().Be("bus");
        component.IgnoreErrors.Should().BeTrue();
        component.InitTimeout.Should().Be(TimeSpan.FromSeconds(90));
        component.SecretStore.Should().Be("vault");
        component.Scopes.Should().Equal("web", "worker");
        component.Metadata.Select(setting => setting.Value).Should().Equal("localhost:6379", "2", "false", "", "", "");
        component.Metadata[3].SecretKey.Should().Be("password");
        component.Metadata[4].EnvRef.Should().Be("REDIS_USER");
        component.Metadata[5].SecretKey.Should().Be("same", "the key defaults to the secret's name");
    }

    [Fact]
    public void Load_BrokenDocumentAmongOthers_WarnsWithFileAndLineAndKeepsTheRest()
    {
        Write("a.yaml", Component("one") + "\n---\nkind: [broken\n---\n" + Component("two"));
        var log = new ListLogger();

        ResourceSet set = ResourceLoader.Load([_folder], log);

        set.Components.Select(component => component.Name).Should().Equal("one", "two");
        log.Lines.Should().ContainSingle().Which.Should().Contain("a.yaml:").And.Contain("no valid YAML");
    }

    [Fact]
    public void Load_OtherKindsAndOtherFiles_AreSkipped()
    {
        Write("a.yaml", "apiVersion: dapr.io/v1alpha1\nkind: HTTPEndpoint\nmetadata: { name: x }\n---\n# nothing\n---\napiVersion: apps/v1\nkind: Component\n");
        Write("b.txt", Component("text"));
        Directory.CreateDirectory(Path.Combine(_folder, "deeper"));
        Write(Path.Combine("deeper", "c.yaml"), Component("deep"));
        Write("d.yml", Component("short"));

        Load().Components.Select(component => component.Name).Should().Equal("short");
    }

    [Fact]
    public void Load_SameNameTwice_NamesBothPlaces()
    {
        Write("a.yaml", Component("bus"));
        Write("b.yaml", "\n\n" + Component("bus"));

        Action load = () => Load();

        load.Should().Throw<ComponentException>().WithMessage("*b.yaml:*Component 'bus'*already defined in*a.yaml:*");
    }

    [Theory]
    [InlineData("spec: { version: v1 }", "spec.type", "is required")]
    [InlineData("spec: { type: x, initTimeout: soon }", "spec.initTimeout", "'soon' is not a duration")]
    [InlineData("spec: { type: x, ignoreErrors: yes }", "spec.ignoreErrors", "'yes' is not a boolean")]
    [InlineData("spec: { type: x, metadata: [ { name: a, value: { b: c } } ] }", "spec.metadata[0].value", "must be a scalar")]
    [InlineData("spec: { type: x, metadata: { a: b } }", "spec.metadata", "must be a list")]
    [InlineData("spec: { type: x }\nscopes: web", "scopes", "must be a list")]
    public void Load_WrongField_NamesFileResourceAndField(string rest, string field, string problem)
    {
        Write("bad.yaml", "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: bus }\n" + rest);

        Action load = () => Load();

        string message = load.Should().Throw<ComponentException>().Which.Message;
        message.Should().Contain("bad.yaml:").And.Contain("Component 'bus'").And.Contain($"'{field}'").And.Contain(problem);
    }

    [Fact]
    public void Load_Subscriptions_ReadsBothVersionsInFileOrder()
    {
        Write("subs.yaml", """
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: { name: orders-sub }
            spec:
              pubsubname: bus
              topic: orders
              routes:
                rules: [ { match: 'event.type == "refund"', path: /refund } ]
                default: /on-order
              deadLetterTopic: orders-dead
              bulkSubscribe: { enabled: true, maxMessagesCount: 50, maxAwaitDurationMs: 20 }
              metadata: { rawPayload: "true" }
            scopes: [ app1 ]
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Subscription
            metadata: { name: orders-sub }
            spec: { pubsubname: bus, topic: other, route: /other }
            """);

        IReadOnlyList<DeclarativeSubscription> subscriptions = Load().Subscriptions;

        subscriptions.Should().HaveCount(2, "subscriptions may share a name");
        subscriptions[0].Rules.Should().Equal(new RouteRule("event.type == \"refund\"", "/refund"), new RouteRule("", "/on-order"));
        subscriptions[0].DeadLetterTopic.Should().Be("orders-dead");
        subscriptions[0].BulkSubscribe.Should().Be(new BulkSubscribeOptions(true, 50, 20));
        subscriptions[0].Metadata["RAWPAYLOAD"].Should().Be("true");
        subscriptions[0].Scopes.Should().Equal("app1");
        subscriptions[1].Rules.Should().Equal(new RouteRule("", "/other"));
        subscriptions[1].BulkSubscribe.Should().BeNull();
    }

    [Theory]
    [InlineData(null, "one two three")]
    [InlineData("", "one two three")]
    [InlineData("prod", "one three")]
    [InlineData("test", "two three")]
    public void Load_NamespaceSet_LeavesComponentsOfOthersOut(string? own, string expected)
    {
        string[] places = [", namespace: prod", ", namespace: test", ""];
        Write("a.yaml", string.Join("\n---\n", ((string[])["one", "two", "three"]).Select((name, i) =>
            $"apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name}{places[i]} }}\nspec: {{ type: state.in-memory }}\n")));
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (own is not null) variables["NAMESPACE"] = own;

        ResourceSet set = ResourceLoader.Load([_folder], NullLogger.Instance, new ComponentEnvironment(variables));

        set.Components.Select(component => component.Name).Should().Equal(expected.Split(' '));
    }

    [Fact]
    public void Load_RetryThatMatchesGrpcStatuses_IsReadWithAWord()
    {
        Write("r.yaml", """
            apiVersion: dapr.io/v1alpha1
            kind: Resiliency
            metadata: { name: r }
            spec:
              policies:
                retries:
                  both: { matching: { httpStatusCodes: "500", gRPCStatusCodes: "1-3" } }
                  http: { matching: { httpStatusCodes: "500" } }
            """);
        var log = new ListLogger();

        ResourceSet set = ResourceLoader.Load([_folder], log);

        set.Resiliency.Single().Retries["both"].Matches(503).Should().BeFalse();
        log.Lines.Should().ContainSingle().Which.Should().Match("*r.yaml:1: Resiliency 'r': 'policies.retries.both.matching.gRPCStatusCodes' is ignored*");
    }

    [Fact]
    public void Load_Configurations_LaterOnesGoOnTopAndVariablesAreExpanded()
    {
        Write("a.yaml", "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: a }\nspec:\n  tracing: { samplingRate: \"$RATE\" }\n  features: [ { name: One, enabled: true }, { name: Two, enabled: true } ]\n");
        Write("b.yaml", "apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: { name: b }\nspec:\n  features: [ { name: Two, enabled: false } ]\n  api: { allowed: [ { name: state } ] }\n");
        var environment = new ComponentEnvironment(new Dictionary<string, string>(StringComparer.Ordinal) { ["RATE"] = "0.25" });

        ConfigurationResource configuration = ResourceLoader.Load([_folder], NullLogger.Instance, environment).Configuration;

        configuration.SamplingRate.Should().Be(0.25);
        configuration.EnabledFeatures.Should().Equal("One");
        configuration.AllowedApis.Should().Equal(new ApiRule("state", "v1", "http"));
    }

    [Fact]
    public void Load_FileOverTheLimit_IsRefused()
    {
        Write("big.yaml", new string('#', 1024 * 1024 + 1));

        Action load = () => Load();

        load.Should().Throw<ComponentException>().WithMessage("*big.yaml*more than 1048576*");
    }

    [Fact]
    public void Load_DocumentNestedTooDeeply_IsNotRead()
    {
        Write("deep.yaml", Component("deep") + "\nx: " + new string('[', 200) + new string(']', 200));
        var log = new ListLogger();

        ResourceLoader.Load([_folder], log).Components.Should().BeEmpty();

        log.Lines.Should().ContainSingle().Which.Should().Contain("nested deeper");
    }

    [Fact]
    public void Load_MissingDirectory_NamesIt()
    {
        Action load = () => ResourceLoader.Load([Path.Combine(_folder, "nowhere")], NullLogger.Instance);

        load.Should().Throw<ComponentException>().WithMessage("*nowhere*does not exist*");
    }

    [Theory]
    [InlineData("300ms", 300)]
    [InlineData("1.5s", 1500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("250", 250)]
    [InlineData("-2s", -2000)]
    [InlineData("0", 0)]
    public void GoDuration_KnownForms_AreRead(string text, double milliseconds)
    {
        GoDuration.TryParse(text, bareMilliseconds: true, out TimeSpan value).Should().BeTrue();

        value.TotalMilliseconds.Should().Be(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5x")]
    [InlineData("s")]
    [InlineData("1s2")]
    [InlineData("soon")]
    [InlineData("99999999999999h")]
    public void GoDuration_OtherText_IsRefused(string text) => GoDuration.TryParse(text, bareMilliseconds: true, out _).Should().BeFalse();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Component(string name) =>
        $"apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec: {{ type: state.in-memory, version: v1 }}";

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private ResourceSet Load() => ResourceLoader.Load([_folder], NullLogger.Instance);
}
