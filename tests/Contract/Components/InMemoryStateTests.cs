using System.Text;
using DaprTrading.LocalRuntime;
using DaprTrading.LocalRuntime.Components;
using DaprTrading.Tests.Contract.Components.Support;

namespace DaprTrading.Tests.Contract.Components;

public sealed class InMemoryStateTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private ComponentRegistry _registry = null!;
    private IStateStore _store = null!;

    public async Task InitializeAsync()
    {
        _registry = await TestComponents.StartAsync(_time, TestComponents.Resource("store", "state.in-memory"));
        _store = _registry.FindStateStore("web", "store")!;
    }

    public async Task DisposeAsync() => await _registry.DisposeAsync();

    [Fact]
    public async Task Set_ThenGet_GivesTheValueAndANewETagEachTime()
    {
        await _store.SetAsync(TestComponents.Save("k", """{"n":1}"""), default);
        StateItem first = (await _store.GetAsync("k", default))!;
        await _store.SetAsync(TestComponents.Save("k", """{"n":2}"""), default);
        StateItem second = (await _store.GetAsync("k", default))!;

        first.Text().Should().Be("""{"n":1}""");
        second.Text().Should().Be("""{"n":2}""");
        second.ETag.Should().NotBeNullOrEmpty().And.NotBe(first.ETag);
        (await _store.GetAsync("missing", default)).Should().BeNull();
    }

    [Fact]
    public async Task Set_CallersBufferChangesLater_KeepsWhatWasSaved()
    {
        byte[] buffer = Encoding.UTF8.GetBytes("1");
        await _store.SetAsync(new StateUpsert("k", buffer), default);
        buffer[0] = (byte)'9';

        (await _store.GetAsync("k", default)).Text().Should().Be("1");
    }

    [Fact]
    public async Task Set_WithETag_NeedsTheItemsOwn()
    {
        await _store.SetAsync(TestComponents.Save("k", "1"), default);
        string etag = (await _store.GetAsync("k", default))!.ETag!;

        await _store.SetAsync(TestComponents.Save("k", "2", etag), default);

        await Conflicts(TestComponents.Save("k", "3", etag));
        await Conflicts(TestComponents.Save("new", "3", etag));
        (await _store.GetAsync("k", default)).Text().Should().Be("2");
    }

    [Fact]
    public async Task Set_FirstWriteWithoutETag_RefusesAnExistingKeyOnly()
    {
        await _store.SetAsync(TestComponents.Save("k", "1", concurrency: StateConcurrency.FirstWrite), default);

        await Conflicts(TestComponents.Save("k", "2", concurrency: StateConcurrency.FirstWrite));
    }

    [Fact]
    public async Task Delete_WrongOrUselessETag_ConflictsAndMissingKeyWithoutETagDoesNot()
    {
        await _store.SetAsync(TestComponents.Save("k", "1"), default);

        await _store.Awaiting(store => store.DeleteAsync(new StateDelete("k") { ETag = "wrong" }, default)).Should().ThrowAsync<StateConflictException>();
        await _store.Awaiting(store => store.DeleteAsync(new StateDelete("none") { ETag = "wrong" }, default)).Should().ThrowAsync<StateConflictException>();
        await _store.DeleteAsync(new StateDelete("none"), default);
        await _store.DeleteAsync(new StateDelete("k") { ETag = (await _store.GetAsync("k", default))!.ETag }, default);

        (await _store.GetAsync("k", default)).Should().BeNull();
    }

    [Fact]
    public async Task Set_WithTtl_TellsWhenAndExpires()
    {
        await _store.SetAsync(TestComponents.Save("k", "1", ttl: "10"), default);
        await _store.SetAsync(TestComponents.Save("forever", "1", ttl: "10"), default);
        await _store.SetAsync(TestComponents.Save("forever", "1", ttl: "-1"), default);

        (await _store.GetAsync("k", default))!.ExpiresAt.Should().Be(_time.GetUtcNow().AddSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(9));
        (await _store.GetAsync("k", default)).Should().NotBeNull();
        _time.Advance(TimeSpan.FromSeconds(2));

        (await _store.GetAsync("k", default)).Should().BeNull();
        (await _store.GetAsync("forever", default)).Should().NotBeNull("each save sets the time to live anew");
    }

    [Fact]
    public async Task Set_TtlThatIsNoNumber_NamesTheKey() =>
        (await _store.Awaiting(store => store.SetAsync(TestComponents.Save("k", "1", ttl: "soon"), default)).Should().ThrowAsync<ComponentException>())
            .WithMessage("*'k'*'soon'*");

    [Fact]
    public async Task Transact_OneConflict_UndoesEverything()
    {
        await _store.SetAsync(TestComponents.Save("a", "1"), default);
        StateItem before = (await _store.GetAsync("a", default))!;

        Func<Task> transaction = () => _store.TransactAsync(
            [TestComponents.Save("a", "2"), new StateDelete("a"), TestComponents.Save("b", "2"), TestComponents.Save("c", "2", "wrong")], default);

        await transaction.Should().ThrowAsync<StateConflictException>();
        (await _store.GetAsync("a", default)).Should().Be(before);
        (await _store.GetAsync("b", default)).Should().BeNull();
    }

    [Fact]
    public async Task Transact_UpsertAndDelete_AppliesBothInOrder()
    {
        await _store.SetAsync(TestComponents.Save("a", "1"), default);

        await _store.TransactAsync([new StateDelete("a"), TestComponents.Save("b", "2")], default);

        StateItem?[] items = await _store.BulkGetAsync(["b", "a"], default);
        items[0].Text().Should().Be("2");
        items[1].Should().BeNull();
    }

    [Fact]
    public async Task Set_ConcurrentWritersWithETags_LoseNoUpdate()
    {
        await _store.SetAsync(TestComponents.Save("n", "0"), default);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int done = 0; done < 50;)
            {
                StateItem item = (await _store.GetAsync("n", default))!;
                try
                {
                    await _store.SetAsync(TestComponents.Save("n", $"{int.Parse(item.Text()) + 1}", item.ETag), default);
                    done++;
                }
                catch (StateConflictException)
                {
                    // Another writer was first.
                }
            }
        })));

        (await _store.GetAsync("n", default)).Text().Should().Be("400");
    }

    private async Task Conflicts(StateUpsert item) =>
        await _store.Awaiting(store => store.SetAsync(item, default)).Should().ThrowAsync<StateConflictException>();
}
