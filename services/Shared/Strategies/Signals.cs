using System.Globalization;
using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

internal static class Signals
{
    /// <summary>A signal of a strategy on a point; its id says nothing but which.</summary>
    public static TradingSignal Of(
        string strategy, string symbol, Side side, double confidence, IndicatorPoint point, IReadOnlyList<string> reasons) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{symbol}:{point.N}:{strategy}"), symbol, side, strategy, confidence, point.Close,
            point.N, point.Time, reasons, point.Source, point.IngestedAt);
}
