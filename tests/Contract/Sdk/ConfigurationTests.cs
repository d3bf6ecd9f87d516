using Dapr;
using Dapr.Actors.Client;
using Dapr.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DaprTrading.Tests.Contract.Sdk;

[CollectionDefinition(nameof(ProcessEnvironment), DisableParallelization = true)]
public sealed class ProcessEnvironment;

/// <summary>Tests that set variables of the process, so they run alone.</summary>
[Collection(nameof(ProcessEnvironment))]
public sealed class ConfigurationTests : IDisposable
{
    private static readonly string[] _names =
    [
        DaprDefaults.DaprHttpEndpointEnvironmentVariableName, DaprDefaults.DaprHttpPortEnvironmentVariableName,
        DaprDefaults.DaprApiTokenEnvironmentVariableName,
    ];

    private readonly string?[] _before = [.. _names.Select(Environment.GetEnvironmentVariable)];

    public ConfigurationTests() => Array.ForEach(_names, name => Environment.SetEnvironmentVariable(name, null));

    public void Dispose()
    {
        for (int index = 0; index < _names.Length; index++)
        {
            Environment.SetEnvironmentVariable(_names[index], _before[index]);
        }
    }

    [Fact]
    public void B01_Endpoint_NothingGiven_IsLocalhost3500() => DaprDefaults.GetDefaultHttpEndpoint().Should().Be("http://localhost:3500/");

    [Fact]
    public void B01_Endpoint_PortGiven_UsesIt()
    {
        Environment.SetEnvironmentVariable(DaprDefaults.DaprHttpPortEnvironmentVariableName, "4123");

        DaprDefaults.GetDefaultHttpEndpoint().Should().Be("http://localhost:4123/");
    }

    [Fact]
    public void B01_Endpoint_BeatsPort_AndDropsPath()
    {
        Environment.SetEnvironmentVariable(DaprDefaults.DaprHttpPortEnvironmentVariableName, "4123");
        Environment.SetEnvironmentVariable(DaprDefaults.DaprHttpEndpointEnvironmentVariableName, "http://sidecar:9/some/path");

        DaprDefaults.GetDefaultHttpEndpoint().Should().Be("http://sidecar:9/");
    }

    [Fact]
    public void B01_Configuration_BeatsEnvironment()
    {
        Environment.SetEnvironmentVariable(DaprDefaults.DaprHttpPortEnvironmentVariableName, "4123");
        Environment.SetEnvironmentVariable(DaprDefaults.DaprApiTokenEnvironmentVariableName, "environment");
        IConfiguration configuration = Configuration(("DAPR_HTTP_PORT", "4567"), ("DAPR_API_TOKEN", ""));

        DaprDefaults.GetDefaultHttpEndpoint(configuration).Should().Be("http://localhost:4567/");
        DaprDefaults.GetDefaultDaprApiToken(configuration).Should().BeEmpty("an empty text in the configuration counts as given");
    }

    [Fact]
    public async Task B01_AddDaprClient_ReadsTheContainersConfiguration()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        var services = new ServiceCollection();
        services.AddSingleton(Configuration(("DAPR_HTTP_ENDPOINT", sidecar.Endpoint), ("DAPR_API_TOKEN", "secret")));
        services.AddDaprClient();
        await using ServiceProvider provider = services.BuildServiceProvider();

        await provider.GetRequiredService<DaprClient>().PublishEventAsync("bus", "orders", new Order(1, "x"));

        sidecar.Single.Header("dapr-api-token").Should().Be("secret");
    }

    [Fact]
    public void B02_AddDaprClient_EarlierRegistrationStays()
    {
        using DaprClient earlier = new DaprClientBuilder().Build();
        var services = new ServiceCollection();
        services.AddSingleton(earlier);
        services.AddDaprClient();
        services.AddDaprClient((_, builder) => builder.UseHttpEndpoint("http://elsewhere"));

        services.BuildServiceProvider().GetRequiredService<DaprClient>().Should().BeSameAs(earlier);
    }

    [Fact]
    public async Task B03_Token_FromEnvironment_IsSentByProxies()
    {
        Environment.SetEnvironmentVariable(DaprDefaults.DaprApiTokenEnvironmentVariableName, "secret");
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200));
        var options = new ActorProxyOptions { HttpEndpoint = sidecar.Endpoint };

        await ActorProxy.Create(new("a"), "T", options).InvokeMethodAsync("M");

        sidecar.Single.Header("dapr-api-token").Should().Be("secret");
    }

    [Fact]
    public async Task B03_StaticInvokeClient_WithoutToken_SendsNone()
    {
        Environment.SetEnvironmentVariable(DaprDefaults.DaprApiTokenEnvironmentVariableName, "secret");
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200));
        using HttpClient client = DaprClient.CreateInvokeHttpClient("app", sidecar.Endpoint);

        await client.GetAsync(new Uri("/x", UriKind.Relative));

        sidecar.Single.Header("dapr-api-token").Should().BeNull();
    }

    [Theory, InlineData("secret", "secret"), InlineData(" ", null), InlineData("", null)]
    public async Task B03_Token_IsSentOnEveryKindOfCall_UnlessBlank(string token, string? sent)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(call => new FakeAnswer(200, call.Target.EndsWith("/metadata", StringComparison.Ordinal) ? "{}" : "1"));
        using DaprClient client = sidecar.Client(builder => builder.UseDaprApiToken(token));
        using HttpClient invoke = client.CreateInvokableHttpClient("app");

        await client.PublishEventAsync("bus", "orders", 1);
        await client.BulkPublishEventAsync("bus", "orders", [1]);
        await client.SaveStateAsync("store", "k", 1);
        await client.SaveBulkStateAsync<int>("store", [new("k", 1, "")]);
        await client.GetStateAsync<int>("store", "k");
        await client.CheckHealthAsync();
        await client.GetMetadataAsync();
        await invoke.GetAsync(new Uri("/x", UriKind.Relative));

        sidecar.Calls.Should().HaveCount(8).And.OnlyContain(call => call.Header("dapr-api-token") == sent);
    }

    [Fact]
    public void B04_Build_SchemeNotHttp_ThrowsInvalidOperation()
    {
        Action build = () => new DaprClientBuilder().UseHttpEndpoint("ftp://localhost").Build();

        build.Should().Throw<InvalidOperationException>().WithMessage("*ftp://localhost*");
    }

    [Fact]
    public void B04_Build_NoAddress_ThrowsUriFormat() =>
        new DaprClientBuilder().UseHttpEndpoint("nowhere").Invoking(builder => builder.Build()).Should().Throw<UriFormatException>();

    [Fact]
    public void B04_Port_NotANumber_ThrowsFormat() =>
        FluentActions.Invoking(() => DaprDefaults.GetDefaultHttpEndpoint(Configuration(("DAPR_HTTP_PORT", "many")))).Should().Throw<FormatException>();

    [Theory, InlineData(null), InlineData("")]
    public void B04_Builder_EndpointMissing_ThrowsArgument(string? endpoint)
    {
        new DaprClientBuilder().Invoking(builder => builder.UseHttpEndpoint(endpoint!)).Should().Throw<ArgumentException>();
        new DaprClientBuilder().Invoking(builder => builder.UseGrpcEndpoint(endpoint!)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void B04_Builder_TimeoutNotPositive_Throws() =>
        new DaprClientBuilder().Invoking(builder => builder.UseTimeout(TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();

    private static IConfiguration Configuration(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create<string, string?>(pair.Name, pair.Value)))
        .Build();
}
