using System.Runtime.InteropServices;

namespace DaprTrading.Backtesting;

/// <summary>One bar of history.</summary>
/// <param name="End">End of the bar, Unix milliseconds, UTC: a bar is known when it is over.</param>
/// <param name="Open">First price; finite and above zero.</param>
/// <param name="High">Highest price.</param>
/// <param name="Low">Lowest price.</param>
/// <param name="Close">Last price.</param>
/// <param name="Volume">Traded quantity.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PriceBar(long End, double Open, double High, double Low, double Close, double Volume);
