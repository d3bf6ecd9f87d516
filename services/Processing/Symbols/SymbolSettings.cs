using DaprTrading.Indicators;
using DaprTrading.Ordering;

namespace DaprTrading.Processing.Symbols;

/// <summary>What a symbol's turns depend on beside its state and its bars.</summary>
/// <param name="Limits">How much and how long to wait for bars that are missing.</param>
/// <param name="Custom">Indicators beside the default set.</param>
public sealed record SymbolSettings(OrderingLimits Limits, IReadOnlyList<CustomIndicator> Custom);
