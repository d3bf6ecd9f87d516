namespace DaprTrading.Ordering;

/// <summary>What a batch did to a cursor.</summary>
/// <typeparam name="TState">Type of the cursor.</typeparam>
/// <typeparam name="T">Type of the items.</typeparam>
/// <param name="State">The cursor afterwards; the same object when nothing changed.</param>
/// <param name="Released">Items whose turn it is now, in order.</param>
/// <param name="Repeats">Items ignored: applied before, held already, or given up as missing.</param>
/// <param name="Held">Items held now, over all series of the state.</param>
/// <param name="Gaps">Gaps given up.</param>
/// <param name="Missing">Items those gaps were wide.</param>
/// <param name="GapSince">Since when the oldest open gap is open, Unix milliseconds; null when there is none.</param>
public sealed record Ordered<TState, T>(
    TState State, IReadOnlyList<T> Released, int Repeats, int Held, int Gaps, long Missing, long? GapSince)
    where TState : class
{
    /// <summary>Released items that came after their gap had been given up.</summary>
    public int Late { get; init; }

    /// <summary>Sources that were not known before.</summary>
    public int NewSources { get; init; }

    /// <summary>Those of them under whose name ingestion numbers what comes without a number.</summary>
    public int Unnumbered { get; init; }

    /// <summary>Those of them that began at 1 when others had been there before: they joined, or started again under a new name.</summary>
    public int Restarted { get; init; }

    /// <summary>Sources forgotten because there were too many.</summary>
    public int Forgotten { get; init; }
}
