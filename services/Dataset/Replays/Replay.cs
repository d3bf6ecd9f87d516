using System.Globalization;
using System.Text.Json.Serialization;
using DaprTrading.Contracts;

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
/// <param name="Id">Identity; part of the source of every bar.</param>
/// <param name="Dataset">Name of the file, or of the files with commas between them.</param>
/// <param name="Symbols">Symbols wanted; null: all.</param>
/// <param name="Speed">Multiple of the bars' own time; 0: as fast as they are accepted.</param>
/// <param name="BarsPerSecond">Fixed rate instead of the bars' own time; 0: not used.</param>
/// <param name="State">State.</param>
/// <param name="Position">Bars sent or passed over, from the first bar of the files.</param>
/// <param name="Total">Bars in all; 0 until the files were read.</param>
/// <param name="Refused">Bars the gateway refused as invalid.</param>
/// <param name="BadRows">Rows of the files that are no bars.</param>
/// <param name="StartedAt">Unix milliseconds, UTC.</param>
/// <param name="BarTime">Time of the last bar sent, Unix milliseconds, UTC; null before the first.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record Replay(
    string Id, string Dataset, IReadOnlyList<string>? Symbols, double Speed, double BarsPerSecond, ReplayState State, long Position, long Total,
    long Refused, int BadRows, long StartedAt, long? BarTime, string? Error)
{
    /// <summary>The files; null: the one that <see cref="Dataset"/> names.</summary>
    public IReadOnlyList<string>? Datasets { get; init; }

    /// <summary>Format the files are read in; null: recognised.</summary>
    public string? Format { get; init; }

    /// <summary>Length of bars made of trades, milliseconds; 0: a minute.</summary>
    public long TradeInterval { get; init; }

    /// <summary>Zone of clock times that do not tell theirs; null: UTC.</summary>
    public string? Zone { get; init; }

    /// <summary>How often the position was changed by hand.</summary>
    public int Seeks { get; init; }

    /// <summary>Position at which the current source begins: its first bar of each symbol has the sequence 1.</summary>
    public long Base { get; init; }

    /// <summary>What to know before believing indicators of these bars; bounded.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The first rows that are no bars, with their lines; bounded.</summary>
    public IReadOnlyList<string> BadRowReasons { get; init; } = [];

    /// <summary>Whether the bars go on in the series that their symbols have already.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Append { get; init; }

    /// <summary>Which series the bars go to, where these are not named as in the files; bounded.</summary>
    public string? Note { get; init; }

    /// <summary>Why the gateway refused bars, the first reasons; bounded.</summary>
    public IReadOnlyList<string>? RefusedReasons { get; init; }

    /// <summary>The series of the current source, once they are decided. Kept apart from the progress, which is stored again and again.</summary>
    public IReadOnlyList<ReplaySeries>? Series { get; init; }

    /// <summary>What a running replay waits for: a service or a store that does not answer. Not stored.</summary>
    public string? Waiting { get; init; }

    /// <summary>Source of the bars. A new one after every seek: numbering must stay contiguous within a source and cannot go back.</summary>
    [JsonIgnore]
    public string Source => Seeks == 0 ? Sources.ReplayPrefix + Id : string.Create(CultureInfo.InvariantCulture, $"{Sources.ReplayPrefix}{Id}-{Seeks}");

    [JsonIgnore]
    public bool Ended => State is ReplayState.Stopped or ReplayState.Completed or ReplayState.Failed;

    /// <summary>The same replay, going on at a position, as a new source and, unless it appends, in new series: a series neither skips bars nor goes back.</summary>
    public Replay SeekTo(long position, long? barTime) => this with
    {
        Position = position, Base = position, Seeks = Seeks + 1, BarTime = barTime, Series = null, Note = Append ? null : "After the seek the bars go to series of their own.",
    };

    /// <summary>What is stored again and again.</summary>
    public Replay Progress() => this with { Series = null, Waiting = null };
}

/// <summary>Body of <c>POST /replays</c>. Either <paramref name="Dataset"/> or <paramref name="Datasets"/>.</summary>
/// <param name="Dataset">Name of a file.</param>
/// <param name="Symbols">Symbols wanted; null or empty: all.</param>
/// <param name="Speed">Multiple of the bars' own time; 0: as fast as they are accepted.</param>
/// <param name="BarsPerSecond">Fixed rate instead.</param>
/// <param name="Datasets">Names of files, merged by time.</param>
/// <param name="Format">Format, if it shall not be recognised.</param>
/// <param name="Interval">Length of bars made of trades: <c>1s</c> to <c>1h</c>; a minute.</param>
/// <param name="Append">Go on in the series that the symbols have already; otherwise these get series of their own.</param>
/// <param name="Zone">Zone of clock times that do not tell theirs, as <c>America/New_York</c>; UTC.</param>
internal sealed record ReplayRequest(
    string? Dataset, IReadOnlyList<string>? Symbols, double? Speed, double? BarsPerSecond, IReadOnlyList<string>? Datasets = null, string? Format = null, string? Interval = null,
    bool? Append = null, string? Zone = null);

/// <summary>The series the bars of a symbol go to.</summary>
/// <param name="Symbol">Symbol in the files.</param>
/// <param name="Name">Symbol the bars are sent as.</param>
internal sealed record ReplaySeries(string Symbol, string Name);

/// <summary>Body of <c>POST /replays/{id}/seek</c>: one of the two.</summary>
/// <param name="Position">Bar to go on with, from 0.</param>
/// <param name="Time">Go on with the first bar that ends at this time or later, Unix milliseconds, UTC.</param>
internal sealed record SeekRequest(long? Position, long? Time);

/// <summary>Body of <c>POST /replays/{id}/speed</c>: one of the two.</summary>
/// <param name="Speed">Multiple of the bars' own time; 0: as fast as they are accepted.</param>
/// <param name="BarsPerSecond">Fixed rate instead.</param>
internal sealed record SpeedRequest(double? Speed, double? BarsPerSecond);
