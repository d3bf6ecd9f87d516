using Dapr;
using Dapr.Client;

namespace DaprTrading.Tests.Contract.Sdk;

public sealed class HealthTests
{
    [Theory, InlineData(200, true), InlineData(204, true), InlineData(500, false)]
    public async Task B21_Health_IsTrueForSuccessOnly(int status, bool healthy)
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(status));
        using DaprClient client = sidecar.Client();

        (await client.CheckHealthAsync()).Should().Be(healthy);
        (await client.CheckOutboundHealthAsync()).Should().Be(healthy);
        sidecar.Calls.Select(call => call.Target).Should().Equal("/v1.0/healthz", "/v1.0/healthz/outbound");
    }

    [Fact]
    public async Task B21_Health_Refused_IsFalse()
    {
        FakeSidecar sidecar = await FakeSidecar.StartAsync(FakeAnswer.Done);
        using DaprClient client = sidecar.Client();
        await sidecar.DisposeAsync();

        (await client.CheckHealthAsync()).Should().BeFalse();
    }

    [Fact]
    public async Task B21_Health_Timeout_Throws()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(async (_, aborted) =>
        {
            await aborted.WhenCancelled();
            return FakeAnswer.Done;
        });
        using DaprClient client = sidecar.Client(builder => builder.UseTimeout(TimeSpan.FromMilliseconds(50)));

        await client.Invoking(c => c.CheckHealthAsync()).Should().ThrowAsync<TaskCanceledException>();
    }

    [Fact]
    public async Task B22_Wait_EndsWhenOutboundHealthTurns()
    {
        int asked = 0;
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(_ => Interlocked.Increment(ref asked) < 3 ? new FakeAnswer(500) : FakeAnswer.Done);
        using DaprClient client = sidecar.Client();

        await client.WaitForSidecarAsync().WaitAsync(Waiting.Limit);

        sidecar.Calls.Should().HaveCount(3).And.OnlyContain(call => call.Target == "/v1.0/healthz/outbound");
    }

    [Fact]
    public async Task B22_Wait_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(_ =>
        {
            cancel.CancelAfter(TimeSpan.FromMilliseconds(20));
            return new FakeAnswer(500);
        });
        using DaprClient client = sidecar.Client();

        await client.Invoking(c => c.WaitForSidecarAsync(cancel.Token)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Metadata_IsReadFromTheActorRuntime()
    {
        const string document = """
            {"id":"web","actors":[{"type":"Old","count":9}],"actorRuntime":{"activeActors":[{"type":"Room","count":2},{"type":"Idle"}]},
             "components":[{"name":"store","type":"state.redis","version":"v1","capabilities":["ETAG"]}],"extended":{"appPID":"47"}}
            """;
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(new FakeAnswer(200, document));
        using DaprClient client = sidecar.Client();

        DaprMetadata metadata = await client.GetMetadataAsync();

        metadata.Id.Should().Be("web");
        metadata.Actors.Select(actor => (actor.Type, actor.Count)).Should().Equal(("Room", 2), ("Idle", 0));
        metadata.Extended.Should().ContainSingle().Which.Should().Be(KeyValuePair.Create("appPID", "47"));
        metadata.Components.Should().ContainSingle().Which.Should().BeEquivalentTo(new DaprComponentsMetadata("store", "state.redis", "v1", ["ETAG"]));
    }

    [Fact]
    public async Task Metadata_MissingParts_AreEmpty_AndFailureThrows()
    {
        await using FakeSidecar sidecar = await FakeSidecar.StartAsync(call => call.Method == "GET" ? new FakeAnswer(200, "{}") : FakeAnswer.Error(500, "ERR"));
        using DaprClient client = sidecar.Client();

        DaprMetadata metadata = await client.GetMetadataAsync();

        (metadata.Actors.Count, metadata.Components.Count, metadata.Extended.Count).Should().Be((0, 0, 0));
        await client.Invoking(c => c.SetMetadataAsync("k", "v")).Should().ThrowExactlyAsync<DaprException>();
        sidecar.Calls[1].Should().Match<FakeCall>(call => call.Method == "PUT" && call.Target == "/v1.0/metadata/k" && call.Body == "v");
    }
}
