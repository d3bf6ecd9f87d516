namespace DaprTrading.LocalRuntime.Actors;

/// <summary>The call did not get through to a host, or the host went away under it: it may be tried again, elsewhere.</summary>
internal class ActorUnreachableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>True when the turn was done and only its answer is unusable: it must not be repeated.</summary>
    public bool Done { get; init; }
}

/// <summary>Nobody hosts the type.</summary>
internal sealed class ActorAddressException(string type, string id) : ActorUnreachableException($"did not find address for actor '{type}||{id}'");

/// <summary>A re-entrant call is nested too deeply.</summary>
internal sealed class ActorStackDepthException() : Exception("maximum stack depth exceeded");

/// <summary>Too many calls wait for one actor.</summary>
internal sealed class ActorQueueFullException(string type, string id, int limit)
    : Exception($"more than {limit} calls are waiting for actor '{type}||{id}'");

/// <summary>The runtime is stopping.</summary>
internal sealed class ActorRuntimeClosedException() : Exception("actor runtime is closed");
