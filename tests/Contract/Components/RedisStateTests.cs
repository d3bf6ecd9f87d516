using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;
using DaprTrading.Tests.Contract.Testing;

namespace DaprTrading.Tests.Contract.Components;

public sealed class RedisStateTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly string _key = $"web||{Guid.NewGuid():N}";
    private ComponentRegistry _registry = null!;
    private IStateStore _store = null!;

    private RedisServer Redis => redis.Server;

    public async Task InitializeAsync()
    {
        _registry = await TestComponents.StartAsync(TimeProvider.System, TestComponents.Resource("store", "state.redis", ("redisHost", Redis.Host)));
        _store = _registry.FindStateStore("web", "store")!;
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Set_Twice_LaysOutAHashWithDataAndVersion()
    {
        await _store.SetAsync(TestComponents.Save(_key, """{"n":1}"""), default);
        (await Redis.ListAsync("HGETALL", _key)).Should().Equal("data", """{"n":1}""", "version", "1");

        await _store.SetAsync(TestComponents.Save(_key, """{"n":2}"""), default);
        (await Redis.ListAsync("HGETALL", _key)).Should().Equal("data", """{"n":2}""", "version", "2");

        StateItem item = (await _store.GetAsync(_key, default))!;
        item.Text().Should().Be("""{"n":2}""");
        item.ETag.Should().Be("2");
        item.ExpiresAt.Should().BeNull("Redis does not tell");
    }

    [Fact]
    public async Task Set_ETags_MatchOrConflict()
    {
        await _store.SetAsync(TestComponents.Save(_key, "1", etag: "77"), default);
        await _store.SetAsync(TestComponents.Save(_key, "2", etag: "1", concurrency: StateConcurrency.FirstWrite), default);

        await ThrowsAsync<StateConflictException>(TestComponents.Save(_key, "3", etag: "1", concurrency: StateConcurrency.FirstWrite));
        await ThrowsAsync<StateConflictException>(TestComponents.Save(_key, "3", etag: "1"));
        await ThrowsAsync<InvalidETagException>(TestComponents.Save(_key, "3", etag: "abc"));
        (await _store.GetAsync(_key, default)).Text().Should().Be("2");
    }

    [Fact]
    public async Task Set_LastWrite_IgnoresTheETag()
    {
        await _store.SetAsync(TestComponents.Save(_key, "1"), default);

        await _store.SetAsync(TestComponents.Save(_key, "2", etag: "99", concurrency: StateConcurrency.LastWrite), default);
        await _store.SetAsync(TestComponents.Save(_key, "3", etag: "abc", concurrency: StateConcurrency.LastWrite), default);

        (await _store.GetAsync(_key, default))!.ETag.Should().Be("3");
    }

    [Fact]
    public async Task Set_FirstWrite_MarksTheRecordAndRefusesSavesWithoutETag()
    {
        await _store.SetAsync(TestComponents.Save(_key, "1", concurrency: StateConcurrency.FirstWrite), default);
        (await Redis.ListAsync("HGETALL", _key)).Should().Equal("data", "1", "first-write", "0", "version", "1");

        await ThrowsAsync<ComponentException>(TestComponents.Save(_key, "2", concurrency: StateConcurrency.FirstWrite));
        await ThrowsAsync<ComponentException>(TestComponents.Save(_key, "2"));

        await _store.SetAsync(TestComponents.Save(_key, "2", etag: "1"), default);
        (await _store.GetAsync(_key, default))!.ETag.Should().Be("2");
    }

    [Fact]
    public async Task Set_KeyOfAnotherType_IsReplaced()
    {
        await Redis.ExecuteAsync("RPUSH", _key, "x");

        await _store.SetAsync(TestComponents.Save(_key, "1"), default);

        (await _store.GetAsync(_key, default)).Text().Should().Be("1");
    }

    [Fact]
    public async Task Get_PlainString_IsReadWithoutETag()
    {
        await Redis.ExecuteAsync("SET", _key, "\"plain\"");

        StateItem item = (await _store.GetAsync(_key, default))!;

        item.Text().Should().Be("\"plain\"");
        item.ETag.Should().BeNull();
    }

    [Fact]
    public async Task Ttl_SetKeptAndCleared()
    {
        await _store.SetAsync(TestComponents.Save(_key, "1", ttl: "100"), default);
        ((long)(await Redis.ExecuteAsync("TTL", _key))!).Should().BeInRange(90, 100);

        await _store.SetAsync(TestComponents.Save(_key, "2"), default);
        ((long)(await Redis.ExecuteAsync("TTL", _key))!).Should().BeInRange(90, 100, "a save without one keeps it");

        await _store.SetAsync(TestComponents.Save(_key, "3", ttl: "-1"), default);
        (await Redis.ExecuteAsync("TTL", _key)).Should().Be(-1L);

        await ThrowsAsync<ComponentException>(TestComponents.Save(_key, "4", ttl: "soon"));
    }

    [Fact]
    public async Task Ttl_OfTheComponent_IsTheDefault()
    {
        await using ComponentRegistry registry = await TestComponents.StartAsync(
            TimeProvider.System, TestComponents.Resource("store", "state.redis", ("redisHost", Redis.Host), ("ttlInSeconds", "50")));

        await registry.FindStateStore("web", "store")!.SetAsync(TestComponents.Save(_key, "1"), default);

        ((long)(await Redis.ExecuteAsync("TTL", _key))!).Should().BeInRange(40, 50);
    }

    [Fact]
    public async Task Delete_WithWrongRightAndNoETag()
    {
        await _store.DeleteAsync(new StateDelete(_key), default);
        await _store.SetAsync(TestComponents.Save(_key, "1"), default);

        await _store.Awaiting(store => store.DeleteAsync(new StateDelete(_key) { ETag = "7" }, default)).Should().ThrowAsync<StateConflictException>();
        (await _store.GetAsync(_key, default)).Should().NotBeNull();
        await _store.DeleteAsync(new StateDelete(_key) { ETag = "1" }, default);

        (await _store.GetAsync(_key, default)).Should().BeNull();
        (await Redis.ExecuteAsync("EXISTS", _key)).Should().Be(0L);
    }

    [Fact]
    public async Task Transact_UpsertsAndDeletes_AreAllDone()
    {
        await _store.SetAsync(TestComponents.Save(_key, "1"), default);

        await _store.TransactAsync([TestComponents.Save(_key + "a", "2"), new StateDelete(_key), TestComponents.Save(_key + "a", "3", etag: "1")], default);

        (await _store.GetAsync(_key, default)).Should().BeNull();
        StateItem item = (await _store.GetAsync(_key + "a", default))!;
        (item.Text(), item.ETag).Should().Be(("3", "2"));
    }

    [Fact]
    public async Task Transact_OneWrongETag_FailsAndTheOthersAreDone()
    {
        await _store.SetAsync(TestComponents.Save(_key, "1"), default);

        Func<Task> transaction = () => _store.TransactAsync([TestComponents.Save(_key, "2", etag: "9"), TestComponents.Save(_key + "b", "2")], default);

        await transaction.Should().ThrowAsync<StateConflictException>();
        (await _store.GetAsync(_key, default)).Text().Should().Be("1");
        (await _store.GetAsync(_key + "b", default)).Text().Should().Be("2", "Redis does not roll back");
    }

    [Fact]
    public async Task Transact_OneOperation_AppliesItOrRefusesItsETag()
    {
        await _store.TransactAsync([TestComponents.Save(_key, "1")], default);

        Func<Task> stale = () => _store.TransactAsync([TestComponents.Save(_key, "2", etag: "9")], default);

        await stale.Should().ThrowAsync<StateConflictException>();
        (await _store.GetAsync(_key, default)).Text().Should().Be("1");
        await _store.TransactAsync([new StateDelete(_key)], default);
        (await _store.GetAsync(_key, default)).Should().BeNull();
    }

    [Fact]
    public async Task BulkGet_MissingHashAndString_AnswersInOrder()
    {
        await _store.SetAsync(TestComponents.Save(_key + "1", "1"), default);
        await Redis.ExecuteAsync("SET", _key + "2", "2");

        StateItem?[] items = await _store.BulkGetAsync([_key + "0", _key + "1", _key + "2", _key + "1"], default);

        items[0].Should().BeNull();
        items[1..].Select(item => item.Text()).Should().Equal("1", "2", "1");
        (await _store.BulkGetAsync([], default)).Should().BeEmpty();
    }

    [Fact]
    public async Task Set_ScriptsForgottenByRedis_StillWorks()
    {
        await _store.SetAsync(TestComponents.Save(_key, "1"), default);
        await Redis.ExecuteAsync("SCRIPT", "FLUSH");

        await _store.SetAsync(TestComponents.Save(_key, "2"), default);

        (await _store.GetAsync(_key, default))!.ETag.Should().Be("2");
    }

    [Fact]
    public async Task Set_ManyAtOnce_AreAllStored()
    {
        string big = '"' + new string('x', 200_000) + '"';

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => _store.SetAsync(TestComponents.Save($"{_key}{i}", i % 20 == 0 ? big : $"{i}"), default)));

        StateItem?[] items = await _store.BulkGetAsync([.. Enumerable.Range(0, 200).Select(i => $"{_key}{i}")], default);
        items.Select((item, i) => item.Text() == (i % 20 == 0 ? big : $"{i}")).Should().OnlyContain(same => same);
    }

    [Fact]
    public async Task Set_ConcurrentWritersWithETags_LoseNoUpdate()
    {
        await _store.SetAsync(TestComponents.Save(_key, "0"), default);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int done = 0; done < 25;)
            {
                StateItem item = (await _store.GetAsync(_key, default))!;
                try
                {
                    await _store.SetAsync(TestComponents.Save(_key, $"{int.Parse(item.Text()) + 1}", item.ETag), default);
                    done++;
                }
                catch (StateConflictException)
                {
                    // Another writer was first.
                }
            }
        })));

        (await _store.GetAsync(_key, default)).Text().Should().Be("100");
    }

    [Fact]
    public async Task Create_DatabaseAndPassword_AreUsedAndAWrongPasswordIsNamed()
    {
        await using RedisServer guarded = await RedisServer.StartAsync("--requirepass", "s3cret");
        ComponentResource With(string password) => TestComponents.Resource(
            "store", "state.redis", ("redisHost", guarded.Host), ("redisPassword", password), ("redisDB", "3"), ("redisMaxRetries", "0"));

        await using ComponentRegistry registry = await TestComponents.StartAsync(TimeProvider.System, With("s3cret"));
        IStateStore store = registry.FindStateStore("web", "store")!;
        await store.SetAsync(TestComponents.Save(_key, "1"), default);
        (await store.GetAsync(_key, default)).Text().Should().Be("1");

        Func<Task> wrong = () => TestComponents.StartAsync(TimeProvider.System, With("guess"));
        (await wrong.Should().ThrowAsync<ComponentException>()).WithMessage($"*'store'*{guarded.Host}*redisPassword*");
    }

    [Fact]
    public async Task Create_NobodyListens_NamesComponentAndServer()
    {
        Func<Task> start = () => TestComponents.StartAsync(
            TimeProvider.System, TestComponents.Resource("store", "state.redis", ("redisHost", "127.0.0.1:1"), ("redisMaxRetries", "0")));

        (await start.Should().ThrowAsync<ComponentException>()).WithMessage("*'store'*127.0.0.1:1*cannot connect*");
    }

    private async Task ThrowsAsync<T>(StateUpsert item)
        where T : Exception => await _store.Awaiting(store => store.SetAsync(item, default)).Should().ThrowExactlyAsync<T>();
}

/// <summary>One Redis for all tests of a class.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    public RedisServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
