using System.ComponentModel.DataAnnotations;
using DaprTrading.Ordering;

namespace DaprTrading.Processing;

/// <summary>How long, and how much, an actor waits for bars that come out of order.</summary>
public sealed class OrderingOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Processing:Ordering";

    /// <summary>
    /// Bars held per symbol before the oldest gap is given up. Default, and most, 10,000: what a symbol with 100 bars a second sends within
    /// <see cref="GapTimeout"/>, about 0.9 MB of state while it lasts. With more, a state might not fit into one request to the sidecar.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxHeldBars { get; init; } = 10_000;

    /// <summary>
    /// Longest wait for a missing bar. Default 90 s: a bar that a producer numbered and the broker has is on its way, and this is longer than
    /// the broker takes to deliver again what a dead or stopped consumer had in its hands, which is 65 s. Where a producer leaves numbers out
    /// and a pause is worse than a bar out of its order, set it lower.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan GapTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Sources remembered per symbol. Default, and most, 64.</summary>
    [Range(1, 64)]
    public int MaxSources { get; init; } = 64;

    /// <summary>Given-up gaps remembered per source, so that a bar that is very late is not lost. Default, and most, 64.</summary>
    [Range(0, 64)]
    public int MaxLateGaps { get; init; } = 64;

    internal OrderingLimits ToLimits() => new(MaxHeldBars, (long)GapTimeout.TotalMilliseconds, MaxSources, MaxLateGaps);
}
