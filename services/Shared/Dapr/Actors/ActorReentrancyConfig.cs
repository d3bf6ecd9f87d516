namespace Dapr.Actors;

/// <summary>Whether a call may come back to an actor that is waiting for it.</summary>
public sealed class ActorReentrancyConfig
{
    public bool Enabled { get; set; }

    /// <summary>Deepest nesting of calls; the sidecar's default is 32.</summary>
    public int? MaxStackDepth { get; set; }
}
