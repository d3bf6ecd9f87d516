using System.Collections.Concurrent;

namespace DaprTrading.LocalRuntime.Actors;

/// <summary>The actor state store of each app: found once, because every state call asks.</summary>
internal sealed class ActorStores(IComponentRegistry components)
{
    private readonly ConcurrentDictionary<string, IStateStore> _stores = new(StringComparer.Ordinal);

    /// <summary>The store, or null when the app has none that keeps ETags and runs transactions.</summary>
    public IStateStore? Find(string appId)
    {
        if (_stores.TryGetValue(appId, out IStateStore? known)) return known;
        if (components.ActorStateStore(appId) is not { } store) return null;
        return store.Capabilities.Contains("ETAG") && store.Capabilities.Contains("TRANSACTIONAL") ? _stores.GetOrAdd(appId, store) : null;
    }
}
