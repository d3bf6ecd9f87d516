namespace DaprTrading.LocalRuntime.Actors;

/// <summary>What one actor type is doing, as a status page shows it.</summary>
/// <param name="Type">Actor type.</param>
/// <param name="Active">Active actors over all hosts.</param>
/// <param name="Waiting">Calls waiting for a turn.</param>
/// <param name="Turns">Turns started since the runtime began.</param>
/// <param name="Deactivations">Deactivations sent since the runtime began.</param>
/// <param name="Moved">Actors that lost their host to a change of the hosts.</param>
/// <param name="Timers">Registered timers.</param>
/// <param name="Reminders">Registered reminders.</param>
/// <param name="Hosts">The hosts.</param>
public sealed record ActorTypeStatistics(
    string Type, int Active, int Waiting, long Turns, long Deactivations, long Moved, int Timers, int Reminders,
    IReadOnlyList<ActorHostStatistics> Hosts);

/// <summary>One host of a type.</summary>
/// <param name="AppId">App.</param>
/// <param name="Instance">Instance of the app.</param>
/// <param name="Active">Active actors.</param>
/// <param name="Running">Turns under way.</param>
public sealed record ActorHostStatistics(string AppId, int Instance, int Active, int Running);

/// <summary>A moment of the actor runtime.</summary>
/// <param name="Types">Its types by name.</param>
public sealed record ActorStatistics(IReadOnlyList<ActorTypeStatistics> Types);
