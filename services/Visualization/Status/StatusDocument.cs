using DaprTrading.Visualization.DeadLetters;
using DaprTrading.Visualization.Live;

namespace DaprTrading.Visualization.Status;

/// <summary>How the system is doing. <c>GET /api/status</c> and hub message <c>status</c>.</summary>
/// <param name="Time">Unix milliseconds, UTC.</param>
/// <param name="StartedAt">Start of the process that answers, Unix milliseconds, UTC.</param>
/// <param name="Services">Every service and its instances.</param>
/// <param name="Rates">How much passes each stage, per second.</param>
/// <param name="Latency">From ingest to the push to the browsers, over the last 60 s.</param>
/// <param name="Rejected">Records that were refused.</param>
/// <param name="Ordering">What the rules of order and exactly-once effect had to do.</param>
/// <param name="DeadLetters">Events no service could handle, until they are sent back.</param>
/// <param name="Components">Dapr components this process sees.</param>
/// <param name="Connections">Browsers connected to this process.</param>
internal sealed record StatusDocument(
    long Time, long StartedAt, IReadOnlyList<ServiceStatus> Services, Rates Rates, Latency Latency, RejectedStatus Rejected,
    OrderingStatus Ordering, DeadLetterList DeadLetters, IReadOnlyList<ComponentStatus> Components, int Connections);

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

/// <summary>How often each rule of docs/architecture.md section 3 applied, since the processes that are known started.</summary>
/// <param name="Sources">Sources of a symbol seen for the first time.</param>
/// <param name="Unnumbered">Those of them under whose name ingestion numbers records without a number.</param>
/// <param name="Restarted">Those of them that began at 1 when the symbol had others already.</param>
/// <param name="Repeats">Bars ignored because they had been applied before.</param>
/// <param name="Held">Bars that came early and had to wait.</param>
/// <param name="Gaps">Gaps given up.</param>
/// <param name="Missing">Bars missing in them.</param>
/// <param name="Late">Bars applied although their gap had been given up.</param>
/// <param name="Backwards">Bars older than the one before them.</param>
/// <param name="Republished">Points published again by an actor that began or failed.</param>
/// <param name="Evicted">Sources forgotten because a symbol had too many.</param>
/// <param name="Refused">Requests told to wait because too much was unread.</param>
internal sealed record OrderingStatus(
    double Sources, double Unnumbered, double Restarted, double Repeats, double Held, double Gaps, double Missing, double Late, double Backwards,
    double Republished, double Evicted, double Refused);

/// <summary>A Dapr component.</summary>
internal sealed record ComponentStatus(string Name, string Type);
