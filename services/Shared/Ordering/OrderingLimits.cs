namespace DaprTrading.Ordering;

/// <summary>How much, and how long, a cursor waits for items that come out of order.</summary>
/// <param name="MaxHeld">Most items held at once over all sources of one state; when there are more, the oldest gap is given up.</param>
/// <param name="GapTimeoutMs">Longest wait for a missing item, in milliseconds; then it is skipped.</param>
/// <param name="MaxSources">Most sources remembered; the one not heard of for longest is forgotten first.</param>
public sealed record OrderingLimits(int MaxHeld = 1_000, long GapTimeoutMs = 2_000, int MaxSources = 64)
{
    /// <summary>The defaults.</summary>
    public static OrderingLimits Default { get; } = new();
}
