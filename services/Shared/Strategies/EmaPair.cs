using System.Runtime.InteropServices;
using DaprTrading.Contracts;

namespace DaprTrading.Strategies;

/// <summary>Two averages after a step.</summary>
/// <param name="DistanceBefore">Fast less slow before the step.</param>
/// <param name="Fast">The fast average after it.</param>
/// <param name="Slow">The slow average after it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LineStep(double DistanceBefore, double Fast, double Slow);

/// <summary>The crossing of a fast and a slow exponential average.</summary>
/// <param name="Fast">Period of the fast one.</param>
/// <param name="Slow">Period of the slow one.</param>
internal sealed record EmaPair(int Fast, int Slow)
{
    /// <summary>The signal of a step; null when the averages did not cross, or not clearly enough.</summary>
    public TradingSignal? Cross(
        LineStep step, string strategy, string symbol, IndicatorPoint previous, IndicatorPoint current, double minConfidence)
    {
        double after = step.Fast - step.Slow;
        if (LineCross.Of(step.DistanceBefore, after) is not { } side || Trend.StandsStill(previous, current))
            return null;
        double confidence = Trend.Confidence(LineCross.Strength(step.DistanceBefore, after, current.Atr14), side, current);
        if (confidence < minConfidence)
            return null;

        string direction = side == Side.Buy ? "above" : "below";
        return Signals.Of(strategy, symbol, side, confidence, current,
        [
            $"EMA({Fast}) {Trend.Price(step.Fast)} crossed {direction} EMA({Slow}) {Trend.Price(step.Slow)}",
            Trend.Reason(side, current),
        ]);
    }
}
