using DaprTrading.Tests.Fenced;

namespace DaprTrading.Tests.Integration;

/// <summary>The check of the actors is worth something only if it can fail.</summary>
public sealed class FenceCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fence-").FullName;
    private readonly FenceLog _log;

    public FenceCheckTests() => _log = FenceLog.InFolder(_folder);

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task TurnsOneAfterTheOther_NoOverlap_AndEachCallCountsOnce()
    {
        var store = new OneFence();
        await Turn(store, "a").RunAsync(new CountRequest("c", 1), () => Task.CompletedTask);
        await Turn(store, "b").RunAsync(new CountRequest("c", 1), () => Task.CompletedTask);

        (await Turn(store, "b").RunAsync(new CountRequest("c", 2), () => Task.CompletedTask)).Should().Be(2);
        FenceVerdict.Overlaps(FenceLog.Read(_folder)).Should().BeEmpty();
    }

    [Fact]
    public async Task TurnInsideAnother_IsAnOverlap()
    {
        var store = new OneFence();

        await Turn(store, "a").RunAsync(
            new CountRequest("c", 1), () => Turn(store, "b").RunAsync(new CountRequest("d", 1), () => Task.CompletedTask));

        IReadOnlyList<string> overlaps = FenceVerdict.Overlaps(FenceLog.Read(_folder));
        overlaps.Should().Contain(text => text.Contains("wrote between")).And.Contain(text => text.Contains("was open, which ended later"));
    }

    [Fact]
    public async Task TurnThatEndsInsideTheNext_IsAnOverlap()
    {
        var store = new OneFence();
        var first = new TaskCompletionSource();
        Task<long> running = Turn(store, "a").RunAsync(new CountRequest("c", 1), () => first.Task);

        await Turn(store, "b").RunAsync(new CountRequest("d", 1), async () =>
        {
            first.SetResult();
            await running;
        });

        FenceVerdict.Overlaps(FenceLog.Read(_folder)).Should().HaveCountGreaterThan(1);
    }

    [Fact]
    public async Task TurnWhoseLastWriteIsRefused_IsNone()
    {
        var store = new OneFence();
        var first = new TaskCompletionSource();
        Task<long> running = Turn(store, "a").RunAsync(new CountRequest("c", 1), () => first.Task);
        await Turn(store, "b").RunAsync(new CountRequest("d", 1), () => Task.CompletedTask);
        store.Refuses = true;
        first.SetResult();

        await running.Invoking(task => task).Should().ThrowAsync<HttpRequestException>();

        FenceVerdict.Overlaps(FenceLog.Read(_folder)).Should().BeEmpty("the actor had moved, and the late write did not get through");
    }

    private FencedTurn Turn(OneFence store, string owner) => new(store, _log, "actor", owner);

    private sealed class OneFence : IFenceStore
    {
        private Fence _fence = Fence.None;

        public bool Refuses { get; set; }

        public Task<Fence> ReadAsync() => Task.FromResult(_fence);

        public Task WriteAsync(Fence fence)
        {
            if (Refuses) throw new HttpRequestException("ERR_ACTOR_INSTANCE_MISSING");
            _fence = fence;
            return Task.CompletedTask;
        }
    }
}
