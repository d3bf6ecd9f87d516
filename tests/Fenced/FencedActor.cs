using Dapr.Actors;
using Dapr.Actors.Runtime;

namespace DaprTrading.Tests.Fenced;

/// <summary>An actor that notices when it is not alone.</summary>
public interface IFencedActor : IActor
{
    /// <summary>Counts a call; answers how many have been counted.</summary>
    Task<long> CountAsync(CountRequest call);
}

/// <summary>See <see cref="FencedTurn"/>.</summary>
[Actor(TypeName = Type)]
public sealed class FencedActor(ActorHost host, HttpClient sidecar, FenceLog log) : Actor(host), IFencedActor
{
    /// <summary>Name of the type.</summary>
    public const string Type = "Fenced";

    private const int LongestWorkMs = 30;
    private readonly string _owner = $"{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <inheritdoc/>
    public Task<long> CountAsync(CountRequest call)
    {
        var store = new SidecarFenceStore(sidecar, Id.GetId());
        return new FencedTurn(store, log, Id.GetId(), _owner).RunAsync(call, () => Task.Delay((int)(call.Number * 7 % LongestWorkMs) + 1));
    }
}
