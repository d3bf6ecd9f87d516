namespace DaprTrading.Tests.Fenced;

/// <summary>
/// One turn that would notice another one: it marks its start and its end in the stored state with an await in between, and writes down what it saw.
/// </summary>
/// <remarks>
/// Two things show an overlap, see <see cref="FenceVerdict"/>: a turn whose end was stored although another one had written since its start, and a
/// turn whose end was stored after another one had found it open. A turn that is found open and never ends is none: its process was killed, or the
/// sidecar refused its last write, because the actor had moved.
/// </remarks>
public sealed class FencedTurn(IFenceStore store, FenceLog log, string actor, string owner)
{
    /// <summary>Counts a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="work">What happens between start and end.</param>
    /// <returns>How many have been counted.</returns>
    public async Task<long> RunAsync(CountRequest call, Func<Task> work)
    {
        string turn = Guid.NewGuid().ToString("N");
        Fence before = await store.ReadAsync();
        if (before.Open) log.Write(new FenceEvent(FenceEvent.FoundOpen, actor, turn, before.Turn));

        Fence opened = before with { Owner = owner, Turn = turn, Open = true };
        await store.WriteAsync(opened);
        await work();

        Fence now = await store.ReadAsync();
        Fence closed = now.Counting(call.Client, call.Number) with { Owner = owner, Turn = turn, Open = false };
        await store.WriteAsync(closed);
        log.Write(new FenceEvent(FenceEvent.Ended, actor, turn, now.Turn == turn && now.Open ? null : now.Turn));
        return closed.Count;
    }
}
