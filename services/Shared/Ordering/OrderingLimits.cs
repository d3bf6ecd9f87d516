namespace DaprTrading.Ordering;

/// <summary>How much, and how long, a cursor waits for items that come out of order.</summary>
/// <param name="MaxHeld">Most items held at once over all sources of one state; when there are more, the oldest gap is given up.</param>
/// <param name="GapTimeoutMs">Longest wait for a missing item, in milliseconds; then it is skipped.</param>
/// <param name="MaxSources">Most sources remembered; the one not heard of for longest is forgotten first.</param>
/// <param name="MaxLateGaps">
/// Most given-up gaps remembered per series. An item of such a gap that comes after all is released at once: late, but not lost. With 0, the default,
/// it counts as a repeat, and what is released only ever rises.
/// </param>
public sealed record OrderingLimits(int MaxHeld = 1_000, long GapTimeoutMs = 2_000, int MaxSources = 64, int MaxLateGaps = 0)
{
    /// <summary>The defaults.</summary>
    public static OrderingLimits Default { get; } = new();
}
