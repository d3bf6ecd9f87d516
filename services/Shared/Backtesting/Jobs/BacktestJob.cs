using System.Text.Json.Serialization;

namespace DaprTrading.Backtesting.Jobs;

/// <summary>State of a backtest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BacktestState>))]
public enum BacktestState
{
    /// <summary>Waits for its turn.</summary>
    [JsonStringEnumMemberName("queued")] Queued,

    /// <summary>Is being worked on.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Has its results.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>Cannot be done; the error says why.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Was called off.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}

/// <summary>One backtest: what was asked for, how far it is, and what came out.</summary>
public sealed record BacktestJob
{
    /// <summary>Identity.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked for.</summary>
    public required BacktestRequest Request { get; init; }

    /// <summary>State.</summary>
    public required BacktestState State { get; init; }

    /// <summary>When it was asked for, Unix milliseconds, UTC. Bars that end later count as still forming.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When work on it began, the last time; null before.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public long? EndedAt { get; init; }

    /// <summary>How often work on it began: more than once when the service ended in the middle of it.</summary>
    public int Attempts { get; init; }

    /// <summary>Runs that are done; a run is one strategy on one symbol.</summary>
    public int Done { get; init; }

    /// <summary>Runs in all; 0 until the data were read.</summary>
    public int Total { get; init; }

    /// <summary>Rows of the data that are no bars and were left out.</summary>
    public int BadRows { get; init; }

    /// <summary>The first of them with line and reason; bounded.</summary>
    public IReadOnlyList<string> BadRowReasons { get; init; } = [];

    /// <summary>What to know before believing figures made of these data; bounded.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>One entry per symbol and strategy; empty until completed, and in lists.</summary>
    public IReadOnlyList<BacktestRun> Results { get; init; } = [];

    /// <summary>Whether nothing will change any more.</summary>
    [JsonIgnore]
    public bool Ended => State is BacktestState.Completed or BacktestState.Failed or BacktestState.Cancelled;
}

/// <summary>One strategy on one symbol, in figures and, where asked for, as series.</summary>
public sealed record BacktestRun : BacktestFigures
{
    /// <summary>Makes a run of the figures.</summary>
    [JsonConstructor]
    public BacktestRun()
    {
    }

    /// <summary>Makes a run of the figures.</summary>
    /// <param name="figures">The figures.</param>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public BacktestRun(BacktestFigures figures)
        : base(figures)
    {
    }

    /// <summary>Account, drawdown, trades; null when there are too many runs for it to be in one answer.</summary>
    public BacktestSeries? Series { get; init; }

    /// <summary>Whether other figures are the same where it matters: bars, signals, trades and money.</summary>
    public bool Agrees(BacktestFigures other) =>
        (Bars, SignalCount, From, To) == (other.Bars, other.SignalCount, other.From, other.To) && TradeStats == other.TradeStats && Equity == other.Equity
        && BuyAndHold == other.BuyAndHold;
}
