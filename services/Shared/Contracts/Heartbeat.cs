namespace DaprTrading.Contracts;

/// <summary>What one instance of a service says of itself every few seconds. Topic <c>heartbeats</c>.</summary>
/// <param name="App">Dapr app id.</param>
/// <param name="Instance">Unique per process.</param>
/// <param name="StartedAt">Start of the process, Unix milliseconds, UTC.</param>
/// <param name="Time">When this was said, Unix milliseconds, UTC.</param>
/// <param name="Counters">Running totals since the start by instrument name, e.g. <c>daprtrading.processing.bars</c>.</param>
/// <param name="Actors">Active actors of this instance by type.</param>
public sealed record Heartbeat(
    string App, string Instance, long StartedAt, long Time,
    IReadOnlyDictionary<string, double> Counters, IReadOnlyDictionary<string, int> Actors)
{
    /// <summary>
    /// How far this process has come: the newest <c>ingestedAt</c> of the bars or points it handled, Unix milliseconds, UTC; null when it has handled
    /// none. Ingestion holds producers back by it.
    /// </summary>
    public long? HandledUntil { get; init; }

    /// <summary>The newest <c>ingestedAt</c> of the points this process published, Unix milliseconds, UTC; null when it has published none.</summary>
    public long? PublishedUntil { get; init; }
}
