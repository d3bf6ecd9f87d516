using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;

namespace DaprTrading.Tests.Contract.Components;

/// <summary>What both SQL state stores owe an app.</summary>
public abstract class SqlStateChecks : IAsyncLifetime
{
    private ComponentRegistry _registry = null!;

    private protected string Key { get; } = $"web||{Guid.NewGuid():N}";

    private protected IStateStore Store { get; private set; } = null!;

    private protected abstract ComponentResource Resource { get; }

    public virtual async Task InitializeAsync()
    {
        _registry = await TestComponents.StartAsync(TimeProvider.System, Resource);
        Store = _registry.FindStateStore("web", "store")!;
    }

    public virtual async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Set_AndGet_GiveTheValueAndANewETagEachTime()
    {
        await Store.SetAsync(TestComponents.Save(Key, """{"n":"ü"}"""), default);
        StateItem first = (await Store.GetAsync(Key, default))!;
        await Store.SetAsync(TestComponents.Save(Key, "2"), default);
        StateItem second = (await Store.GetAsync(Key, default))!;

        first.Text().Should().Be("""{"n":"ü"}""");
        first.ExpiresAt.Should().BeNull();
        Guid.TryParse(first.ETag, out _).Should().BeTrue();
        second.Text().Should().Be("2");
        second.ETag.Should().NotBe(first.ETag);
        (await Store.GetAsync(Key + "x", default)).Should().BeNull();
        Store.Capabilities.Should().Equal("ETAG", "TRANSACTIONAL", "TTL");
    }

    [Fact]
    public async Task Set_ETag_UpdatesOnlyTheItemThatHasIt()
    {
        await ConflictsAsync(TestComponents.Save(Key, "1", etag: Guid.NewGuid().ToString()));
        (await Store.GetAsync(Key, default)).Should().BeNull("an etag never creates an item");

        await Store.SetAsync(TestComponents.Save(Key, "1"), default);
        string etag = (await Store.GetAsync(Key, default))!.ETag!;
        await Store.SetAsync(TestComponents.Save(Key, "2", etag: etag), default);

        await ConflictsAsync(TestComponents.Save(Key, "3", etag: etag));
        await ConflictsAsync(TestComponents.Save(Key, "3", etag: "no uuid"));
        (await Store.GetAsync(Key, default)).Text().Should().Be("2");
    }

    [Fact]
    public async Task Delete_ETag_DeletesOnlyTheItemThatHasIt()
    {
        await Store.SetAsync(TestComponents.Save(Key, "1"), default);
        string etag = (await Store.GetAsync(Key, default))!.ETag!;

        Func<Task> wrong = () => Store.DeleteAsync(new StateDelete(Key) { ETag = Guid.NewGuid().ToString() }, default);
        Func<Task> missing = () => Store.DeleteAsync(new StateDelete(Key + "x") { ETag = etag }, default);
        await wrong.Should().ThrowAsync<StateConflictException>();
        await missing.Should().ThrowAsync<StateConflictException>();
        await Store.DeleteAsync(new StateDelete(Key) { ETag = etag }, default);
        await Store.DeleteAsync(new StateDelete(Key), default);

        (await Store.GetAsync(Key, default)).Should().BeNull();
    }

    [Fact]
    public async Task Set_TimeToLive_HidesTheItemAndEverySaveSetsItAnew()
    {
        await Store.SetAsync(TestComponents.Save(Key, "1", ttl: "1"), default);
        await Store.SetAsync(TestComponents.Save(Key + "b", "1", ttl: "600"), default);
        await Store.SetAsync(TestComponents.Save(Key + "c", "1", ttl: "600"), default);
        await Store.SetAsync(TestComponents.Save(Key + "c", "2"), default);

        (await Store.GetAsync(Key + "b", default))!.ExpiresAt.Should().BeCloseTo(TimeProvider.System.GetUtcNow().AddSeconds(600), TimeSpan.FromSeconds(30));
        (await Store.GetAsync(Key + "c", default))!.ExpiresAt.Should().BeNull();
        await Eventually.TrueAsync(async () => await Store.GetAsync(Key, default) is null, "the item to expire");
        await Store.SetAsync(TestComponents.Save(Key, "2", concurrency: StateConcurrency.FirstWrite), default);
        (await Store.GetAsync(Key, default)).Text().Should().Be("2", "an expired item is none");
        Func<Task> wrong = () => Store.SetAsync(TestComponents.Save(Key, "3", ttl: "soon"), default);
        (await wrong.Should().ThrowAsync<ComponentException>()).WithMessage("*'store'*ttlInSeconds 'soon'*");
    }

    [Fact]
    public async Task Transact_OneRefused_UndoesTheOthers()
    {
        await Store.SetAsync(TestComponents.Save(Key + "gone", "0"), default);

        Func<Task> refused = () => Store.TransactAsync(
            [TestComponents.Save(Key, "1"), new StateDelete(Key + "gone"), TestComponents.Save(Key + "b", "1", etag: Guid.NewGuid().ToString())], default);
        await refused.Should().ThrowAsync<StateConflictException>();
        (await Store.BulkGetAsync([Key, Key + "gone", Key + "b"], default)).Select(item => item is not null).Should().Equal(false, true, false);

        await Store.TransactAsync([TestComponents.Save(Key, "1"), new StateDelete(Key + "gone"), TestComponents.Save(Key, "2")], default);
        (await Store.BulkGetAsync([Key, Key + "gone"], default)).Select(item => item?.Text()).Should().Equal("2", null);
        await Store.TransactAsync([], default);
    }

    [Fact]
    public async Task BulkGet_Keys_AreAnsweredInOrderWithHolesAndRepeats()
    {
        await Store.TransactAsync([.. Enumerable.Range(0, 50).Select(i => TestComponents.Save($"{Key}{i}", $"{i}"))], default);

        StateItem?[] items = await Store.BulkGetAsync([Key + "7", Key + "none", Key + "3", Key + "7"], default);

        items.Select(item => item?.Text()).Should().Equal("7", null, "3", "7");
        (await Store.BulkGetAsync([], default)).Should().BeEmpty();
    }

    [Fact]
    public async Task Set_TwoWritersWithOneETag_OneWins()
    {
        await Store.SetAsync(TestComponents.Save(Key, "0"), default);
        string etag = (await Store.GetAsync(Key, default))!.ETag!;

        bool[] won = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => WinsAsync(TestComponents.Save(Key, $"{i}", etag: etag)))));

        won.Count(wins => wins).Should().Be(1);
    }

    private protected async Task ConflictsAsync(StateUpsert item)
    {
        Func<Task> save = () => Store.SetAsync(item, default);
        await save.Should().ThrowAsync<StateConflictException>();
    }

    private async Task<bool> WinsAsync(StateUpsert item)
    {
        try
        {
            await Store.SetAsync(item, default);
            return true;
        }
        catch (StateConflictException)
        {
            return false;
        }
    }
}
