using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace DaprTrading.Indicators;

/// <summary>Everything an <see cref="IndicatorSet"/> needs to go on exactly where it stopped. Immutable.</summary>
/// <remarks>
/// As JSON the blocks of doubles are base64 of their little-endian bytes: short, and exact to the last bit, NaN included.
/// About 2.8 kB with 200 closes. Compare two states by their JSON; record equality looks at the identity of the blocks.
/// </remarks>
public sealed record IndicatorSetState
{
    /// <summary>The layout written by this build.</summary>
    public const int CurrentVersion = 3;

    /// <summary>The oldest layout this build reads: without EMA(9) and EMA(21), which came with layout 2, and the volumes, which came with layout 3.</summary>
    public const int OldestVersion = 1;

    /// <summary>Layout of <see cref="Fields"/>.</summary>
    public required int Version { get; init; }

    /// <summary>The newest closes, oldest first: as many as the longest window looks back over.</summary>
    [JsonConverter(typeof(DoublesConverter))]
    public required ImmutableArray<double> Closes { get; init; }

    /// <summary>The newest volumes, oldest first; empty before layout 3.</summary>
    [JsonConverter(typeof(DoublesConverter))]
    public ImmutableArray<double> Volumes { get; init; } = [];

    /// <summary>The fields of the default set's indicators, one after the other.</summary>
    [JsonConverter(typeof(DoublesConverter))]
    public required ImmutableArray<double> Fields { get; init; }

    /// <summary>The fields of each configured indicator by name; null when none is configured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CustomState>? Custom { get; init; }
}

/// <summary>The fields of one configured indicator.</summary>
/// <param name="Name">Name of the indicator, e.g. <c>sma100</c>.</param>
/// <param name="Fields">Its fields, one after the other.</param>
public sealed record CustomState(
    string Name,
    [property: JsonConverter(typeof(DoublesConverter))] ImmutableArray<double> Fields);
