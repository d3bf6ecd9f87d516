using DaprTrading.LocalRuntime;

namespace DaprTrading.Tests.Contract.Actors;

public sealed class StateTests
{
    private const string UpsertN = """[{"operation":"upsert","request":{"key":"n","value":3}}]""";

    [Fact]
    public async Task Check093_StateOfAnActorThatIsNotActive_IsRefused()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.SendAsync("POST", "T/1/state", UpsertN);

        answer.Status.Should().Be(400);
        answer.Body.Should().Contain("ERR_ACTOR_INSTANCE_MISSING").And.Contain("actor instance is missing");
        world.Store.Keys.Should().BeEmpty();
    }

    [Fact]
    public async Task Check093_StateFromASidecarThatIsNotTheHost_IsRefused()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.CallAsync("1");

        ApiAnswer answer = await world.SendAsync(new FakeSidecar("web", 9, app: null), "POST", "T/1/state", UpsertN);

        answer.Body.Should().Contain("ERR_ACTOR_INSTANCE_MISSING");
    }

    [Fact]
    public async Task Check094_UpsertWithinATurn_IsStoredAndReadBack()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        ApiAnswer? saved = null;
        world.App.Script = async (_, _) =>
        {
            saved = await world.SendAsync("POST", "T/1/state", UpsertN);
            return FakeApp.Answer(200);
        };

        await world.CallAsync("1");
        ApiAnswer read = await world.SendAsync("GET", "T/1/state/n");
        ApiAnswer missing = await world.SendAsync("GET", "T/1/state/other");

        saved!.Status.Should().Be(204);
        saved.Body.Should().BeEmpty();
        world.Store.Keys.Should().Equal("web||T||1||n");
        world.Store.LastOperations.Single().Metadata.Should().Contain("partitionKey", "web||T||1");
        (read.Status, read.Body, read.ContentType).Should().Be((200, "3", "application/json"));
        (missing.Status, missing.Body).Should().Be((204, ""));
    }

    [Fact]
    public async Task Check094_SeveralOperations_AreOneTransactionInOrder()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.CallAsync("1");

        ApiAnswer answer = await world.SendAsync(
            "PUT", "T/1/state",
            """ [ {"request":{"value": {"a" : [1, "é\n", null]} ,"key":"x"},"operation":"upsert"} , {"operation":"delete","request":{"key":"old"}}] """);

        answer.Status.Should().Be(204);
        world.Store.Transactions.Should().Be(1);
        world.Store.LastOperations.Select(operation => operation.Key).Should().Equal("web||T||1||x", "web||T||1||old");
        world.Store.LastOperations[1].Should().BeOfType<StateDelete>();
        world.Store.Text("web||T||1||x").Should().Be("""{"a" : [1, "é\n", null]}""");
    }

    [Fact]
    public async Task Check095_TtlWithoutTheFeature_IsRefused()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.CallAsync("1");

        ApiAnswer answer = await world.SendAsync(
            "POST", "T/1/state", """[{"operation":"upsert","request":{"key":"n","value":3,"metadata":{"ttlInSeconds":"120"}}}]""");

        answer.Status.Should().Be(500);
        answer.Body.Should().Contain("ERR_ACTOR_STATE_TRANSACTION_SAVE").And.Contain("ActorStateTTL");
        world.Store.Keys.Should().BeEmpty();
    }

    [Fact]
    public async Task Check095_TtlWithTheFeature_ReachesTheStoreAndTheExpiryComesBack()
    {
        await using var world = new ActorWorld();
        var sidecar = new FakeSidecar("web", 0, world.App, "ActorStateTTL");
        await world.ReadyAsync(sidecar);
        await world.SendAsync(sidecar, "POST", "T/1/method/m");

        await world.SendAsync(sidecar, "POST", "T/1/state", """[{"operation":"upsert","request":{"key":"n","value":3,"metadata":{"ttlInSeconds":"120"}}}]""");
        world.Store.LastOperations.Single().Metadata.Should().Contain("ttlInSeconds", "120").And.Contain("partitionKey", "web||T||1");
        world.Store.Seed("web||T||1||n", "3", new DateTimeOffset(2026, 1, 5, 9, 2, 0, TimeSpan.Zero));
        ApiAnswer read = await world.SendAsync(sidecar, "GET", "T/1/state/n");

        read.Headers["metadata.ttlExpireTime"].ToString().Should().Be("2026-01-05T09:02:00Z");
    }

    [Theory]
    [InlineData("""[{"operation":"merge","request":{"key":"n"}}]""", "operation type merge not supported")]
    [InlineData("""[{"operation":"upsert","request":{"value":3}}]""", "request.key is missing")]
    public async Task OperationThatCannotBeDone_IsASaveError(string body, string error)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.CallAsync("1");

        ApiAnswer answer = await world.SendAsync("POST", "T/1/state", body);

        answer.Status.Should().Be(500);
        answer.Body.Should().Be($$"""{"errorCode":"ERR_ACTOR_STATE_TRANSACTION_SAVE","message":"error saving actor transaction state: {{error}}"}""");
    }

    [Theory, InlineData("nonsense"), InlineData("{}"), InlineData("[1]"), InlineData(""), InlineData("""[{"operation":"upsert","request":{"key":"n","value":}}]""")]
    public async Task BodyThatIsNotJson_IsMalformed(string body)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.CallAsync("1");

        ApiAnswer answer = await world.SendAsync("POST", "T/1/state", body);

        answer.Status.Should().Be(400);
        answer.Body.Should().Contain("ERR_MALFORMED_REQUEST").And.Contain("failed deserializing HTTP body: ");
    }

    [Fact]
    public async Task StoreThatFails_IsReported()
    {
        await using ActorWorld world = await ActorWorld.StartAsync();
        await world.CallAsync("1");
        world.Store.Failure = new StateConflictException("etag mismatch");

        ApiAnswer saved = await world.SendAsync("POST", "T/1/state", UpsertN);
        ApiAnswer read = await world.SendAsync("GET", "T/1/state/n");

        (saved.Status, saved.Body.Contains("error saving actor transaction state: etag mismatch", StringComparison.Ordinal)).Should().Be((500, true));
        (read.Status, read.Body.Contains("ERR_ACTOR_STATE_GET", StringComparison.Ordinal)).Should().Be((500, true));
    }

    [Theory, InlineData("POST", "T/1/state"), InlineData("GET", "T/1/state/n")]
    public async Task WithoutActorStateStore_StateIsNotConfigured(string verb, string path)
    {
        await using var world = new ActorWorld(withoutStore: true);
        await world.ReadyAsync(world.Web);

        ApiAnswer answer = await world.SendAsync(verb, path, "[]");

        answer.Status.Should().Be(500);
        answer.Body.Should().Contain("ERR_ACTOR_RUNTIME_NOT_FOUND");
        world.Runtime.ActiveActors(world.Web).Should().BeEmpty();
    }

    [Theory, InlineData("POST", "state"), InlineData("GET", "state/n"), InlineData("POST", "timers/n"), InlineData("GET", "reminders/n")]
    public async Task ReservedType_IsForbidden(string verb, string rest)
    {
        await using ActorWorld world = await ActorWorld.StartAsync();

        ApiAnswer answer = await world.SendAsync(verb, $"dapr.internal.x/1/{rest}", "{}");

        answer.Status.Should().Be(403);
        answer.Body.Should().Contain("ERR_ACTOR_TYPE_RESERVED").And.Contain("dapr.internal.x");
    }
}
