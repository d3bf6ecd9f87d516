namespace Dapr.Actors.Client;

/// <summary>Something that calls one actor.</summary>
public interface IActorProxy
{
    ActorId ActorId { get; }

    string ActorType { get; }
}
