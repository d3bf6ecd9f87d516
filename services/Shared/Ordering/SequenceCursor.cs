using System.Text.Json.Serialization;

namespace DaprTrading.Ordering;

/// <summary>Where one numbered series stands: what comes next, and what came too early. Immutable.</summary>
/// <typeparam name="T">Type of the items.</typeparam>
/// <param name="Next">The number that is applied next; 1 at the start.</param>
/// <param name="Held">Early items, ascending, none below or at <paramref name="Next"/>. Stored as <see cref="BarBlockConverter"/> writes them.</param>
/// <param name="GapSince">Since when the next number is waited for, Unix milliseconds; null while nothing is held.</param>
public sealed record SequenceCursor<T>(long Next, [property: JsonConverter(typeof(BarBlockConverter))] IReadOnlyList<T> Held, long? GapSince)
{
    /// <summary>A series of which nothing was seen.</summary>
    public static SequenceCursor<T> Start { get; } = new(1, [], null);

    /// <summary>Gaps that were given up and whose items would still be welcome, oldest first; null when there are none.</summary>
    public IReadOnlyList<NumberRange>? Skipped { get; init; }

    /// <summary>Numbers ahead that are known not to come, ascending; null when there are none.</summary>
    public IReadOnlyList<NumberRange>? Forgone { get; init; }

    /// <summary>True while an item is missing that later ones wait for.</summary>
    [JsonIgnore]
    public bool HasGap => GapSince is not null;
}

/// <summary>Numbers from <paramref name="From"/> to <paramref name="To"/>, both included.</summary>
/// <param name="From">First number.</param>
/// <param name="To">Last number.</param>
public sealed record NumberRange(long From, long To);
