using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Testing;

namespace DaprTrading.Tests.Contract.Components;

public sealed class PostgresStateTests(PostgresFixture postgres) : SqlStateChecks, IClassFixture<PostgresFixture>
{
    // A table of its own for each test.
    private readonly string _prefix = $"t{Guid.NewGuid():N}_";

    private protected override ComponentResource Resource => Of(("connectionString", Server.Connection), ("tablePrefix", _prefix));

    private PostgresServer Server => postgres.Server;

    [Fact]
    public async Task Layout_IsTheOneOfDapr()
    {
        await Store.SetAsync(TestComponents.Save(Key, "1"), default);

        (await Server.QueryAsync($"SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_name = '{_prefix}state' ORDER BY ordinal_position"))
            .Should().Equal(
                "key text", "value bytea", "etag uuid", "created_at timestamp with time zone", "updated_at timestamp with time zone", "expires_at timestamp with time zone",
                "row_id bigint");
        (await Server.QueryAsync($"SELECT value FROM dapr_metadata WHERE key = 'migrations-state-v2-{_prefix}'")).Should().Equal("2");
        (await Server.QueryAsync($"SELECT updated_at FROM {_prefix}state")).Should().Equal((object?)null);
        await Store.SetAsync(TestComponents.Save(Key, "2"), default);
        (await Server.QueryAsync($"SELECT updated_at >= created_at FROM {_prefix}state")).Should().Equal(true);
    }

    [Fact]
    public async Task Init_TablesOfAnOlderDapr_AreKeptAndBroughtUpToDate()
    {
        string prefix = $"o{Guid.NewGuid():N}_";
        await Server.QueryAsync(
            $"""
            CREATE TABLE {prefix}state (key text NOT NULL PRIMARY KEY, value bytea NOT NULL, etag uuid NOT NULL DEFAULT gen_random_uuid(),
              created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz, expires_at timestamptz);
            INSERT INTO {prefix}state (key, value) VALUES ('web||k', '[1]');
            INSERT INTO dapr_metadata (key, value) VALUES ('migrations-state-v2-{prefix}', '1')
            """);

        await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, Of(("connectionString", Server.Connection), ("tablePrefix", prefix)));

        (await registry.FindStateStore("web", "store")!.GetAsync("web||k", default)).Text().Should().Be("[1]");
        (await Server.QueryAsync($"SELECT row_id FROM {prefix}state")).Should().Equal(1L);
    }

    [Fact]
    public async Task Init_SeveralAtOnce_MigrateOnce()
    {
        string prefix = $"m{Guid.NewGuid():N}_";
        ComponentResource resource = Of(("connectionString", Server.Connection), ("tablePrefix", prefix), ("metadataTableName", prefix + "meta"));

        ComponentRegistry[] registries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TestComponents.StartAsync(TimeProvider.System, resource))));

        foreach (ComponentRegistry registry in registries) await registry.DisposeAsync();
        (await Server.QueryAsync($"SELECT value FROM {prefix}meta WHERE key LIKE 'migrations%'")).Should().Equal("2");
    }

    [Fact]
    public async Task Set_FirstWriteOnAnExistingItem_FailsWithoutBeingAConflict()
    {
        await Store.SetAsync(TestComponents.Save(Key, "1", concurrency: StateConcurrency.FirstWrite), default);

        Func<Task> again = () => Store.SetAsync(TestComponents.Save(Key, "2", concurrency: StateConcurrency.FirstWrite), default);

        (await again.Should().ThrowAsync<ComponentException>()).WithMessage("*no item was updated*");
        (await Store.GetAsync(Key, default)).Text().Should().Be("1");
    }

    [Fact]
    public async Task Cleanup_RemovesExpiredRowsOncePerInterval()
    {
        string expired = $"INSERT INTO {_prefix}state (key, value, expires_at) VALUES ('old', '1', now() - interval '1 day')";
        await Server.QueryAsync(expired);
        await Store.SetAsync(TestComponents.Save(Key, "1", ttl: "600"), default);

        await ((PostgresStateStore)Store).RemoveExpiredAsync(default);
        (await Server.QueryAsync($"SELECT key FROM {_prefix}state")).Should().Equal(Key);
        await Server.QueryAsync(expired);
        await ((PostgresStateStore)Store).RemoveExpiredAsync(default);

        (await Server.QueryAsync($"SELECT count(*) FROM {_prefix}state")).Should().Equal(2L);
    }

    [Fact]
    public async Task Server_GoneAndBack_IsToldAndThenUsedAgain()
    {
        await using PostgresServer own = await PostgresServer.StartAsync();
        await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, Of(("connectionString", own.Connection)));
        IStateStore store = registry.FindStateStore("web", "store")!;
        await store.SetAsync(TestComponents.Save(Key, "1"), default);

        await own.KillAsync();
        Func<Task> save = () => store.SetAsync(TestComponents.Save(Key, "2"), default);
        (await save.Should().ThrowAsync<ComponentException>()).WithMessage($"*'store'*postgresql 127.0.0.1:{own.Port}/postgres: key '{Key}'*");

        await own.RestartAsync();
        await Eventually.TrueAsync(async () => await SavedAsync(store, TestComponents.Save(Key, "3")), "a save to succeed");
        (await store.GetAsync(Key, default)).Text().Should().Be("3");
    }

    [Theory]
    [InlineData("connectionString", "host=127.0.0.1 port=1 user=a sslmode=disable", "*test.yaml:1*'store'*'connectionString' leads to postgresql 127.0.0.1:1/a, which cannot be reached*")]
    [InlineData("connectionString", "rubbish", "*test.yaml:1*'store'*'connectionString' is not made of name=value words*")]
    [InlineData("connectionString", "host=h colour=red", "*'connectionString' has the parameter 'colour'*")]
    [InlineData("connectionString", "host=h sslmode=maybe", "*'connectionString' has sslmode 'maybe'*")]
    [InlineData("connectionString", "", "*'connectionString' is required*")]
    [InlineData("tablePrefix", "a-b", "*'tablePrefix' 'a-b'*")]
    [InlineData("timeout", "1ms", "*'timeout' must be between 1s and 1h*")]
    [InlineData("maxConns", "many", "*'maxConns' 'many'*")]
    [InlineData("queryExecMode", "fast", "*'queryExecMode' 'fast' is not one of*")]
    public async Task Create_WrongSetting_NamesFileComponentAndField(string field, string value, string message)
    {
        ComponentResource resource = field == "connectionString" ? Of((field, value)) : Of(("connectionString", "host=127.0.0.1 port=1"), (field, value));

        Func<Task> start = () => TestComponents.StartAsync(TimeProvider.System, resource with { InitTimeout = TimeSpan.FromSeconds(30) });

        (await start.Should().ThrowAsync<ComponentException>()).WithMessage(message);
    }

    [Fact]
    public async Task Create_VersionOneOrAnUnknownField_IsRefusedOrWarnedOf()
    {
        Func<Task> old = () => TestComponents.StartAsync(TimeProvider.System, Resource with { Version = "v1" });
        (await old.Should().ThrowAsync<ComponentException>()).WithMessage("*test.yaml:1*'store'*spec.version 'v1'*set it to v2*");

        var log = new ListLogger();
        await using ComponentRegistry registry = await ComponentRegistry.CreateAsync(
            new ResourceSet { Components = [Of(("connectionString", Server.Connection), ("tabelPrefix", "x"), ("actorStateStore", "true"))] }, ComponentEnvironment.Empty, log, TimeProvider.System, default);
        log.Lines.Should().ContainSingle().Which.Should().Match("*test.yaml:1*'store'*'tabelPrefix' is unknown*");
    }

    [Fact]
    public void Parse_ConnectionStrings_AsLibpqDoes()
    {
        LibpqString.Parse("host = 127.0.0.1 password='a \\'b\\' = c' dbname=x").Should().BeEquivalentTo(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "127.0.0.1", ["password"] = "a 'b' = c", ["dbname"] = "x" });
        LibpqString.Parse("postgres://me:p%40ss@db:5433/shop?sslmode=disable").Should().BeEquivalentTo(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = "db", ["port"] = "5433", ["user"] = "me", ["password"] = "p@ss", ["dbname"] = "shop", ["sslmode"] = "disable" });
        Action open = () => LibpqString.Parse("password='secret");
        open.Should().Throw<FormatException>().Which.Message.Should().NotContain("secret");
    }

    private static ComponentResource Of(params (string Name, string Value)[] metadata) => TestComponents.Resource("store", "state.postgresql", metadata) with { Version = "v2" };

    private static async Task<bool> SavedAsync(IStateStore store, StateUpsert item)
    {
        try
        {
            await store.SetAsync(item, default);
            return true;
        }
        catch (ComponentException)
        {
            return false;
        }
    }
}

public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgresServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
