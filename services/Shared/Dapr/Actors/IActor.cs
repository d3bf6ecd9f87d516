namespace Dapr.Actors;

/// <summary>Marks an interface whose methods can be called on an actor.</summary>
public interface IActor;
