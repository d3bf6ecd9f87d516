using System.ComponentModel.DataAnnotations;

namespace DaprTrading.Dataset.Backtests;

/// <summary>How much the service takes on.</summary>
internal sealed class BacktestServiceOptions
{
    public const string Section = "Dataset:Backtests";

    /// <summary>Backtests that run at once, one core each. Default 1: the rest of the machine is for live data.</summary>
    [Range(1, 64)] public int MaxRunning { get; init; } = 1;

    /// <summary>Backtests that wait. Default 20.</summary>
    [Range(1, 1_000)] public int MaxQueued { get; init; } = 20;

    /// <summary>Runs (a strategy on a symbol) of one backtest; their figures are stored as one value of about 3 kB each. Default 1 000.</summary>
    [Range(1, 1_300)] public int MaxRuns { get; init; } = 1_000;

    /// <summary>Backtests kept; the oldest go. Default 50.</summary>
    [Range(1, 1_000)] public int MaxKept { get; init; } = 50;

    /// <summary>How often work on a backtest begins before it is given up: a service that died in the middle begins again. Default 3.</summary>
    [Range(1, 100)] public int MaxAttempts { get; init; } = 3;
}
