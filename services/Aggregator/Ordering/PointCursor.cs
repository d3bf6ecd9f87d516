namespace DaprTrading.Aggregator.Ordering;

/// <summary>Consecutive points that came early.</summary>
/// <param name="First">Index of the first; also the name of the entry that holds them.</param>
/// <param name="Last">Index of the last.</param>
/// <param name="Since">When they came, Unix milliseconds; 0 in a state of before that was noted.</param>
internal sealed record HeldRun(long First, long Last, long Since = 0)
{
    public long Count => Last - First + 1;
}

/// <summary>Indexes that were given up and may still come.</summary>
/// <param name="First">The first.</param>
/// <param name="Last">The last.</param>
internal sealed record GivenUp(long First, long Last)
{
    public bool Contains(long n) => n >= First && n <= Last;
}

/// <summary>Where the series of one symbol stands. Immutable.</summary>
/// <param name="Next">Index of the point that comes next.</param>
/// <param name="Held">What came early, ascending by first index.</param>
/// <param name="Gaps">Indexes below <paramref name="Next"/> that never came, ascending; null for none.</param>
internal sealed record PointCursor(long Next, IReadOnlyList<HeldRun> Held, IReadOnlyList<GivenUp>? Gaps = null)
{
    /// <summary>Gaps that are remembered; of more the oldest is forgotten, and its points count as repeats.</summary>
    public const int MostGaps = 64;

    public static readonly PointCursor Start = new(1, []);

    /// <summary>Whether something is missing before what is held.</summary>
    public bool HasGap => Held.Count > 0;
}
