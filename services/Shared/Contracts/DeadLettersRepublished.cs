namespace DaprTrading.Contracts;

/// <summary>
/// Dead letters were sent back to the topic they came from and are no longer kept. Topic <c>dead-letters-republished</c>; whoever sends dead letters
/// back publishes it, as <c>./run dead-letters --republish</c> does.
/// </summary>
/// <param name="Topic">The dead-letter topic, e.g. <c>bars-dead</c>.</param>
/// <param name="Remaining">How many of the topic are still kept.</param>
/// <param name="Ids">Ids of the events that were sent back.</param>
public sealed record DeadLettersRepublished(string Topic, int Remaining, IReadOnlyList<string> Ids);
