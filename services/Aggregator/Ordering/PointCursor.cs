namespace DaprTrading.Aggregator.Ordering;

/// <summary>Consecutive points that came early.</summary>
/// <param name="First">Index of the first; also the name of the entry that holds them.</param>
/// <param name="Last">Index of the last.</param>
internal sealed record HeldRun(long First, long Last)
{
    public long Count => Last - First + 1;
}

/// <summary>Where the series of one symbol stands. Immutable.</summary>
/// <param name="Next">Index of the point that comes next.</param>
/// <param name="Held">What came early, ascending by first index.</param>
/// <param name="WaitingFor">The index whose absence a reminder watches; null when none does.</param>
internal sealed record PointCursor(long Next, IReadOnlyList<HeldRun> Held, long? WaitingFor)
{
    public static readonly PointCursor Start = new(1, [], null);

    /// <summary>Whether something is missing before what is held.</summary>
    public bool HasGap => Held.Count > 0;
}
