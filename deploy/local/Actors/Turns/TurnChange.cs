namespace DaprTrading.LocalRuntime.Actors;

/// <summary>A turn starts or has ended, as tests observe it.</summary>
/// <param name="Type">Actor type.</param>
/// <param name="Id">Actor id.</param>
/// <param name="Host">Where.</param>
/// <param name="Started">False: it has ended.</param>
internal readonly record struct TurnChange(string Type, string Id, ISidecar Host, bool Started);
