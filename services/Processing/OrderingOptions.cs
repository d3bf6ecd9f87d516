using System.ComponentModel.DataAnnotations;
using DaprTrading.Ordering;

namespace DaprTrading.Processing;

/// <summary>How long, and how much, an actor waits for bars that come out of order.</summary>
public sealed class OrderingOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Processing:Ordering";

    /// <summary>Bars held per symbol before the oldest gap is given up. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxHeldBars { get; init; } = 1_000;

    /// <summary>
    /// Longest wait for a missing bar. Default 5 s: longer than a killed service needs to be back. A bar that comes later still is applied, but out of its order: where the order matters more than a
    /// pause, set it above the time the broker takes to deliver again what a dead consumer had.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan GapTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Sources remembered per symbol. Default 64.</summary>
    [Range(1, 10_000)]
    public int MaxSources { get; init; } = 64;

    /// <summary>Given-up gaps remembered per source, so that a bar that is very late is not lost. Default 64.</summary>
    [Range(0, 10_000)]
    public int MaxLateGaps { get; init; } = 64;

    internal OrderingLimits ToLimits() => new(MaxHeldBars, (long)GapTimeout.TotalMilliseconds, MaxSources, MaxLateGaps);
}
