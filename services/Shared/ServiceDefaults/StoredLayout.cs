namespace DaprTrading.ServiceDefaults;

/// <summary>The number of its layout that everything a service stores carries.</summary>
/// <remarks>
/// A stored record has it as its last parameter, <c>int Layout = 1</c>, and keeps it through <see cref="Checked"/>: whatever reads such a record, wherever,
/// refuses one that a later build wrote. What was stored before it had a number is of layout 1.
/// </remarks>
public static class StoredLayout
{
    /// <summary>The number of a layout that this build can read.</summary>
    /// <param name="found">The number that was stored.</param>
    /// <param name="newest">The newest layout that this build knows.</param>
    /// <param name="what">What it is the layout of, as the subject of a sentence.</param>
    /// <exception cref="InvalidDataException">A later build wrote it.</exception>
    public static int Checked(int found, int newest, string what) => found <= newest
        ? found
        : throw new InvalidDataException(
            $"{what} has layout {found}; this build reads up to {newest}. A later build wrote it: run that one, or a later one. Nothing was changed.");
}
