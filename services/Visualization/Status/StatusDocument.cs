using DaprTrading.Visualization.Live;

namespace DaprTrading.Visualization.Status;

/// <summary>How the system is doing. <c>GET /api/status</c> and hub message <c>status</c>.</summary>
/// <param name="Time">Unix milliseconds, UTC.</param>
/// <param name="StartedAt">Start of the process that answers, Unix milliseconds, UTC.</param>
/// <param name="Services">Every service and its instances.</param>
/// <param name="Rates">How much passes each stage, per second.</param>
/// <param name="Latency">From ingest to the push to the browsers, over the last 60 s.</param>
/// <param name="Rejected">Records that were refused.</param>
/// <param name="Components">Dapr components this process sees.</param>
/// <param name="Connections">Browsers connected to this process.</param>
internal sealed record StatusDocument(
    long Time, long StartedAt, IReadOnlyList<ServiceStatus> Services, Rates Rates, Latency Latency, RejectedStatus Rejected,
    IReadOnlyList<ComponentStatus> Components, int Connections);

/// <summary>A service.</summary>
/// <param name="App">App id.</param>
/// <param name="Instances">Its processes; none when it has not been heard of.</param>
internal sealed record ServiceStatus(string App, IReadOnlyList<InstanceStatus> Instances);

/// <summary>A process of a service.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="StartedAt">Unix milliseconds, UTC.</param>
/// <param name="LastSeen">When it was last heard of, Unix milliseconds, UTC.</param>
/// <param name="Alive">Whether that was within the last 15 s.</param>
/// <param name="Counters">Running totals since its start.</param>
/// <param name="Actors">Active actors by type.</param>
internal sealed record InstanceStatus(
    string Instance, long StartedAt, long LastSeen, bool Alive, IReadOnlyDictionary<string, double> Counters,
    IReadOnlyDictionary<string, int> Actors);

/// <summary>Per second, over the last heartbeats.</summary>
internal sealed record Rates(double Records, double Bars, double Points, double Signals, double Notifications, double Pushed);

/// <summary>Refused records.</summary>
/// <param name="Total">Since the ingestion processes started.</param>
/// <param name="ByField">The same by field of the ingest format.</param>
/// <param name="Recent">The newest, newest first; at most 20.</param>
internal sealed record RejectedStatus(double Total, IReadOnlyDictionary<string, double> ByField, IReadOnlyList<RejectedRecord> Recent);

/// <summary>A Dapr component.</summary>
internal sealed record ComponentStatus(string Name, string Type);
