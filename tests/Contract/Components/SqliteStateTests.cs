using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using Microsoft.Data.Sqlite;

namespace DaprTrading.Tests.Contract.Components;

public sealed class SqliteStateTests : SqlStateChecks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sqlite-test-").FullName;

    private protected override ComponentResource Resource => TestComponents.Resource("store", "state.sqlite", ("connectionString", File), ("cleanupInterval", "1h"));

    private string File => Path.Combine(_folder, "state.db");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Layout_IsTheOneOfDapr()
    {
        await Store.SetAsync(TestComponents.Save(Key, """{"a":1}""", ttl: "60"), default);

        Query("SELECT name FROM pragma_table_info('state')").Should().Equal("key", "value", "is_binary", "etag", "expiration_time", "update_time");
        Query("SELECT value FROM metadata WHERE key = 'migrations'").Should().Equal("1");
        Query("SELECT typeof(value) || ' ' || value || ' ' || is_binary || ' ' || length(expiration_time) FROM state").Should().Equal("""text {"a":1} 0 19""");
        Query("PRAGMA journal_mode").Should().Equal("wal");
    }

    [Fact]
    public async Task Get_RowsThatDaprWrote_AreRead()
    {
        Query($"INSERT INTO state (key, value, is_binary, etag) VALUES ('{Key}', 'eyJhIjoxfQ==', 1, 'e1'), ('{Key}b', '[1]', 0, 'e2')");

        (await Store.GetAsync(Key, default)).Text().Should().Be("""{"a":1}""");
        (await Store.GetAsync(Key + "b", default)).Text().Should().Be("[1]");
        await Store.SetAsync(TestComponents.Save(Key, "2", etag: "e1"), default);
        (await Store.GetAsync(Key, default)).Text().Should().Be("2");
    }

    [Fact]
    public async Task Set_FirstWriteOnAnExistingItem_Conflicts()
    {
        await Store.SetAsync(TestComponents.Save(Key, "1", concurrency: StateConcurrency.FirstWrite), default);

        await ConflictsAsync(TestComponents.Save(Key, "2", concurrency: StateConcurrency.FirstWrite));
    }

    [Fact]
    public async Task Cleanup_RemovesExpiredRowsOncePerInterval()
    {
        Query("INSERT INTO state (key, value, is_binary, etag, expiration_time) VALUES ('old', '1', 0, 'e', '2020-01-01 00:00:00'), ('new', '1', 0, 'e', NULL)");

        await ((SqliteStateStore)Store).RemoveExpiredAsync(default);
        Query("SELECT key FROM state").Should().Equal("new");
        Query("INSERT INTO state (key, value, is_binary, etag, expiration_time) VALUES ('old', '1', 0, 'e', '2020-01-01 00:00:00')");
        await ((SqliteStateStore)Store).RemoveExpiredAsync(default);

        Query("SELECT count(*) FROM state").Should().Equal(2L);
    }

    [Fact]
    public async Task Memory_Database_KeepsValuesAndCanBeOpenedTwice()
    {
        ComponentResource memory = TestComponents.Resource("store", "state.sqlite", ("connectionString", ":memory:"), ("tableName", "mine"));
        await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, memory);
        IStateStore store = registry.FindStateStore("web", "store")!;

        await store.SetAsync(TestComponents.Save(Key, "1"), default);

        (await store.GetAsync(Key, default)).Text().Should().Be("1");
    }

    [Theory]
    [InlineData("connectionString", "", "*test.yaml:1*'store'*'connectionString' is required*")]
    [InlineData("connectionString", "/nowhere/at/all.db", "*test.yaml:1*'store'*'connectionString' '/nowhere/at/all.db' cannot be used*")]
    [InlineData("tableName", "state; drop", "*test.yaml:1*'store'*'tableName' 'state; drop'*")]
    [InlineData("timeout", "10ms", "*'timeout' must be between 1s and 1h*")]
    [InlineData("busyTimeout", "soon", "*'busyTimeout' 'soon'*")]
    public async Task Create_WrongSetting_NamesFileComponentAndField(string field, string value, string message)
    {
        ComponentResource resource = TestComponents.Resource("store", "state.sqlite", field == "connectionString" ? (field, value) : ("connectionString", ":memory:"), field == "connectionString" ? ("x", "y") : (field, value));

        Func<Task> start = () => TestComponents.StartAsync(TimeProvider.System, resource);

        (await start.Should().ThrowAsync<ComponentException>()).WithMessage(message);
    }

    private List<object> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        List<object> values = [];
        while (reader.Read()) values.Add(reader.GetValue(0));
        return values;
    }
}
