using DaprTrading.Conformance.Local;
using DaprTrading.Conformance.Staging;

namespace DaprTrading.Tests.Contract.Robustness;

/// <summary>A whole local runtime, sidecars, components and actors, on components in memory.</summary>
internal sealed class MemoryRuntime : IAsyncDisposable
{
    private const string Components = """
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: bus }
        spec: { type: pubsub.in-memory, version: v1 }
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: store }
        spec: { type: state.in-memory, version: v1, metadata: [ { name: actorStateStore, value: "true" } ] }
        ---
        apiVersion: dapr.io/v1alpha1
        kind: Component
        metadata: { name: environment }
        spec: { type: secretstores.local.env, version: v1, metadata: [ { name: prefix, value: NOTHING_ } ] }
        """;

    private readonly LocalTarget _target;
    private readonly IWorld _world;

    private MemoryRuntime(LocalTarget target, IWorld world)
    {
        _target = target;
        _world = world;
    }

    public static async Task<MemoryRuntime> StartAsync()
    {
        var target = new LocalTarget("127.0.0.1:1");
        return new MemoryRuntime(target, await target.StartAsync([Components], null, CancellationToken.None));
    }

    /// <summary>A sidecar with a scripted app.</summary>
    public Task<Node> AddAsync(NodeSetup setup) => _world.AddAsync(setup, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _target.DisposeAsync();
    }
}
