using DaprTrading.Contracts;

namespace DaprTrading.Processing.Symbols;

/// <summary>What one turn of a symbol did.</summary>
/// <param name="After">The state afterwards; the same object when nothing changed.</param>
/// <param name="Points">New points, in order.</param>
public sealed record SymbolTurn(SymbolState After, IReadOnlyList<IndicatorPoint> Points)
{
    /// <summary>The point before the first of <see cref="Points"/>; null at the start of the series.</summary>
    public IndicatorPoint? Previous { get; init; }

    /// <summary>Bars ignored because they had been applied before.</summary>
    public int Repeats { get; init; }

    /// <summary>Bars held now.</summary>
    public int Held { get; init; }

    /// <summary>How many more are held than before.</summary>
    public int NewlyHeld { get; init; }

    /// <summary>Gaps given up.</summary>
    public int Gaps { get; init; }

    /// <summary>Bars missing in those gaps.</summary>
    public long Missing { get; init; }

    /// <summary>Bars of a gap that had been given up: applied behind what had not waited for them.</summary>
    public int Late { get; init; }

    /// <summary>Bars whose time is before that of the bar applied before them.</summary>
    public int Backwards { get; init; }

    /// <summary>Sources seen for the first time.</summary>
    public int NewSources { get; init; }

    /// <summary>Those of them under whose name ingestion numbers what comes without a number.</summary>
    public int Unnumbered { get; init; }

    /// <summary>Those of them that began at 1 when others had been there before.</summary>
    public int Restarted { get; init; }

    /// <summary>Sources forgotten because the symbol had too many.</summary>
    public int Forgotten { get; init; }

    /// <summary>Whether bars wait for one that is missing.</summary>
    public bool HasGap { get; init; }
}
