namespace DaprTrading.LocalRuntime.Actors;

/// <summary>
/// One actor, wherever it is active: its queue of turns is the same object for all hosts, which is why turns of two hosts cannot overlap.
/// What changes is guarded by the lock of its <see cref="ActorType"/>.
/// </summary>
internal sealed class Actor(string type, string id)
{
    private CachedUri? _method;
    private ActorStateKeys? _keys;

    public string Type { get; } = type;

    public string Id { get; } = id;

    public ulong Hash { get; } = HashRing.Hash(id);

    /// <summary>Escaped path of the actor in the app.</summary>
    public string Path { get; } = $"/actors/{Uri.EscapeDataString(type)}/{Uri.EscapeDataString(id)}";

    /// <summary>The host it is activated on; null: nowhere.</summary>
    public HostedType? ActiveOn { get; set; }

    /// <summary>Somebody holds the head of the queue: a turn runs or is about to start, or the actor is being deactivated.</summary>
    public bool Held { get; set; }

    /// <summary>Calls waiting for the head, first come first served.</summary>
    public LinkedList<TurnWaiter> Waiting { get; } = new();

    /// <summary>Running turns: above 1 only when re-entered.</summary>
    public int Depth { get; set; }

    /// <summary>Identity of the running call chain; null without reentrancy.</summary>
    public string? ReentrancyId { get; set; }

    /// <summary>State writes under way.</summary>
    public int Writes { get; set; }

    /// <summary>Set while a turn waits for <see cref="Writes"/> to become zero.</summary>
    public TaskCompletionSource? Written { get; set; }

    /// <summary>Timestamp of the last start or end of a turn.</summary>
    public long LastActive { get; set; }

    /// <summary>URI of a method without query; the last one is remembered because actors are mostly called by one name.</summary>
    public Uri MethodUri(string method)
    {
        CachedUri? cached = _method;
        if (cached?.Method == method) return cached.Uri;

        cached = new CachedUri(method, new Uri($"{Path}/method/{Uri.EscapeDataString(method)}", UriKind.Relative));
        _method = cached;
        return cached.Uri;
    }

    /// <summary>State keys under an app id.</summary>
    public ActorStateKeys Keys(string appId)
    {
        ActorStateKeys? keys = _keys;
        if (keys is null || keys.AppId != appId) _keys = keys = new ActorStateKeys(appId, Type, Id);
        return keys;
    }

    private sealed record CachedUri(string Method, Uri Uri);
}
