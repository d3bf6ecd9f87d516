using System.Text.Json;
using DaprTrading.Conformance.Checks;
using DaprTrading.Conformance.Running;
using DaprTrading.Conformance.Staging;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaprTrading.Tests.Contract.Conformance;

/// <summary>The checks against a sidecar somebody else runs, played by an app that answers what is asked first.</summary>
public sealed class ExternalTargetTests : IAsyncLifetime
{
    private readonly ScriptedApp _sidecar = new();

    public Task InitializeAsync() => _sidecar.ListenAsync(0, CancellationToken.None);

    public Task DisposeAsync() => _sidecar.DisposeAsync().AsTask();

    [Fact]
    public async Task Standard_AnotherAppsSidecar_SaysWhoseItIs()
    {
        Answers(Metadata("orders", "1.18.2", Standard));

        await Standing().Should().ThrowAsync<CheckFailedException>().WithMessage("*app id is 'orders'*must be 'web'*");
    }

    [Fact]
    public async Task Standard_WithoutSomeComponents_NamesThem()
    {
        Answers(Metadata("web", "1.18.2", Standard.Where(one => one.Name != "bus-503").Select(one => one.Name == "memory" ? one with { Type = "state.redis" } : one)));

        await Standing().Should().ThrowAsync<CheckFailedException>().WithMessage("*lacks components*: bus-503 (pubsub.redis), memory (state.in-memory, not state.redis)");
    }

    [Fact]
    public async Task Standard_WithoutSubscriptions_SaysThatItMustBeStartedAgain()
    {
        Answers(Metadata("web", "1.18.2", Standard, topic: "other"));

        await Standing().Should().ThrowAsync<CheckFailedException>().WithMessage("*no subscriptions*start it again*");
    }

    [Theory]
    [InlineData("1.16.3", Outcome.NotApplicable, "/v1.0-alpha1/publish/bulk/bus/conf-plain")]
    [InlineData("1.17.0-rc.2", Outcome.Failed, "/v1.0/publish/bulk/bus/conf-plain")]
    [InlineData("edge", Outcome.Failed, "/v1.0/publish/bulk/bus/conf-plain")]
    public async Task Run_RulesAndPaths_AreThoseOfTheRelease(string release, Outcome outcome, string path)
    {
        Answers(Metadata("web", release, Standard));
        await using ITarget target = await TargetAsync();
        var runner = new CheckRunner(target, TimeProvider.System);

        CheckResult overwrite = await runner.RunAsync(AllChecks.List.Single(check => check.Id == 102), CancellationToken.None);
        await runner.RunAsync(AllChecks.List.Single(check => check.Id == 37), CancellationToken.None);

        overwrite.Outcome.Should().Be(outcome, overwrite.Reason);
        if (outcome == Outcome.NotApplicable) overwrite.Reason.Should().Be("needs Dapr 1.17; the sidecar is " + release);
        _sidecar.All.Should().ContainSingle(seen => seen.Path.Contains("/publish/bulk/")).Which.Path.Should().Be(path);
    }

    [Fact]
    public void Components_AreThoseOfTheFolderForWeb()
    {
        ResourceSet resources = ResourceLoader.Load([Path.Combine(AppContext.BaseDirectory, "conformance")], NullLogger.Instance);

        resources.Components.Where(one => one.Scopes.Count == 0 || one.Scopes.Contains("web")).Select(one => new Component(one.Name, one.Type)).Should().BeEquivalentTo(Standard);
    }

    [Theory]
    [InlineData("1.15.13", false)]
    [InlineData("1.15.14", true)]
    [InlineData("1.16.9", false)]
    [InlineData("1.17.4", false)]
    [InlineData("1.17.5", true)]
    [InlineData("1.18.0", true)]
    [InlineData("1.14.9", false)]
    [InlineData(null, true)]
    public void Releases_OfSeveralLines_EachHasItsFirst(string? release, bool has) => new Releases("1.15.14, 1.16.14, 1.17.5").Have(release).Should().Be(has);

    private static IEnumerable<Component> Standard =>
    [
        .. ((string[])["bus", "bus-retry", "bus-503", "bus-scoped", "bus-nothing", "bus-allowed"]).Select(name => new Component(name, "pubsub.redis")),
        .. ((string[])["store", "store-name", "store-none"]).Select(name => new Component(name, "state.redis")), new("memory", "state.in-memory"),
        new("sqlite", "state.sqlite"),
    ];

    private static string Metadata(string id, string release, IEnumerable<Component> components, string topic = "conf-plain") => JsonSerializer.Serialize(new
    {
        id, runtimeVersion = release, components = components.Select(one => new { name = one.Name, type = one.Type }), subscriptions = new[] { new { pubsubname = "bus", topic } },
    });

    private void Answers(string metadata)
    {
        _sidecar.Answer("/v1.0/healthz", 204);
        _sidecar.Answer("/v1.0/metadata", 200, metadata);
    }

    private Func<Task> Standing() => async () =>
    {
        await using ITarget target = await TargetAsync();
        await target.StandardAsync(CancellationToken.None);
    };

    private Task<ITarget> TargetAsync() =>
        ExternalTarget.CreateAsync(Arguments.Parse(["--http", $"127.0.0.1:{_sidecar.Port}", "--app-port", $"{LoopbackPort.Free()}"]));

    private sealed record Component(string Name, string Type);
}
