using System.Text.Json.Serialization;

namespace DaprTrading.Dataset.Replays;

/// <summary>State of a replay.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplayState>))]
internal enum ReplayState
{
    [JsonStringEnumMemberName("running")] Running,
    [JsonStringEnumMemberName("paused")] Paused,
    [JsonStringEnumMemberName("stopped")] Stopped,
    [JsonStringEnumMemberName("completed")] Completed,
    [JsonStringEnumMemberName("failed")] Failed,
}

/// <summary>One replay: what is replayed, how fast, and how far it has come.</summary>
/// <param name="Id">Identity; part of the source of every bar (<c>replay-{id}</c>).</param>
/// <param name="Dataset">Name of the file.</param>
/// <param name="Symbols">Symbols wanted; null: all.</param>
/// <param name="Speed">Multiple of the bars' own time; 0: as fast as they are accepted.</param>
/// <param name="BarsPerSecond">Fixed rate instead of the bars' own time; 0: not used.</param>
/// <param name="State">State.</param>
/// <param name="Position">Bars acknowledged by the gateway.</param>
/// <param name="Total">Bars in all.</param>
/// <param name="Refused">Bars the gateway refused as invalid.</param>
/// <param name="BadRows">Rows of the file that are no bars.</param>
/// <param name="StartedAt">Unix milliseconds, UTC.</param>
/// <param name="BarTime">Time of the last bar sent, Unix milliseconds, UTC; null before the first.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record Replay(
    string Id, string Dataset, IReadOnlyList<string>? Symbols, double Speed, double BarsPerSecond, ReplayState State, long Position, long Total,
    long Refused, int BadRows, long StartedAt, long? BarTime, string? Error)
{
    [JsonIgnore]
    public string Source => "replay-" + Id;

    [JsonIgnore]
    public bool Ended => State is ReplayState.Stopped or ReplayState.Completed or ReplayState.Failed;
}

/// <summary>Body of <c>POST /replays</c>.</summary>
internal sealed record ReplayRequest(string? Dataset, IReadOnlyList<string>? Symbols, double? Speed, double? BarsPerSecond);
