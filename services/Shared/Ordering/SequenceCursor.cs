namespace DaprTrading.Ordering;

/// <summary>Where one numbered series stands: what comes next, and what came too early. Immutable.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <param name="Next">The number that is applied next; 1 at the start.</param>
/// <param name="Held">Early items, ascending, none below or at <paramref name="Next"/>.</param>
/// <param name="GapSince">Since when the next number is waited for, Unix milliseconds; null while nothing is held.</param>
public sealed record SequenceCursor<T>(long Next, IReadOnlyList<T> Held, long? GapSince)
{
    /// <summary>A series of which nothing was seen.</summary>
    public static SequenceCursor<T> Start { get; } = new(1, [], null);

    /// <summary>True while an item is missing that later ones wait for.</summary>
    public bool HasGap => GapSince is not null;
}
